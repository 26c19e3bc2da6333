"""The days of a rule: months, days, years, weeks, weekdays, public holidays."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

#: Whether a day is a public holiday at the place.
Holidays = Callable[[date], bool]
#: Whether a rule applies to a day.
Days = Callable[[date, Holidays], bool]


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a span of the year.

    A month, a day of it, its nth weekday, or Easter Sunday (`month` 0); `year` where given.
    """

    year: int | None
    month: int
    day: int | None = None
    weekday: int | None = None
    nth: int = 0
    offset: int = 0

    def on(self, year: int, *, last: bool = False) -> date | None:
        """The date in that year; of a month alone its first or `last`. None where it does not exist."""
        try:
            if self.month == 0:
                found = easter(year)
            elif self.weekday is not None:
                found = nth_weekday(year, self.month, self.weekday, self.nth)
            elif self.day is not None:
                found = date(year, self.month, self.day)
            else:
                found = date(year, self.month, monthrange(year, self.month)[1] if last else 1)
            return found + timedelta(days=self.offset)
        except (ValueError, OverflowError):
            return None


def between(start: Edge, end: Edge) -> Days:
    """The days from `start` to `end`, inclusive; over the turn of the year where the end comes first."""

    def test(day: date, _: Holidays) -> bool:
        years = (day.year - 1, day.year, day.year + 1) if start.year is None else (start.year,)
        return any(_holds(day, start, end, year) for year in years)

    return test


def _holds(day: date, start: Edge, end: Edge, year: int) -> bool:
    first = start.on(year)
    last = end.on(end.year if end.year is not None else year, last=True)
    if first is not None and last is not None and last < first and end.year is None:
        last = end.on(year + 1, last=True)
    return first is not None and last is not None and first <= day <= last


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, before = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, before + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth weekday (Monday 0) of a month, from the end where negative.

    Raises ValueError where the month has none.
    """
    if nth > 0:
        first = date(year, month, 1)
        return date(year, month, 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1))
    length = monthrange(year, month)[1]
    last = date(year, month, length)
    return date(year, month, length - (last.weekday() - weekday) % 7 + 7 * (nth + 1))


def nth_of(day: date) -> tuple[int, int]:
    """The ordinal of the day's weekday in its month, from the start and from the end (-1 is the last)."""
    length = monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)


def any_of(tests: list[Days]) -> Days:
    """Days that match one of `tests`."""
    return lambda day, holidays: any(test(day, holidays) for test in tests)


def all_of(tests: list[Days]) -> Days:
    """Days that match all of `tests`."""
    return lambda day, holidays: all(test(day, holidays) for test in tests)


def public_holiday(day: date, holidays: Holidays) -> bool:
    """Match public holidays (PH)."""
    return holidays(day)
