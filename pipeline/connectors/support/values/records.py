"""Records out of the fields of one event, or why there is none; occurrences; pages of one listing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from pipeline.connectors.support.values.fields import text
from pipeline.connectors.support.values.identity import settled
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.moments import UNKNOWN_TIMES, day_of, read_moment
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
from pipeline.titles import kept

#: Occurrences of one event, at most.
MAX_OCCURRENCES: Final = 400
#: As many of one event are all read, whether past or to come.
SHORT: Final = 30


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
    name: Any,
    title: str,
    start: Any,
    end: Any = None,
    description: str = "",
    recurrence_id: str = "",
    notes: Iterable[str] = (),
    left_out: str = "",
    **fields: Any,
) -> RawRecord | Dropped:
    """One record with its bounds kept, or why there is none: `left_out` where the caller knows a reason, else
    "no title", "no start", "unreadable start". An unreadable end is left out with a note. `name` is the
    source's id, `start` and `end` are moments or what `read_moment` reads, `item` what all was read from."""
    reported: list[str] = []
    identity = bounded_id(text(name), notes=reported)
    short = kept(title, reported)
    begins, ends = read_moment(start), read_moment(end)
    if left_out or begins is None or not short:
        unknown = "no start" if text(start).casefold() in UNKNOWN_TIMES else "unreadable start"
        return Dropped(
            reason=left_out or (unknown if short else "no title"),
            external_id=identity,
            recurrence_id=recurrence_id,
            title=short,
            detail=text(start)[:200],
            raw=fields.get("raw") or source_of(item),
        )
    reported.extend(notes)
    if ends is None and text(end).casefold() not in UNKNOWN_TIMES:
        reported.append(f"unreadable end {text(end)[:80]!r}")
    whole = clip(description.strip(), MAX_DESCRIPTION, what="description", notes=reported)
    return RawRecord(
        **{"raw": source_of(item)} | fields,
        external_id=identity,
        stable_id=bool(identity),
        recurrence_id=recurrence_id[:MAX_LINE],
        title=short,
        description=whole,
        start=begins,
        end=ends,
        notes=tuple(reported),
    )


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
    days = [day_of(one).isoformat() if one else "" for one in moments]
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
    days = [one and day_of(one) for one in moments]
    inside = [place for place, day in enumerate(days) if day is None or window.holds_day(day)]
    return (inside or every)[:MAX_OCCURRENCES]
