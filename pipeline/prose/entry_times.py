"""When an entry begins and ends, and when its doors open: chooses among the times in its lines."""

from datetime import date, datetime
from typing import Final

from pipeline import patterns
from pipeline.dates.moments import end_at
from pipeline.prose.clocks import ClockSpan
from pipeline.prose.days import Day
from pipeline.prose.entries import Entry
from pipeline.prose.lines import MAX_LENGTH

_TIME_LABEL: Final = patterns.compile(
    r"\b(?:time|when|start|starts|show|music|beginn|uhrzeit|heure|hora|orario|समय|ಸಮಯ)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


def times_of(entry: Entry, day: Day) -> tuple[datetime | date, datetime | date | None, datetime | None, str]:
    """Start, end, doors and the words of the time; dates where no time of day is given."""
    begins, doors = _clock(entry, day)
    opens = doors.clock.on(day.first) if doors else None
    if begins is None:
        return day.first, day.last, None, ""
    start = begins.clock.on(day.first)
    closes = begins.clock.end
    if day.last and day.last > day.first:
        end: datetime | date | None = datetime.combine(day.last, closes) if closes else day.last
    else:
        end = end_at(start, closes) if closes else None
    return start, end, opens if begins is not doors else None, begins.text


def _clock(entry: Entry, day: Day) -> tuple[ClockSpan | None, ClockSpan | None]:
    """The time of the beginning and that of the doors.

    Those beside the day, else labelled ones, else the only ones.
    """
    own = next((row for row in entry.rows if day in row.days), entry.rows[0])
    rows = [own, *(row for row in (*entry.rows, *entry.details) if row is not own)]
    doors = next((told for row in rows for told in row.clocks if told.doors), None)
    beside = [told for told in own.clocks if not told.doors]
    if beside:
        return min(beside, key=lambda told: (told.start < day.start, abs(told.start - day.stop))), doors
    others = [(row, told) for row in rows[1:] for told in row.clocks if not told.doors]
    named = next((told for row, told in others if _TIME_LABEL.search(row.line.text[: told.start])), None)
    if named or not others:
        return named or doors, doors
    distinct = {told.clock.start for _, told in others}
    return (others[0][1] if len(distinct) <= 2 or entry.listed else None) or doors, doors
