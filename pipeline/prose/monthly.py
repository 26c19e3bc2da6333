"""Monthly recurrence in words: "every first Friday", "second Saturdays", "jeden ersten Freitag"."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from pipeline import patterns
from pipeline.dates.repeats import CODES, monthly_in
from pipeline.prose.days import Day
from pipeline.prose.lines import MAX_LENGTH
from pipeline.text.folding import fold

#: The number of occurrences without a known last day: a quarter of a year.
TIMES: Final = 3
#: Where in a line a rule may begin, and how long it is, in characters.
_MAX_LINE: Final = 400
_MAX_RULE: Final = 80
_WORD: Final = patterns.compile(r"(?<!\w)\w", longest=MAX_LENGTH)
_BYDAY: Final = patterns.compile(r"BYDAY=(?P<nth>-?\d)(?P<code>[A-Z]{2})", longest=MAX_LENGTH)


def monthly_rule(lines: Iterable[str], day: Day, written: date) -> tuple[str, timedelta]:
    """The monthly rule (RFC 5545, bounded by a count) of a weekday in the lines, and a time offset.

    The offset is from `day` to the rule's first occurrence on or after the day of writing. ('', 0) without a
    rule, or where a date is given.
    """
    found = None if day.dated else next((rule for line in lines if (rule := _rule_in(line))), None)
    parts = _BYDAY.search(found) if found else None
    if parts is None:
        return "", timedelta()
    first = _next(written, int(parts["nth"]), CODES.index(parts["code"]))
    return f"{found};COUNT={TIMES}", first - day.first


def _rule_in(line: str) -> str | None:
    for word in _WORD.finditer(line[:_MAX_LINE]):
        found = monthly_in(fold(line[word.start() : word.start() + _MAX_RULE]))
        if found:
            return found[0]
    return None


def _next(written: date, nth: int, weekday: int) -> date:
    """The next such weekday of a month, on or after `written`."""
    year, month = written.year, written.month
    while True:
        days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
        found = date(year, month, days[nth - 1 if nth > 0 else nth])
        if found >= written:
            return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
