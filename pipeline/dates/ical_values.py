"""Parses calendar properties (RFC 5545, 3.3) with tolerance: dates and times, durations, coordinates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from pipeline import patterns

#: A date (all-day), a naive datetime (local to the TZID beside it, or floating), or an aware one.
When = date | datetime

_WHEN: Final = patterns.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?|Z)?",
    patterns.IGNORECASE | patterns.ASCII,
)
_DURATION: Final = patterns.compile(
    r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?",
    patterns.IGNORECASE | patterns.ASCII,
)
_GEO: Final = patterns.compile(
    r"\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*\\?[;,]\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*"
)


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: `nominal` in local time, then `exact` elapsed time.

    A nominal day is a day also when clocks change.
    """

    nominal: timedelta
    exact: timedelta = timedelta()

    @property
    def total(self) -> timedelta:
        """The sum of both, for comparisons."""
        return self.nominal + self.exact


def parse_when(text: str, *, says_date: bool = False) -> When:
    """A date, or a naive or aware (`Z`, numeric offset) datetime.

    Raises ValueError. `says_date`: VALUE=DATE stands beside it; then a midnight behind the date is removed,
    while any other time shows that VALUE is wrong. Also accepts `2026-11-21T19:00:00`, a missing second,
    fractions, a leap second, and 24:00 as the next midnight.
    """
    match = _WHEN.fullmatch(text.strip())
    if not match:
        raise ValueError("no date or time")
    year, month, day, hour, minute, second, zone = match.groups()
    first = date(int(year), int(month), int(day))
    if hour is None or (says_date and (hour, minute) == ("00", "00")):
        return first
    if (hour, minute, second or "00") == ("24", "00", "00"):
        moment = datetime(first.year, first.month, first.day) + timedelta(days=1)  # noqa: DTZ001 (wall-clock)
    else:
        clock = (int(hour), int(minute), min(int(second or 0), 59))
        moment = datetime(first.year, first.month, first.day, *clock)  # noqa: DTZ001 (wall-clock)
    return moment if zone is None else moment.replace(tzinfo=_offset(zone.upper()))


def parse_length(text: str) -> Length:
    """A duration (RFC 5545, 3.3.6): weeks and days are nominal, the rest exact.

    Raises ValueError and OverflowError.
    """
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()[1:]):
        raise ValueError("no duration")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    sign = -1 if match.group(1) == "-" else 1
    return Length(
        timedelta(weeks=weeks, days=days) * sign,
        timedelta(hours=hours, minutes=minutes, seconds=seconds) * sign,
    )


def parse_geo(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees.

    None for anything else, for points off the globe, and for 0,0, which means that nobody filled it in.
    """
    match = _GEO.fullmatch(text)
    if not match:
        return None
    lat, lng = float(match.group(1)), float(match.group(2))
    return (lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 and (lat or lng) else None


def compact(when: When) -> str:
    """`when` as stable text: `20261121`, `20261121T190000`, or in UTC `20261121T190000Z`."""
    day = f"{when.year:04d}{when.month:02d}{when.day:02d}"
    if not isinstance(when, datetime):
        return day
    if when.tzinfo is not None:
        return compact(when.astimezone(UTC).replace(tzinfo=None)) + "Z"
    return f"{day}T{when.hour:02d}{when.minute:02d}{when.second:02d}"


def _offset(zone: str) -> timezone:
    if zone in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1))
