"""Records out of the fields of one event, or why there is none; occurrences; pages of one listing."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from pipeline.characters import unescape
from pipeline.connectors.support.values.fields import text
from pipeline.connectors.support.values.identity import settled
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawRecord, RawTime
from pipeline.dates.moments import UNKNOWN_TIMES, read_moment
from pipeline.dates.window import Window
from pipeline.text.decoding import (
    MAX_DESCRIPTION,
    MAX_LINE,
    MAX_RAW,
    MAX_TITLE,
    bounded_id,
    clip,
    strip_controls,
)

#: Occurrences of one event, at most.
MAX_OCCURRENCES: Final = 400
#: As many of one event are all read, whether past or to come.
SHORT: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What `record` needs of any event: its own id and title, and the values of its start and end as they
    came."""

    item: Mapping[str, Any]
    id: Any = ""
    recurrence_id: str = ""
    title: str = ""
    description: str = ""
    start: Any = None
    end: Any = None
    notes: list[str] = field(default_factory=list)


def record(facts: Facts, **fields: Any) -> RawRecord | Dropped:
    """One record with its bounds kept, or why there is none: "no title", "no start", "unreadable start". An
    unreadable end is left out with a note."""
    notes = list(facts.notes)
    identity = bounded_id(text(facts.id), notes=notes)
    title = clip(" ".join(unescape(facts.title).split()), MAX_TITLE, what="title", notes=notes)
    start = read_moment(facts.start)
    if start is None or not title:
        unknown = "no start" if text(facts.start).casefold() in UNKNOWN_TIMES else "unreadable start"
        reason = unknown if title else "no title"
        return Dropped(
            reason=reason,
            external_id=identity,
            recurrence_id=facts.recurrence_id,
            title=title,
            detail=text(facts.start)[:200],
            raw=source_of(facts.item),
        )
    end = read_moment(facts.end)
    if end is None and text(facts.end).casefold() not in UNKNOWN_TIMES:
        notes.append(f"unreadable end {text(facts.end)[:80]!r}")
    return RawRecord(
        external_id=identity,
        stable_id=bool(identity),
        recurrence_id=facts.recurrence_id[:MAX_LINE],
        title=title,
        description=clip(facts.description.strip(), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=end,
        raw=source_of(facts.item),
        notes=tuple(notes),
        **fields,
    )


def dropped(reason: str, item: Any, identity: Any = "", title: str = "") -> Dropped:
    """An item that is left out, with what is known of it."""
    return Dropped(
        reason=reason,
        external_id=bounded_id(text(identity), notes=[]),
        title=title[:MAX_TITLE],
        raw=source_of(item),
    )


def event(
    item: Any,
    *,
    name: str,
    title: str,
    start: RawTime | None,
    description: str = "",
    notes: Iterable[str] = (),
    left_out: str = "",
    **fields: Any,
) -> RawRecord | Dropped:
    """One record of values that are read already, with its bounds kept, or why there is none: `left_out`
    where the caller knows a reason, else "no start", "no title". `name` is the source's id, `item` what it
    was read from."""
    told: list[str] = []
    identity = bounded_id(name, notes=told)
    short = clip(title, MAX_TITLE, what="title", notes=told)
    if left_out or start is None or not short:
        reason = left_out or ("no start" if start is None else "no title")
        return Dropped(
            reason=reason, external_id=identity, title=short, raw=fields.get("raw") or source_of(item)
        )
    told.extend(notes)
    whole = clip(description, MAX_DESCRIPTION, what="description", notes=told)
    return RawRecord(
        **{"raw": source_of(item)} | fields,
        external_id=identity,
        stable_id=bool(identity),
        title=short,
        description=whole,
        start=start,
        notes=tuple(told),
    )


def told_apart(records: Iterable[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """Records whose ids are theirs alone: what comes twice is dropped as "duplicate id"; different events
    under one id lose it, with a note."""
    listed = list(records)
    titles: dict[tuple[str, str], set[str]] = {}
    for one in listed:
        if isinstance(one, RawRecord) and one.external_id:
            titles.setdefault((one.external_id, one.recurrence_id), set()).add(one.title)
    seen: set[tuple[str, str, str]] = set()
    out: list[RawRecord | Dropped] = []
    for one in listed:
        key = (one.external_id, one.recurrence_id)
        if not isinstance(one, RawRecord) or not one.external_id:
            out.append(one)
        elif len(titles[key]) > 1:
            note = f"id {one.external_id[:80]} is shared by different events"
            out.append(
                replace(one, external_id="", recurrence_id="", stable_id=False, notes=(*one.notes, note))
            )
        elif (*key, one.title) in seen:
            out.append(
                Dropped(
                    reason="duplicate id",
                    external_id=key[0],
                    recurrence_id=key[1],
                    title=one.title,
                    raw=one.raw,
                )
            )
        else:
            out.append(one)
        seen.add((*key, one.title))
    return out


def source_of(item: Any) -> str:
    """The part of an answer that a record was read from, as JSON of at most 64,000 characters."""
    return strip_controls(json.dumps(item, ensure_ascii=False, default=str))[:MAX_RAW]


def once(records: Iterable[RawRecord | Dropped], seen: set[str]) -> list[RawRecord | Dropped]:
    """Records of one page among several: an id that an earlier page had already is dropped as "duplicate id",
    since lists shift while they are read."""
    out: list[RawRecord | Dropped] = []
    for record in settled(list(records)):
        name = f"{record.external_id}\n{record.recurrence_id}"
        if record.external_id and name in seen:
            record = Dropped(
                reason="duplicate id",
                external_id=record.external_id,
                recurrence_id=record.recurrence_id,
                title=record.title,
            )
        seen.add(name)
        out.append(record)
    return out


def up_to(pages: Iterable[Page], limit: int | None) -> Iterator[Page]:
    """At most `limit` records; with a limit absence means nothing, so that every page is partial and cut, and
    no checkpoint moves."""
    if limit is None:
        yield from pages
        return
    left = limit
    for page in pages:
        records = list(islice(page.records, left))
        left -= len(records)
        yield replace(page, records=records, coverage=Coverage.PARTIAL, cut=True, checkpoint={})
        if left <= 0:
            return


def names_of(moments: Sequence[datetime | date | None]) -> list[str]:
    """What tells the occurrences of one event apart: nothing for one alone, else the day, or the moment where
    a day has several.

    A day stands when the clock time of an occurrence changes."""
    if len(moments) < 2:
        return ["" for _ in moments]
    days = [(one.date() if isinstance(one, datetime) else one).isoformat() if one else "" for one in moments]
    if len(set(days)) == len(days):
        return days
    return [one.isoformat() if one else "" for one in moments]


def touching(moments: Sequence[datetime | date | None], window: Window) -> list[int]:
    """The places of an event's occurrences that are worth a record: of a long list those that touch the
    window, of a short one all.

    At most `MAX_OCCURRENCES`. A list that has none in the window stays as it is, so that it is counted as
    past or too far off, and not lost."""
    every = list(range(len(moments)))
    if len(moments) <= SHORT:
        return every
    days = [one.date() if isinstance(one, datetime) else one for one in moments]
    inside = [place for place, day in enumerate(days) if day is None or window.holds_day(day)]
    return (inside or every)[:MAX_OCCURRENCES]
