"""The extractor by rules: labelled lines, unambiguous dates, listed rows. Everything else is left to a person.

Rules for running text were right about title and day in under half of unseen texts (docs/decisions/0024); a
language model may read it where an operator switches one on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Venue
from pipeline.contract.prose import MAX_EVENTS, MAX_PROSE, Evidence, Prose
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import Clock
from pipeline.dates.free_text import MAX_DATES, When
from pipeline.dates.moments import end_at
from pipeline.geography.likeness.names import names_kind
from pipeline.prose.lines import lines_of
from pipeline.prose.rows import Row, row_of
from pipeline.text.decoding import MAX_DESCRIPTION
from pipeline.titles import called_off, is_title

#: At most so many lines below the one with the day belong to an entry of a list.
MAX_DETAILS: Final = 8
#: A title has at most so many words, unless it is a headline.
MOST_WORDS: Final = 14
#: Confidence in a title that is the author's name, and in a day of several.
GUESSED: Final = 0.3
DOUBTED: Final = 0.6
#: The confidence of a day with its year or its weekday.
SURE: Final = 0.65


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """The rows about one event; `row` has its day `when`. `is_listed` marks one of several."""

    row: Row
    when: When
    rows: tuple[Row, ...]
    is_listed: bool


class Rules:
    """Extracts by rules. The same text gives the same records on every machine, without a model."""

    def extract(self, prose: Prose) -> tuple[RawRecord | Dropped, ...]:
        """The records of a text, or one Dropped.

        Its reason: "no text", "no date in the text", "several dates, no list" or "no title".
        """
        lines = lines_of(prose.text[:MAX_PROSE])
        headline = lines_of(prose.title)[:1]
        if not lines and not headline:
            return (Dropped(reason="no text"),)
        head, rows = ([row_of(line, prose) for line in some] for some in (headline, lines))
        entries = _listed(rows) or _single(head, rows, prose.written)
        if not entries:
            several = any(row.days for row in (*head, *rows))
            reason = "several dates, no list" if several else "no date in the text"
            return (Dropped(reason=reason, title=prose.title[:300]),)
        made = (_record(entry, prose, head) for entry in entries[:MAX_EVENTS])
        unique = {(one.title.casefold(), str(one.start)): one for one in made if one.title}
        return tuple(unique.values()) or (Dropped(reason="no title", title=prose.title[:300]),)


def _listed(rows: Sequence[Row]) -> list[_Entry]:
    """The entries of a list: short lines with different days, each with the lines below or around it."""
    heads = [at for at, row in enumerate(rows) if row.days and row.is_short]
    heads = [at for at in heads if "start" in rows[at].reported] or heads
    if len({_day(rows[at].days[0]) for at in heads}) < 2:
        return []
    return [entry for group in _groups(rows, heads) for entry in _entries(group)]


def _groups(rows: Sequence[Row], heads: Sequence[int]) -> list[list[Row]]:
    """The rows of each day: blocks between gaps where each block has one, else from one day to the next."""
    if all("start" in rows[at].reported for at in heads):
        return _labelled_groups(rows, heads)
    blocks = [*(at for at, row in enumerate(rows) if row.line.after_gap or not at), len(rows)]
    dated = [(one, two, sum(one <= at < two for at in heads)) for one, two in pairwise(blocks)]
    whole = [(one, two) for one, two, count in dated if count]
    alone = all(count < 2 for *_, count in dated) and any(two - one > 1 for one, two in whole)
    if alone and not any(rows[one].days for one, _ in whole):  # titles above their days
        return [list(rows[one:two]) for one, two in whole]
    return [list(_until_gap(rows[one:two])) for one, two in pairwise([*heads, len(rows)])]


def _labelled_groups(rows: Sequence[Row], heads: Sequence[int]) -> list[list[Row]]:
    """The rows of each labelled day ("When: …"): the labels beside it, and the lines above back to the last label."""
    ends = []
    for at in heads:
        stop = at + 1
        while stop < len(rows) and rows[stop].reported and stop not in heads:
            stop += 1
        ends.append(stop)
    return [list(rows[one:two]) for one, two in pairwise([0, *ends])]


def _until_gap(rows: Sequence[Row]) -> Iterator[Row]:
    """A day and its details; a gap ends them, unless it stands directly below a day alone."""
    for at, row in enumerate(rows[: MAX_DETAILS + 1]):
        if row.line.after_gap and at and (at > 1 or rows[0].names):
            return
        yield row


def _entries(group: Sequence[Row]) -> Iterator[_Entry]:
    """One entry of a group, or one for each row that begins with a time below a day alone."""
    head = next(row for row in group if row.days)
    items = [at for at, row in enumerate(group) if row is not head and row.clock_first and row.names]
    if head.names or len(items) < 2:
        yield _Entry(row=head, when=head.days[0], rows=tuple(group), is_listed=True)
        return
    for one, two in pairwise([*items, len(group)]):
        yield _Entry(
            row=group[one],
            when=replace(head.days[0], start=_day(head.days[0]), end=None),
            rows=tuple(group[one:two]),
            is_listed=True,
        )


def _single(head: Sequence[Row], rows: Sequence[Row], written: date) -> list[_Entry]:
    """One event of all rows: its labelled day, or the only day; of a few, the first with a time, in doubt.

    Articles name many days: below a headline and without a time of day it needs its year or its weekday, after
    the day of writing, or a label.
    """
    told_hour = any(row.clock for row in (*head, *rows))
    every = [*head, *(row for row in rows if not head or told_hour or _is_announced(row, written))]
    labelled = [row for row in every if row.days and "start" in row.reported]
    dated = labelled[:1] or [row for row in every if row.days]
    days = {_day(when) for row in dated for when in row.days}
    if not days or len(days) > MAX_DATES:
        return []
    best = next((row for row in dated if row.clock), dated[0])
    when = next((one for one in best.days if isinstance(one.start, datetime)), best.days[0])
    if len(days) > 1:
        when = replace(when, confidence=round(when.confidence * DOUBTED, 2))
    return [_Entry(row=best, when=when, rows=tuple(rows), is_listed=False)]


def _is_announced(row: Row, written: date) -> bool:
    return "start" in row.reported or any(one.confidence >= SURE and _day(one) > written for one in row.days)


def _day(when: When) -> date:
    return when.start.date() if isinstance(when.start, datetime) else when.start


def _record(entry: _Entry, prose: Prose, head: Sequence[Row]) -> RawRecord:
    title, sure = _title(entry, prose, head)
    start, end, doors = _times(entry)
    place, place_sure = _place((entry.row, *entry.rows, *(row for row in head if row.days)), title)
    price = next((row.price for row in (entry.row, *entry.rows) if row.price), "")
    urls = [url for row in entry.rows for url in row.line.urls]
    tickets = next((url for row in entry.rows for url in row.line.urls if _sells(row, url)), "")
    own = [url for url in urls if url != tickets] if entry.is_listed else []
    reported = "\n".join(row.line.text for row in entry.rows)
    name, _, rest = place.partition(",")
    return RawRecord(
        external_id="",
        stable_id=False,
        title=title,
        description=(reported if entry.is_listed else prose.text)[:MAX_DESCRIPTION],
        start=start,
        end=end,
        doors=doors,
        venue=Venue(name=name.strip() or prose.venue, address=place if rest.strip() else ""),
        url=own[0] if own else prose.url,
        ticket_url=tickets,
        price_text=price[:200],
        status=called_off(reported) or "",  # never shown as taking place, though the rest is not understood
        language=prose.language[:20],
        method=ExtractionMethod.TEXT,
        metadata=_evidence(
            title=(title, sure),
            start=(entry.when.text, entry.when.confidence),
            venue=(place or prose.venue, place_sure or 0.6),
            price=(price, 0.7),
        ).metadata(),
        published=prose.published,
    )


def _title(entry: _Entry, prose: Prose, head: Sequence[Row]) -> tuple[str, float]:
    """The title and the confidence in it, ('', 0.0) where there is none.

    A labelled title, the headline, the first name in the rows, or the author, in this order.
    """
    if labelled := next((row.reported["title"] for row in entry.rows if "title" in row.reported), ""):
        return labelled, 0.8
    if head and not entry.is_listed:
        return _headline(head[0]), 0.75
    before = (
        [row for row in entry.rows if not row.days] if not entry.row.is_leading or not entry.row.names else []
    )
    for row in (entry.row, *before, *entry.rows) if entry.row.names else entry.rows:
        if row.reported or not row.is_short:
            continue
        if name := next((name for name in row.names if name != row.place and _is_title(name)), ""):
            return name, 0.65 if entry.is_listed else 0.6
    return (prose.author, GUESSED) if prose.author else ("", 0.0)


def _headline(row: Row) -> str:
    """The headline; one of a day, a title and a place is the title alone."""
    apart = [name for name in row.names if not names_kind(name)]
    if row.days and len(row.names) == 2 and len(apart) == 1:
        return apart[0]
    return row.headline or row.line.text


def _place(rows: Sequence[Row], title: str) -> tuple[str, float]:
    """The place and the confidence in it: after a label or "@", else another name that names a kind of venue."""
    if reported := next((row.place for row in rows if row.place), ""):
        return reported, 0.7
    told_names = (name for row in rows if row.is_short and not row.reported for name in row.names)
    names = (name.removeprefix("at ") for name in told_names if name != title)
    likely = next((name for name in names if len(name.split()) <= MOST_WORDS and names_kind(name)), "")
    return likely, 0.5 if likely else 0.0


def _is_title(name: str) -> bool:
    """Whether words may be a title, are short enough for one, and no sentences."""
    return (
        is_title(name)
        and len(name.split()) <= MOST_WORDS
        and not any(sign in name for sign in (". ", "? ", "! "))
    )


def _times(entry: _Entry) -> tuple[datetime | date, datetime | date | None, datetime | None]:
    """Start, end and doors: the time beside the day, else that of its row, else of a row that begins with one."""
    when = entry.when
    day = _day(when)
    opens = next((row.doors for row in entry.rows if row.doors), None)
    doors = opens.on(day) if opens else None
    clock = _clock(entry)
    if clock is None or (isinstance(when.end, date) and not isinstance(when.end, datetime)):
        return when.start, when.end, doors
    start = clock.on(day)
    return start, end_at(start, clock.end) if clock.end else None, doors


def _clock(entry: _Entry) -> Clock | None:
    if entry.row.clock:
        return entry.row.clock
    labelled = (row.clock for row in entry.rows if "time" in row.reported and row.clock)
    first = (row.clock for row in entry.rows if row.clock and (row.clock_first or entry.is_listed))
    return next(labelled, None) or next(first, None)


def _sells(row: Row, url: str) -> bool:
    return "ticket" in f"{url} {row.line.text}".casefold()


def _evidence(**found: tuple[str, float]) -> Evidence:
    """Of each field the words that give it and the confidence in them, where there are words."""
    return Evidence(
        words={name: text[:200] for name, (text, _) in found.items() if text},
        confidence={name: sure for name, (text, sure) in found.items() if text},
    )
