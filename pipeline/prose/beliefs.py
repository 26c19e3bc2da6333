"""The confidence that a day is that of an event, and which entries of a text are no events."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pipeline import patterns
from pipeline.prose.days import Day
from pipeline.prose.entries import Entry
from pipeline.prose.lines import MAX_LENGTH
from pipeline.prose.places import is_labelled_place
from pipeline.prose.titles import is_labelled

#: A day with less confidence is no announcement.
LEAST: Final = 0.4
#: What a day in an article's running text must reach without a time of day.
SURE: Final = 0.65
#: By how much several days that are no list lower the confidence in the chosen one.
DOUBT: Final = 0.6
#: Calls to come, beside a day relative to the writing.
_ASKS: Final = patterns.compile(
    r"\b(?:join us|come (?:and|to|by|join|celebrate|see)|tickets?|doors|rsvp|see you|don['’]?t miss|free (?:entry|admission)|kommt|einlass"
    r"|eintritt|venez|entrée"
    r"|entrada|ingresso|live (?:music|at)|open mic|on stage|we(?:['’]re| are) (?:open|hosting|playing))\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


def without_doubtful(entries: Sequence[Entry], written: date) -> list[Entry]:
    """The entries whose day is certain enough."""
    return [
        entry
        for entry in entries
        if entry.days and belief(entry, entry.days[0]) >= LEAST and _announces(entry, written)
    ]


def belief(entry: Entry, day: Day) -> float:
    """The confidence in a day of an entry, 0 to 1.

    Higher with a time beside it, lower if chosen among others.
    """
    return min(day.confidence * (DOUBT if entry.doubted else 1.0) + 0.1 * _has_clock(entry), 0.9)


def is_announced(entry: Entry, written: date) -> bool:
    """Whether a day in an article's running text is certainly an event's.

    It needs more than a bare day and month, and is not only the day of writing.
    """
    day = entry.days[0]
    return _has_clock(entry) or (belief(entry, day) >= SURE and (day.last or day.first) > written)


def _announces(entry: Entry, written: date) -> bool:
    """Whether a relative day ("tonight") is that of an event.

    Its line has a time, a label, or a call to come.
    """
    day = entry.days[0]
    if day.dated or _has_clock(entry):
        return True
    rows = (*entry.rows, *entry.details)
    if any(is_labelled_place(row.line.text) or (row.days and is_labelled(row.line.text)) for row in rows) or (
        entry.listed and (day.leading or (day.last is None and day.first > written))
    ):
        return True
    return any(_ASKS.search(row.line.text) for row in rows if row.days)


def _has_clock(entry: Entry) -> bool:
    return any(row.clocks for row in (*entry.rows, *entry.details))
