"""Labels of events: a raw file's content as a person read it, before seeing the product's result.

One JSON file labels one data file: `{"file", "origin", "kind", "now", "base_url", "events": [{…}]}`. `file`
is the path of the data, `now` the moment at which it counts as fetched. An event has the keys of `FIELDS`
(`lat` and `lng` for the point; `free`, `price_min`, `price_max` and `currency` for the price), `id`, `also`
and `note`. Null means that the file has no value. `also` lists, by field, other correct values, with null
where no value is correct too. A label never changes because the product's result differs from it.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

#: The fields of a label, in the order of the reports. docs/quality.md describes how each is compared.
FIELDS: Final = (
    "title", "start", "end", "zone", "venue", "address", "town", "country", "point", "url", "image", "price", "organizer",
    "performers", "status", "online", "description", "age_limit", "tags",
)  # fmt: skip

#: Folders of files that are fetched like sources.
_FOLDERS: Final = ("ics/", "rss/", "html/", "api/", "snapshots/")


def is_held_out(origin: str) -> bool:
    """Whether an origin ("owner/repo") is held out: nobody reads this third of the files while making rules."""
    return int(sha256(origin.encode()).hexdigest()[:8], 16) % 3 == 0


def data_files(data: Path, *, held_out: bool) -> Iterator[tuple[str, Path]]:
    """Yield origin and path of the files that are fetched like sources, of held-out origins or of all others.

    `data/MANIFEST.tsv` has the origins.
    """
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["local path"].startswith(_FOLDERS)]
    for row in rows:
        path = data / row["local path"]
        if is_held_out(row["owner/repo"]) is held_out and path.is_file():
            yield row["owner/repo"], path


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One labelled event.

    The source's `id` of it ('' for none). `told`: the value of each field, None where the file has none.
    `also`: other correct values of a field. `unknown`: the fields that were not labelled, so that every value
    is correct.
    """

    id: str
    reported: Mapping[str, Any]
    also: Mapping[str, Sequence[Any]]
    note: str = ""
    unknown: frozenset[str] = frozenset()

    def right(self, name: str) -> tuple[Any, ...]:
        """All correct values of a field, the file's own first."""
        return (self.reported[name], *self.also.get(name, ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelFile:
    """The labels of one data file. `path` is None where the data is not on this machine."""

    file: str
    origin: str
    kind: str
    now: datetime
    base_url: str
    events: tuple[Label, ...]
    path: Path | None


def read_label_files(folder: Path, data: Path) -> Iterator[LabelFile]:
    """Yield the label files of a folder, by name.

    A data file is looked for below `folder`, then below `data`. Raises ValueError with the file's name for an
    invalid one.
    """
    for place in sorted(folder.rglob("*.json")):
        reported = json.loads(place.read_text(encoding="utf-8"))
        if not isinstance(reported, dict) or "events" not in reported or "file" not in reported:
            continue  # a data file beside its labels
        try:
            yield _label_file(reported, (folder, data))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{place.name}: {error}") from error


def _label_file(reported: Mapping[str, Any], roots: tuple[Path, ...]) -> LabelFile:
    paths = (root / reported["file"] for root in roots)
    return LabelFile(
        file=reported["file"],
        origin=reported.get("origin", ""),
        kind=reported.get("kind", ""),
        now=datetime.fromisoformat(reported["now"])
        if reported["events"]
        else datetime.max.replace(tzinfo=UTC),
        base_url=reported.get("base_url", ""),
        events=tuple(_label(one) for one in reported["events"]),
        path=next((path for path in paths if path.is_file()), None),
    )


def _label(reported: Mapping[str, Any]) -> Label:
    joined = {
        "point": (reported["lat"], reported["lng"]) if reported.get("lat") is not None else None,
        "price": _price(reported),
    }
    fields = {name: joined[name] if name in joined else reported[name] for name in FIELDS}
    also = reported.get("also") or {}
    unknown = also.keys() - set(FIELDS)
    if unknown:
        raise ValueError(f"also: {min(unknown)!r} is no field; the fields are {', '.join(FIELDS)}")
    return Label(id=str(reported["id"] or ""), reported=fields, also=also, note=reported.get("note") or "")


def _price(reported: Mapping[str, Any]) -> dict[str, Any] | None:
    """`{"free", "min", "max", "currency"}`, None where the file has no price."""
    price = {
        "free": reported["free"],
        "min": reported["price_min"],
        "max": reported["price_max"],
        "currency": reported["currency"],
    }
    return price if any(price[name] is not None for name in ("free", "min", "max")) else None
