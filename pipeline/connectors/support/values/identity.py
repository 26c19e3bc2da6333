"""Which of a document's records share an id, and how they are told apart: an identity must not change when a
record moves in time."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline import patterns
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.text.decoding import bounded_id

_TRACKING: Final = patterns.compile(
    r"^(utm_.*|fbclid|gclid|mc_[ce]id|ref|ref_.*|aff|aff_id|_ga|igshid|msclkid|acontext|rec_?id|rec_?source|search_?id|event_?origin|keep_tld)$",
    patterns.IGNORECASE,
)


def url_identity(url: str) -> str:
    """A web address as an id: without the parameters that only say who sent the visitor, without a
    fragment, unless the fragment is a path of its own ("#/events/12", "#!12")."""
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    ]
    kept = (
        urlencode(query) if len(query) < len(parse_qsl(parts.query, keep_blank_values=True)) else parts.query
    )
    own = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, kept, own))


def shared_ids(ids: Iterable[Hashable]) -> frozenset[Hashable]:
    """The ids that occur more than once; '' is none."""
    return frozenset(name for name, count in Counter(ids).items() if name and count > 1)


def settle(
    records: Iterable[RawRecord | Dropped], shared: Collection[Hashable]
) -> Iterator[RawRecord | Dropped]:
    """Records with identities of their own; those that share an id come last.

    The same id, title and start twice: the second is dropped as "duplicate id". The same id on several days
    is a series, told apart by `recurrence_id`, the day; several times a day: the start. Where that does not
    tell them apart the id is no identity: `stable_id` False. An id that is an address is told apart by the
    fragments of the records' addresses first. `shared` has ids, and pairs of an id and a recurrence id.
    """
    groups: dict[Hashable, list[RawRecord]] = {}
    for record in records:
        if isinstance(record, RawRecord) and _own_id(record) in shared:
            groups.setdefault(_own_id(record), []).append(record)
        else:
            yield record
    for group in groups.values():
        yield from _told_apart(group)


def settled(records: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """`settle` for a list. Records without an id whose addresses differ by their fragments have these as ids."""
    records = _named_by_fragments(records)
    return list(settle(records, shared_ids(_own_id(r) for r in records if isinstance(r, RawRecord))))


def _own_id(record: RawRecord) -> Hashable:
    name = record.external_id
    return (name, record.recurrence_id) if name and record.recurrence_id else name


def _named_by_fragments(records: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    alike: dict[str, list[RawRecord]] = {}
    for record in records:
        if isinstance(record, RawRecord) and not record.external_id and "#" in record.url:
            alike.setdefault(url_identity(record.url), []).append(record)
    named = {
        id(old): new
        for group in alike.values()
        for old, new in zip(group, _by_fragments(group), strict=False)
    }
    return [named.get(id(record), record) for record in records]


def _by_fragments(group: list[RawRecord]) -> list[RawRecord]:
    """Records of one address, each with its fragment in its id; [] where these do not tell them apart."""
    fragments = [urlsplit(record.url).fragment for record in group]
    if len(group) < 2 or not all(fragments) or len(set(fragments)) < len(group):
        return []
    if any(record.external_id not in ("", url_identity(record.url)) for record in group):
        return []
    names = (
        f"{url_identity(record.url)}#{reported}" for record, reported in zip(group, fragments, strict=True)
    )
    return [
        replace(r, external_id=bounded_id(n, notes=[]), stable_id=True)
        for r, n in zip(group, names, strict=True)
    ]


def _told_apart(group: list[RawRecord]) -> Iterator[RawRecord | Dropped]:
    if named := _by_fragments(group):
        yield from named
        return
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
    yield from (
        replace(r, external_id="", recurrence_id="", stable_id=False, notes=(*r.notes, note)) for r in kept
    )


def _day(record: RawRecord) -> str:
    return record.start.date().isoformat() if isinstance(record.start, datetime) else _moment(record)


def _moment(record: RawRecord) -> str:
    return record.start if isinstance(record.start, str) else record.start.isoformat() if record.start else ""
