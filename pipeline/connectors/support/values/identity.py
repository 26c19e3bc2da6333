"""Which of a document's records share an id, and how they are told apart: an identity must not change when a
record moves in time."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline import patterns
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawRecord

_TRACKING: Final = patterns.compile(
    r"^(utm_.*|fbclid|gclid|mc_[ce]id|ref|ref_.*|aff|aff_id|_ga|igshid|msclkid|acontext|rec_?id|rec_?source|search_?id|event_?origin|keep_tld)$",
    patterns.IGNORECASE,
)


def url_identity(url: str) -> str:
    """A web address as an id: without the parameters that only say who sent the visitor, without a
    fragment."""
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    ]
    kept = (
        urlencode(query) if len(query) < len(parse_qsl(parts.query, keep_blank_values=True)) else parts.query
    )
    return urlunsplit((parts.scheme, parts.netloc, parts.path, kept, ""))


def shared_ids(ids: Iterable[str]) -> frozenset[str]:
    """The ids that occur more than once; '' is none."""
    return frozenset(name for name, count in Counter(ids).items() if name and count > 1)


def settle(records: Iterable[RawRecord | Dropped], shared: Collection[str]) -> Iterator[RawRecord | Dropped]:
    """Records with identities of their own; those that share an id come last.

    The same id, title and start twice: the second is dropped as "duplicate id". The same id on several days
    is a series, told apart by `recurrence_id`, the day; several times a day: the start. Where that does not
    tell them apart the id is no identity: `stable_id` False.
    """
    groups: dict[str, list[RawRecord]] = {}
    for record in records:
        if isinstance(record, RawRecord) and record.external_id in shared and not record.recurrence_id:
            groups.setdefault(record.external_id, []).append(record)
        else:
            yield record
    for group in groups.values():
        yield from _told_apart(group)


def settled(records: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """`settle` for a list."""
    return list(settle(records, shared_ids(r.external_id for r in records if isinstance(r, RawRecord))))


def _told_apart(group: list[RawRecord]) -> Iterator[RawRecord | Dropped]:
    unique: dict[tuple[str, str, str], RawRecord] = {}
    for record in group:
        key = (record.title, _moment(record), record.venue.name)
        if key in unique:
            yield Dropped(
                reason="duplicate id", external_id=record.external_id, title=record.title, raw=record.raw
            )
        unique.setdefault(key, record)
    kept = list(unique.values())
    for name in (_day, _moment):
        names = [name(record) for record in kept]
        if len(set(names)) == len(names):
            yield from (
                kept
                if len(kept) == 1
                else [replace(r, recurrence_id=n) for r, n in zip(kept, names, strict=True)]
            )
            return
    note = f"id {group[0].external_id[:80]} is shared by different events"
    yield from (replace(r, external_id="", stable_id=False, notes=(*r.notes, note)) for r in kept)


def _day(record: RawRecord) -> str:
    return record.start.date().isoformat() if isinstance(record.start, datetime) else _moment(record)


def _moment(record: RawRecord) -> str:
    return record.start if isinstance(record.start, str) else record.start.isoformat() if record.start else ""
