"""Splits a text into its events: a single one, or several (line-ups, weekly programmes, tour dates)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from pipeline import patterns
from pipeline.prose.days import Day, joined
from pipeline.prose.lines import MAX_LENGTH
from pipeline.prose.places import names_place
from pipeline.prose.rows import MAX_ENTRY_LINE, Row
from pipeline.prose.sentences import reads_as_sentence
from pipeline.prose.titles import is_labelled

#: At most so many lines after the one with the day belong to its entry.
MAX_DETAILS: Final = 8
#: With more days outside lists, a text has too many subjects.
MAX_DAYS: Final = 3
_ANY_LABEL: Final = patterns.compile(r"^([^:：]{2,25}?)\s*[:：]", longest=MAX_LENGTH)
#: "Jazz Trio @ Blue Hall", "20:00 | Owls".
_PARTED: Final = patterns.compile(r"\s@\s?\w|\s[|–—]\s", longest=MAX_LENGTH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """The lines about one event, and its days (several where it takes place on each of them).

    `listed` marks one of several entries. The first `before` of its `details` precede its rows.
    """

    rows: tuple[Row, ...]
    days: tuple[Day, ...]
    listed: bool = False
    doubted: bool = False
    details: tuple[Row, ...] = field(default=())
    before: int = 0


def entries_of(rows: Sequence[Row]) -> list[Entry]:
    """The events of a text; none where it has no day, or several days that are no list."""
    heads = [at for at, row in enumerate(rows) if row.heads]
    if len({rows[at].days[0].first for at in heads}) > 1:
        listed = [
            entry
            for entry in _listed(rows, heads)
            if any(row.says_more or names_place(row.line.text) for row in entry.rows)
        ]
        if len(listed) > 1:
            return listed
    return _alone(rows)


def above(head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]) -> list[Row]:
    """The headline and the lines above a list; none without a list."""
    if not entries or not entries[0].listed:
        return []
    first = entries[0].rows[0]
    return [*head, *rows[: rows.index(first)]] if first in rows else list(head)


def _alone(rows: Sequence[Row]) -> list[Entry]:
    """One event with all lines. Of several days, the first full date with a time counts, in doubt."""
    dated = [row for row in rows if row.days]
    distinct = {day.first for row in dated for day in row.days}
    if not dated or len(distinct) > MAX_DAYS:
        enumerated = [row for row in dated if len(row.days) > 1 and joined(row.line.text, list(row.days))]
        if not enumerated or {day.first for day in enumerated[0].days} != distinct:
            return []
    best = max(
        dated,
        key=lambda row: (row.days[0].dated, bool(row.clocks), row.days[0].leading, row.days[0].confidence),
    )
    first = next(
        row
        for row in dated
        if (row.days[0].dated, bool(row.clocks)) == (best.days[0].dated, bool(best.clocks))
    )
    days = first.days if joined(first.line.text, list(first.days)) else (_day_of_clock(first),)
    others = distinct - {day.first for day in days}
    spanned = any(day.last and day.first <= other <= day.last for day in days for other in others)
    rest = tuple(row for row in rows if row is not first)
    return [
        Entry(
            rows=(first,),
            details=rest,
            before=rows.index(first),
            days=days,
            doubted=bool(others) and not spanned,
        )
    ]


def _day_of_clock(row: Row) -> Day:
    """The decisive one of a line's days that are no enumeration.

    A date takes precedence over "the weekend"; among relative days, the one before the time of day.
    """
    dated = next((day for day in row.days if day.dated), None)
    begins = next((told.start for told in row.clocks if not told.doors), None)
    near = [day for day in row.days if begins is not None and day.stop <= begins]
    return dated or (near[-1] if near else row.days[0])


def _listed(rows: Sequence[Row], heads: Sequence[int]) -> list[Entry]:
    """An entry for each line with a day, or for each line below one that is a heading."""
    if all(_is_labelled_day(rows[at]) for at in heads):
        return [
            _labelled_block(rows, at, floor=heads[place - 1] + 1 if place else 0)
            for place, at in enumerate(heads)
        ]
    title_first = _titles_come_first(rows, heads)
    entries: list[Entry] = []
    for place, at in enumerate(heads):
        stop = heads[place + 1] if place + 1 < len(heads) else len(rows)
        if title_first:
            entries.append(_block(rows, at, floor=heads[place - 1] + 1 if place else 0, stop=stop))
        else:
            entries += _below(rows[at], rows[at + 1 : stop], last=place + 1 == len(heads))
    return entries


def _is_labelled_day(row: Row) -> bool:
    """Whether a day follows its label: "When: Friday 4 December"."""
    return row.days[0].leading and is_labelled(row.line.text) and len(row.line.text) <= MAX_ENTRY_LINE


def _labelled_block(rows: Sequence[Row], at: int, *, floor: int) -> Entry:
    """The labelled lines around a day, and the lines above them back to the entry before (title and details)."""
    last = at + 1
    while last < len(rows) and is_labelled(rows[last].line.text) and not rows[last].days:
        last += 1
    first = floor
    while first < at and is_labelled(rows[first].line.text):  # the end of the entry before
        first += 1
    above = [
        row
        for row in rows[first:at]
        if len(row.line.text) <= MAX_ENTRY_LINE and not reads_as_sentence(row.line.text)
    ]
    title = above[-1:] if first == 0 or floor == 0 else above[:1]
    return Entry(
        rows=(*title, *rows[at:last]),
        details=tuple(row for row in rows[first:at] if row not in title),
        days=_days(rows[at]),
        listed=True,
    )


def _titles_come_first(rows: Sequence[Row], heads: Sequence[int]) -> bool:
    """Whether titles stand above their days.

    In blocks between gaps, or where the last line has a day.
    """
    below = sum(
        not rows[at].line.after_gap and at > 0 and not rows[at - 1].days and not rows[at - 1].clock_first
        for at in heads
    )
    if any(row.line.after_gap for row in rows[1:]):
        starts = [at for at in heads if at == 0 or rows[at].line.after_gap]
        return below > len(heads) / 2 and len(starts) < len(heads) / 2
    headings = [at for at in heads if not rows[at].says_more]
    return len(headings) > len(heads) / 2 and heads[-1] == len(rows) - 1 and heads[0] > 0


def _block(rows: Sequence[Row], at: int, *, floor: int, stop: int) -> Entry:
    """The lines around a day back to the gap before them and on to the gap after."""
    first = at
    while first > floor and not rows[first].line.after_gap:
        first -= 1
    last = at + 1
    while last < stop and not rows[last].line.after_gap and last - at < MAX_DETAILS:
        last += 1
    if last == stop and stop < len(rows):
        while last > at + 1 and not any(row.line.after_gap for row in rows[at + 1 : last]):
            last -= 1
    return Entry(rows=tuple(rows[first:last]), days=_days(rows[at]), listed=True)


def _below(head: Row, following: Sequence[Row], *, last: bool) -> list[Entry]:
    """The entries below a line with a day: the line with its details, and each item below it.

    An item begins with a time of day or stands alone.
    """
    days = _days(head)
    if head.says_more:
        own = 0
        while (
            own < len(following)
            and not following[own].clock_first
            and not (following[own].line.after_gap and (own or last))
            and own < MAX_DETAILS
        ):
            own += 1
        entries = [Entry(rows=(head, *following[:own]), days=days, listed=True)]
        return entries + [entry for entry in _groups(following[own:], days) if entry.rows[0].clock_first]
    groups = _groups(following, days)
    if len(groups) > 1:
        return groups
    whole = tuple(following[:MAX_DETAILS])
    return [Entry(rows=(head, *whole), days=days, listed=True)]


def _groups(rows: Sequence[Row], days: tuple[Day, ...]) -> list[Entry]:
    """Lines below a heading, grouped into entries.

    An entry begins with a time of day, else with a line "X @ Y", else after a gap.
    """
    blocks = _labelled_blocks(rows)
    if blocks:
        return [
            Entry(rows=tuple(rows[at : min(end, at + MAX_DETAILS)]), days=days, listed=True)
            for at, end in pairwise([*blocks, len(rows)])
        ]
    begins = [at for at, row in enumerate(rows) if row.clock_first]
    if not begins:
        begins = [
            at for at, row in enumerate(rows) if any(not told.doors for told in row.clocks) and row.is_item
        ]
        begins = begins if len(begins) > 1 else []
    if not begins:
        begins = [at for at, row in enumerate(rows) if _PARTED.search(row.line.text)]
        begins = begins if len(begins) > 1 else []
    if not begins:
        blocks = [at for at, row in enumerate(rows) if row.line.after_gap or at == 0]
        marked = [at for at, end in pairwise([*blocks, len(rows)]) if any(row.clocks for row in rows[at:end])]
        begins = marked if len(marked) > 1 else []
    return [
        Entry(rows=tuple(_until_gap(rows[at:end])), days=days, listed=True)
        for at, end in pairwise([*begins, len(rows)])
    ]


def _labelled_blocks(rows: Sequence[Row]) -> list[int]:
    """Lines without a label above labelled ones ("Venue: …", "Time: …"): the titles of a list.

    None where there is only one.
    """
    labels = [found.group(1).casefold() if (found := _ANY_LABEL.match(row.line.text)) else "" for row in rows]
    often = {label for label, times in Counter(labels).items() if label and times > 1}
    under = {at for at, row in enumerate(rows) if labels[at] in often or is_labelled(row.line.text)}
    begins = [at - 1 for at in sorted(under) if at and at - 1 not in under]
    return begins if len(begins) > 1 else []


def _until_gap(rows: Sequence[Row]) -> Sequence[Row]:
    for at, row in enumerate(rows):
        if at and (row.line.after_gap or at >= MAX_DETAILS):
            return rows[:at]
    return rows


def _days(row: Row) -> tuple[Day, ...]:
    return row.days if joined(row.line.text, list(row.days)) else row.days[:1]
