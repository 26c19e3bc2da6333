"""Which day is meant: the year of a date without one, and the order of day and month in 3/4/2026.

A date without a year is the one from 60 days before the text was written on: what is just past stays past, any
other day is the next one. A weekday beside it must fit. docs/dates.md has cases.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from pipeline import patterns

#: A day without a year may be this long ago.
JUST_PAST: Final = timedelta(days=60)
#: With its weekday it may be this far ahead; without it a year after the first possible one.
_AHEAD: Final = timedelta(days=366)
#: The longest time to a 29 February: two of them are eight years apart around 1900 and 2100.
_LEAP_YEARS: Final = 9
#: Countries that put the month first, with the languages in which they do.
_MONTH_FIRST: Final = {
    **dict.fromkeys(("US", "PH", "PR", "GU", "FM", "MH", "PW"), ("", "en", "es", "tl")),
    "CA": ("", "en"),
}
_LONGEST: Final = 200
#: A day in numbers: 3/4/2026, 3.4.26, 3-4-26.
NUMERIC: Final = patterns.compile(
    r"(?<![\d/.-])(?P<one>\d{1,2})(?P<sign>[/.-])(?P<two>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})(?![\d/-])",
    longest=_LONGEST,
)


def day_without_year(month: int, day: int, *, around: date, weekday: int | None = None) -> date | None:
    """The day that a text of the day `around` means by a month and a day (0 is Monday).

    None where there is no such day, or none that falls on its weekday: one of the two was misread.
    """
    for year in range(around.year - 1, around.year + _LEAP_YEARS):
        found = _date(year, month, day)
        if found is None or found < around - JUST_PAST:
            continue
        if weekday is None or (found.weekday() == weekday and found <= around + _AHEAD):
            return found
    return None


def full_year(number: int) -> int:
    """The year of four digits of "26"."""
    return number if number > 99 else 2000 + number


def numeric_day(one: int, two: int, year: int, *, month_first: bool | None) -> date | None:
    """The day of 3/4/2026; None where it does not exist, or may be two days and nothing decides."""
    if month_first is None and one <= 12 and two <= 12 and one != two:
        return None
    swapped = two > 12 or (bool(month_first) and one <= 12)
    return _date(full_year(year), *((one, two) if swapped else (two, one)))


def month_first_in(texts: Iterable[str]) -> bool | None:
    """The order that the dates of one document show, by those that can only be read one way.

    None where none does, or where they contradict each other. Dotted dates always begin with the day.
    """
    votes = {
        one <= 12
        for text in texts
        for found in NUMERIC.finditer(text[:_LONGEST])
        if found["sign"] != "." and ((one := int(found["one"])) > 12) != (int(found["two"]) > 12)
    }
    return votes.pop() if len(votes) == 1 else None


def month_first_of(*, country: str = "", language: str = "") -> bool | None:
    """The order that is usual in a country (ISO 3166) and a language (a tag such as `en-US`).

    None where neither decides: English is written in both orders.
    """
    name, _, region = language.replace("_", "-").partition("-")
    if country := country or region.upper():
        return name.lower() in _MONTH_FIRST.get(country, ())
    return None if name.lower() in ("", "en") else False


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
