"""Reads the days in a line.

Dates, weekdays ("this Friday"), and days relative to the writing ("tomorrow", "heute Abend"). `dates` reads
dates, `several` dates that share a month, `counted` relative days (their words are in `words`). `weekdays`
joins "Saturday" to the date beside it, `others` finds days that are not the event's.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice, pairwise
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import languages_of
from pipeline.prose.days.counted import counted
from pipeline.prose.days.dates import east_asian, short, written_out
from pipeline.prose.days.day import GRACE, Day
from pipeline.prose.days.others import is_dateline, is_other
from pipeline.prose.days.several import several
from pipeline.prose.days.weekdays import with_weekdays, without_repeated
from pipeline.prose.lines import MAX_LENGTH

__all__ = ["Day", "days_and_others", "days_in", "joined"]

#: At most so many days of one enumeration; a longer one is a calendar, or hostile.
MOST_JOINED: Final = 31
#: At most so many days of one line are read.
MOST_OF_LINE: Final = 40
_DIGIT: Final = patterns.compile(r"\d", longest=MAX_LENGTH)
_WORD: Final = patterns.compile(r"\w", longest=MAX_LENGTH)
_LABEL: Final = patterns.compile(r"^\W*+[^\W\d]{2,12}(?: [^\W\d]{2,10}){0,2}\s*+:", longest=MAX_LENGTH)
_RANGE: Final = patterns.compile(
    r"^[\s,]*+(?:-|–|—|to|until|till|through|thru|bis|bis zum|au|al|hasta|to the)[\s,]*+$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_JOINED: Final = patterns.compile(
    r"^[\s,]*+(?:&|\+|/|and|und|et|y|e|en)?[\s,]*+$", patterns.IGNORECASE, longest=MAX_LENGTH
)


def days_in(
    line: str, *, written: date, language: str = "", month_first: bool | None = None, counting: bool = True
) -> list[Day]:
    """The future days that a line announces, in order; for the arguments see `days_and_others`."""
    return days_and_others(
        line, written=written, language=language, month_first=month_first, counting=counting
    )[0]


def days_and_others(
    line: str, *, written: date, language: str = "", month_first: bool | None = None, counting: bool = True
) -> tuple[list[Day], list[Day]]:
    """The future days that a line announces, in order, and those of a deadline, a sale, or the past.

    `written` is the day of writing. Without `counting` it is uncertain, and relative days ("tomorrow") are
    not read.
    """
    languages = languages_of(language)
    found: list[Day] = []
    if _DIGIT.search(line):
        found = [*_first(several(line, written, languages, month_first=month_first))]
        found += [
            day
            for day in _first(written_out(line, written, language, month_first))
            if not _touches(day, found)
        ]
        found += [day for day in _first(east_asian(line, written)) if not _touches(day, found)]
        found += [
            day for day in _first(short(line, written, month_first, languages)) if not _touches(day, found)
        ]
        found = with_weekdays(line, found, languages)
    if counting:
        found = without_repeated(line, found, [*_first(counted(line, written, language))], languages)
    found.sort(key=lambda day: day.start)
    kept: list[Day] = []
    others: list[Day] = []
    for day in _spans(line, found[:MOST_OF_LINE]):
        is_gone = (
            is_other(line, day)
            or is_dateline(line, day, written)
            or (day.last or day.first) < written - GRACE
        )
        (others if is_gone else kept).append(day)
    return [_placed(line, day) for day in kept], others


def _first(days: Iterable[Day]) -> Iterator[Day]:
    return islice(days, MOST_OF_LINE)


def joined(line: str, days: list[Day]) -> bool:
    """Whether the days of a line are one enumeration: "Fri 4 & Sat 5 December"."""
    return len(days) <= MOST_JOINED and all(
        _JOINED.match(line[one.stop : two.start]) for one, two in pairwise(days)
    )


def _spans(line: str, days: list[Day]) -> list[Day]:
    """Two days with a dash between them as one span."""
    merged: list[Day] = []
    for day in days:
        before = merged[-1] if merged else None
        if (
            before
            and before.dated
            and day.dated
            and not before.last
            and day.first > before.first
            and _RANGE.match(line[before.stop : day.start])
        ):
            merged[-1] = Day(
                first=before.first, last=day.last or day.first, start=before.start, stop=day.stop,
                text=line[before.start : day.stop], confidence=min(before.confidence, day.confidence),
            )  # fmt: skip
        else:
            merged.append(day)
    return merged


def _touches(day: Day, others: list[Day]) -> bool:
    return any(day.start < other.stop and other.start < day.stop for other in others)


def _placed(line: str, day: Day) -> Day:
    leading = not _WORD.search(_LABEL.sub("", line[: day.start]))
    return Day(
        first=day.first, last=day.last, start=day.start, stop=day.stop, text=day.text, confidence=day.confidence, dated=day.dated, leading=leading,
    )  # fmt: skip
