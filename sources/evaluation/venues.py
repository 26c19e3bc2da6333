"""How right the venue matcher is: precision, recall and F1 over pairs of two lists, or of one list with its sources."""

import csv
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

from places.enums import PlaceVerdict
from places.likeness import Venue, match_venues
from sources.evaluation.duplicates import ordered, read_pairs, score_pairs

#: The columns of a venue, by the names that lists give them.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "title"),
    "address": ("address", "addr", "location", "street"),
    "city": ("city", "town"),
    "country": ("country",),
    "phone": ("phone", "telephone", "phone_number"),
    "website": ("website", "url"),
    "source": ("source",),
}


def read_venues(path: Path, *, source: str = "") -> list[Venue]:
    """The venues of a CSV with a header: `id` and `name` (or `title`), and where known address, city, country, phone, website, lat, lng (or lon),
    source. `KeyError` where `id` or a name is missing. `source` stands for the whole file where a row names none."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or []}
        chosen = {field: next((names[one] for one in offered if one in names), None) for field, offered in _COLUMNS.items()}
        if "id" not in names:
            raise KeyError("id")
        if chosen["name"] is None:
            raise KeyError("name")
        return [_venue(row, names, chosen, source) for row in reader]


def _venue(row: Mapping[str, str], names: Mapping[str, str], chosen: Mapping[str, str | None], source: str) -> Venue:
    texts = {field: (row.get(column) or "").strip() for field, column in chosen.items() if column is not None}
    texts["source"] = texts.get("source") or source
    lat, lng = (_degrees(row, names, *offered) for offered in (("lat", "latitude"), ("lng", "lon", "longitude")))
    return Venue(id=(row[names["id"]] or "").strip(), lat=lat, lng=lng, **texts)


def _degrees(row: Mapping[str, str], names: Mapping[str, str], *offered: str) -> float | None:
    text = next((row[names[name]] for name in offered if name in names), "")
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def venues_on(files: list[Path], gold: Path, ignore: Path | None = None) -> dict[str, Any]:
    """The venue matcher's figures: over pairs of different files where there are two, else over all pairs of one file.

    Nothing is fitted to the files, so that every pair of theirs is held out. Errors as of `categories_on`."""
    numbers = count(1)
    venues = [venue for path in files for venue in read_venues(path, source=f"file {next(numbers)}" if len(files) > 1 else "")]
    pairs = match_venues(venues, across_only=len(files) > 1)
    predicted = {ordered(venues[pair.first].id, venues[pair.second].id) for pair in pairs if pair.likeness.outcome is PlaceVerdict.MERGE}
    return score_pairs(predicted, read_pairs(gold), read_pairs(ignore) if ignore else ())
