"""Parses machine-readable dates, times and durations. Any other text is left to the step `times`."""

import math
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.raw import RawTime
from pipeline.dates.zone_names import abbreviated
from pipeline.dates.zones import zone_named

#: Words that feeds use for an unknown time.
UNKNOWN_TIMES: Final = frozenset(
    {"", "tba", "tbd", "tbc", "n/a", "na", "none", "null", "-", "?", "unknown", "to be announced", "time tba"}
)

#: How many characters of a moment, and of a time of day or a duration, are read.
_LONGEST: Final = 80
_LONGEST_CLOCK: Final = 60

_ISO: Final = patterns.compile(
    r"""(?P<y>\d{4})(?:-(?P<m>\d{1,2})-(?P<d>\d{1,2})|/(?P<m3>\d{1,2})/(?P<d3>\d{1,2})|(?P<m2>\d{2})(?P<d2>\d{2})|-(?P<day>\d{3}))
    (?:(?:\s*[Tt]\s*|\s*,?\s+)(?P<H>\d{1,2})(?::?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,]\d+)?)?)?\s*(?P<ap>[ap]\.?m\.?)?
    \s*(?P<z>[a-z]{1,4}|[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\[[\w/+-]+\])?)?""",
    patterns.VERBOSE | patterns.IGNORECASE,
    longest=_LONGEST,
)
#: Milliseconds as in Microsoft's older serializers.
_DOTNET: Final = patterns.compile(r"^/Date\((\d{9,14})(?:[+-]\d{4})?\)/$", longest=_LONGEST)
#: The format of the WordPress plugin EventON: 2019-9-18T08-08-30-00 is half past eight (and +-5:00 five hours
#: behind UTC).
_EVENTON: Final = patterns.compile(r"T(\d{2})-\1-(\d{2})-\d{2}$", longest=_LONGEST)
_RFC822: Final = patterns.compile(
    r"^(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{2,4}\s+\d{1,2}:\d{2}", longest=_LONGEST
)
_NUMBER_LAST: Final = patterns.compile(r"\d\s*$", longest=_LONGEST)
_OFFSET_LAST: Final = patterns.compile(r"[+-]\d{4}\s*$", longest=_LONGEST)
#: "8:30 pm" is written by people; RFC 822 has no such form, and its parser would take "pm" for a zone.
_HALF_DAY: Final = patterns.compile(r"\d\s*[ap]\.?m\b", patterns.IGNORECASE, longest=_LONGEST)
_DURATION: Final = patterns.compile(
    r"^P(?:(?P<w>\d+(?:\.\d+)?)W)?(?:(?P<d>\d+(?:\.\d+)?)D)?(?:T(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<m>\d+(?:\.\d+)?)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?$",
    patterns.IGNORECASE,
    longest=_LONGEST_CLOCK,
)
_DAY_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def read_moment(value: Any, *, utc: bool = False) -> datetime | date | None:
    """`value` as a datetime (aware if it has an offset) or a date; None for anything else.

    Accepts ISO 8601 in its loose forms (RFC 3339 with a space, seven digits of fraction, `+01`,
    `20240601T1900Z`, ordinal days), RFC 822, and seconds, milliseconds or microseconds since 1970 (within
    1973 to 2100). `utc` means that a bare time is in UTC.
    """
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()[:_LONGEST]
    if text.isascii() and text.isdigit() and len(text) in (9, 10, 13, 16):
        return _epoch(int(text))
    dotnet = _DOTNET.match(text)
    if dotnet:
        return _epoch(int(dotnet.group(1)))
    moment = _iso(_EVENTON.sub(r"T\1:\2", text).replace("+-", "-")) or _rfc822(text)
    if utc and isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment


def day_of(moment: date) -> date:
    """The day of a moment or a day, as written."""
    return moment.date() if isinstance(moment, datetime) else moment


def raw_time(value: Any, *, utc: bool = False) -> RawTime | None:
    """Like `read_moment`, but unreadable text stays text (at most 200 characters).

    None for an empty value or a word for unknown.
    """
    moment = read_moment(value, utc=utc)
    if moment is not None:
        return moment
    text = " ".join(value.split())[:200] if isinstance(value, str) else ""
    return None if text.casefold() in UNKNOWN_TIMES else text


def read_duration(value: Any) -> float | None:
    """Seconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds; None for anything else.

    Months and years have no fixed length.
    """
    found = _DURATION.match(value.strip()[:_LONGEST_CLOCK]) if isinstance(value, str) else None
    if found is None:
        return None
    seconds = sum(float(part) * _DAY_SECONDS[unit] for unit, part in found.groupdict().items() if part)
    return seconds if 0 < seconds <= 366 * 86_400 else None


def end_at(start: datetime, clock: time) -> datetime:
    """The next time of day `clock` after `start`: past midnight where it is earlier in the day."""
    end = datetime.combine(start.date(), clock, tzinfo=start.tzinfo)
    return end if end >= start or start.date() == date.max else end + timedelta(days=1)


def _epoch(number: float) -> datetime | None:
    if not math.isfinite(number):
        return None
    for scale in (1, 1_000, 1_000_000):
        if 1e8 <= number / scale < 4_102_444_800:
            return datetime.fromtimestamp(number / scale, UTC)
    return None


def _iso(text: str) -> datetime | date | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    try:
        day = _day(part)
        if part["H"] is None:
            return day
        hour, extra = _hour(int(part["H"]), part["ap"])
        zone = _zone(part["z"])
        moment = datetime(
            day.year, day.month, day.day, hour, int(part["M"] or 0), min(int(part["S"] or 0), 59), tzinfo=zone
        )
        return moment + timedelta(days=extra)
    except (ValueError, OverflowError):
        return None


def _day(part: dict[str, str]) -> date:
    if part["day"]:
        return date(int(part["y"]), 1, 1) + timedelta(days=int(part["day"]) - 1)
    month, day = part["m"] or part["m2"] or part["m3"], part["d"] or part["d2"] or part["d3"]
    return date(int(part["y"]), int(month), int(day))


def _hour(hour: int, half: str | None) -> tuple[int, int]:
    """The hour from 0 to 23, and the days to add: 24:00 is the next day's 00:00."""
    if half:
        return hour % 12 + (12 if half[0] in "pP" else 0), 0
    return (0, 1) if hour == 24 else (hour, 0)


def _zone(text: str | None) -> tzinfo | None:
    """The offset, or the local time that an abbreviation means: "EST" is New York's, in summer too."""
    if not text:
        return None
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
        if abs(offset) > timedelta(hours=14):
            raise ValueError(text)
        return timezone(offset)
    name = "UTC" if text.casefold() == "z" else abbreviated(text)
    if not name:
        raise ValueError(text)
    return UTC if name == "UTC" else zone_named(name)


def _rfc822(text: str) -> datetime | None:
    if not _RFC822.match(text) or _HALF_DAY.search(text):
        return None
    words, _, last = text.rpartition(" ")
    name = abbreviated(last)
    try:
        moment = parsedate_to_datetime(words if name else text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if name:
        return moment.replace(tzinfo=UTC if name == "UTC" else zone_named(name))
    unzoned = _NUMBER_LAST.search(text) and not _OFFSET_LAST.search(text)
    return moment if moment.tzinfo or unzoned else moment.replace(tzinfo=UTC)
