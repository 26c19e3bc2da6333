"""One event told twice on a page (JSON-LD for machines, microdata for people) is one record; the earlier
syntax wins, the later fills gaps."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.characters import normalize
from pipeline.contract.fields import SIMPLE, is_known
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord, RawTime

_WORDS: Final = patterns.compile(r"\w+")
#: Records of one title and day that another is compared with.
_COMPARED: Final = 100
_KEPT: Final = frozenset(
    {"external_id", "stable_id", "recurrence_id", "title", "raw", "metadata", "method", "notes", "url"}
)


def merge(records: Iterable[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """Records in their order, those of the same event joined. Within one syntax only what does not contradict
    is the same event."""
    out: list[RawRecord | Dropped] = []
    places: dict[tuple[str, date | str], list[int]] = {}
    dropped: list[Dropped] = []
    for record in records:
        if isinstance(record, Dropped):
            dropped.append(record)
            continue
        indexes = places.setdefault((_key(record.title), _day(record.start)), [])
        same = next((i for i in indexes[:_COMPARED] if _same(out[i], record)), None)
        if same is None:
            indexes.append(len(out))
            out.append(record)
        else:
            out[same] = filled(out[same], record)  # type: ignore[arg-type]
    reported = {_key(record.title) for record in out} if dropped else set()
    return out + [d for d in dropped if not d.title or _key(d.title) not in reported]


def _same(first: Any, second: RawRecord) -> bool:
    """Whether two records with the same title and day are one event."""
    if not _times_agree(first.start, second.start):
        return False
    if first.metadata.get("syntax") != second.metadata.get("syntax"):
        return True
    urls_agree = not first.url or not second.url or first.url == second.url
    venues = {_key(record.venue.name or record.venue.address) for record in (first, second)} - {""}
    return urls_agree and len(venues) < 2


def _times_agree(first: RawTime | None, second: RawTime | None) -> bool:
    """Equal, or one of them a day alone, or one without a zone and the same on the clock."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        if (first.tzinfo is None) != (second.tzinfo is None):
            return first.replace(tzinfo=None) == second.replace(tzinfo=None)
        return first == second
    return True


def filled(first: RawRecord, second: RawRecord) -> RawRecord:
    """`first` with what only `second` knows."""
    changes: dict[str, Any] = {}
    for name in (f.name for f in fields(first) if f.name not in _KEPT):
        mine, theirs = getattr(first, name), getattr(second, name)
        if not _is_told(name, mine) and _is_told(name, theirs):
            changes[name] = theirs
    changes["venue"] = _filled_venue(first.venue, second.venue)
    changes["start"] = _sharper(first.start, second.start)
    changes["end"] = _sharper(first.end, second.end)
    if not first.external_id and second.external_id:
        changes |= {"external_id": second.external_id, "stable_id": second.stable_id}
    changes["url"] = first.url or second.url
    return replace(first, **changes)


def _is_told(name: str, value: Any) -> bool:
    """Whether a record says something: 0 is a value of a simple field, and nothing elsewhere."""
    return is_known(name, value) if name in SIMPLE else value not in ("", None, (), False)


def _sharper(first: RawTime | None, second: RawTime | None) -> RawTime | None:
    """The first, unless the second adds a time to its day, or an offset to its time."""
    if not isinstance(second, datetime) or isinstance(first, str):
        return first or second
    vague = isinstance(first, datetime) and first.tzinfo is None and second.replace(tzinfo=None) == first
    return first if isinstance(first, datetime) and not vague else second


def _filled_venue(first: Venue, second: Venue) -> Venue:
    values = {
        f.name: getattr(first, f.name) or getattr(second, f.name)
        for f in fields(first)
        if f.name not in ("lat", "lng")
    }
    source = first if first.lat is not None else second
    return replace(first, **values, lat=source.lat, lng=source.lng)


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(normalize("NFKC", text).casefold()))


def _day(start: RawTime | None) -> date | str:
    if isinstance(start, datetime):
        return start.date()
    return start if isinstance(start, date) else str(start)
