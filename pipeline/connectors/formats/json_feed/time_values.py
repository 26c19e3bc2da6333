"""Reads one value of a JSON item as a moment, a day or a time of day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.shape import present, squash
from pipeline.connectors.formats.json_feed.view import View
from pipeline.contract.raw import RawTime
from pipeline.dates.clocks import Clock, clocks_in, read_clock
from pipeline.dates.moments import day_of, raw_time
from pipeline.dates.time_text import names_a_near_day
from pipeline.dates.years import numeric_day

#: Characters of a time that are looked at, as many as `raw_time` keeps.
LONGEST: Final = 200
NUMERIC: Final = patterns.compile(
    r"^(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b[\s,]*(?:at\s+|@\s*|um\s+|[-–—]\s*)?(.*)$",
    longest=LONGEST,
)
_INSIDE: Final = (
    "datetime", "start", "begin", "utc", "iso", "iso8601", "value", "timestamp", "unix", "local", "localdatetime", "datetimelocal",
    "startdatetime", "startdate", "date", "localdate", "day", "when",
)  # fmt: skip
_CLOCKS: Final = ("time", "localtime", "starttime", "hour")
_NAMED_DAY: Final = patterns.compile(r"[^\W\d_]{3}.*\d|\d.*[^\W\d_]{3}", longest=LONGEST)
_SIGNED: Final = patterns.compile(r"\d[/.-]\d", longest=LONGEST)
#: Each day of a month as a number by itself.
_DAY_NUMBERS: Final = {day: patterns.compile(rf"\b0?{day}\b", longest=LONGEST) for day in range(1, 32)}
#: A day before a time of day, where a field for the time alone repeats it: "2025-09-25T16:30:00".
_DAY_BEFORE_CLOCK: Final = patterns.compile(
    r"^\d{4}-\d{2}-\d{2}[T ](?=\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?$)", longest=LONGEST
)
#: The WordPress plugin EventON counts these seconds by the clock of the place.
_WALL_SECONDS: Final = frozenset({"eventstartunix", "eventendunix"})


def moment_of(view: View, name: str, day_first: bool | None) -> tuple[RawTime | None, str, bool]:
    """The best value of a field, the zone named inside it, and whether it is a calendar day.

    The first value says which day it is. Of those that agree, a moment with an offset wins, or any moment
    where the zone is known; else a moment without; else the day, with a time beside it; else the words that
    tell most.
    """
    best: date | None = None
    words, zone, day_only = "", "", False
    for key, value in view.named(name):
        read, inner_zone, only = read_value(value, key, day_first)
        zone = zone or inner_zone
        if isinstance(read, str):
            words = max(words, read, key=_information)
        elif isinstance(read, date) and _sharper(best, read):
            best, day_only = read, only
        if isinstance(best, datetime) and (best.tzinfo is not None or "/" in view.text("timezone") + zone):
            break
    clock = as_clock(words)
    if (
        best is not None
        and clock is None
        and not isinstance(best, datetime)
        and _DAY_NUMBERS[best.day].search(words)
    ):
        clock = next((reported.clock for reported in clocks_in(words)), None) if name == "start" else None
    if isinstance(best, datetime) or (best is not None and clock is None):
        return best, zone, day_only
    return (
        (words or None) if best is None or clock is None else datetime.combine(best, clock.start),
        zone,
        day_only,
    )


def _sharper(best: date | None, read: date) -> bool:
    """Whether `read` says more than `best`, of the same day or its neighbour (in UTC): a time, or an
    offset."""
    if best is None:
        return True
    rank = [
        (isinstance(value, datetime), isinstance(value, datetime) and value.tzinfo is not None)
        for value in (best, read)
    ]
    return rank[1] > rank[0] and abs((day_of(read) - day_of(best)).days) <= 1


def _information(text: str) -> int:
    """How much of a date a text may tell: a month in words, digits with signs between them or "tomorrow", a time
    alone, nothing."""
    if as_clock(text) is not None:
        return 1
    if _NAMED_DAY.search(text):
        return 3
    return 2 if _SIGNED.search(text) or names_a_near_day(text) else 0


def _information_and_hour(text: str) -> tuple[int, bool]:
    """As `_information`; of equals the one with a time of day tells more ("Nov 1" and "Sat, Nov 1, 7:30 PM")."""
    return _information(text), bool(clocks_in(text))


def read_value(value: Any, key: str, day_first: bool | None) -> tuple[RawTime | None, str, bool]:
    """The value of a key as a moment, a day or words; the zone named inside it; whether it is a calendar day."""
    if isinstance(value, Mapping):
        return inside(value, day_first)
    if isinstance(value, list):
        return (
            read_value(value[0], key, day_first)
            if value and not isinstance(value[0], list)
            else (None, "", False)
        )
    read = raw_time(value, utc="utc" in key)
    if key in _WALL_SECONDS and isinstance(read, datetime):
        return read.replace(tzinfo=None), "", False
    if isinstance(read, str) and "://" in read:
        return None, "", False
    return (_numeric(read, day_first) if isinstance(read, str) else read), "", False


def inside(
    value: Mapping[str, Any], day_first: bool | None, names: tuple[str, ...] = _INSIDE
) -> tuple[RawTime | None, str, bool]:
    """An object such as `{"dateTime", "timeZone"}`, `{"localDate", "localTime"}` or Google's `{"date"}`."""
    plain = {squash(k): v for k, v in value.items() if isinstance(k, str) and present(v)}
    zone = next((str(plain[k]) for k in ("timezone", "tz", "tzid") if isinstance(plain.get(k), str)), "")
    clock = next((c for k in _CLOCKS if isinstance(plain.get(k), str) and (c := read_clock(plain[k]))), None)
    day = _from_parts(plain) if names is _INSIDE else None
    words = ""
    for key in (k for k in names if k in plain and not isinstance(plain[k], Mapping | list)):
        read = raw_time(plain[key], utc=key == "utc")
        read = _numeric(read, day_first) if isinstance(read, str) else read
        if isinstance(read, datetime):
            return read, zone, False
        day = day or (read if isinstance(read, date) else None)
        words = max(words, read, key=_information_and_hour) if isinstance(read, str) else words
    if day is None:
        reported = f"{words} {clock.start:%H:%M}" if words and clock and not clocks_in(words) else words
        return reported or None, zone, False
    return (
        (datetime.combine(day, clock.start) if clock else day),
        zone,
        {squash(str(k)) for k in value} == {"date"},
    )


def _from_parts(plain: Mapping[str, Any]) -> date | None:
    """The day of `{"year": 2026, "month": 12, "day": 1}`; None where these are no numbers of a day."""
    parts = [str(plain.get(name, "")) for name in ("year", "month", "day")]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _numeric(text: str, day_first: bool | None) -> RawTime:
    """3/4/2026 and 3.4.2026, with a time behind; text where the order is not known."""
    found = NUMERIC.match(text)
    if not found:
        return text
    one, two, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
    month_first = False if found.group(2) == "." else None if day_first is None else not day_first
    day = numeric_day(one, two, year, month_first=month_first)
    if day is None:
        return text
    clock = read_clock(found.group(5))
    return datetime.combine(day, clock.start) if clock else day if not found.group(5) else text


def clock_of(view: View, name: str, *, dated: bool = False) -> Clock | None:
    """The time of day of a field; with `dated` also where it repeats the day before it."""
    for value in view.all(name):
        text = value[0] if isinstance(value, list) and value else value
        clock = _clock_in(text[:LONGEST], dated=dated) if isinstance(text, str) else None
        if clock:
            return clock
    return None


def _clock_in(text: str, *, dated: bool) -> Clock | None:
    return read_clock(_DAY_BEFORE_CLOCK.sub("", text) if dated else text)


def as_clock(value: Any) -> Clock | None:
    """A time of day that is written as text, else None."""
    return read_clock(value) if isinstance(value, str) else None
