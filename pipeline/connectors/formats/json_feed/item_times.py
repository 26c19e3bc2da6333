"""When: out of dates, times, both in one, objects of either, and words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.view import View, present, squash
from pipeline.connectors.support.values import moment
from pipeline.contract.raw import RawTime
from pipeline.dates.moments import Clock, end_at, raw_time, read_clock, read_duration

#: Characters of a time that are looked at, as many as `raw_time` keeps.
_LONGEST: Final = 200
_NUMERIC: Final = patterns.compile(
    r"^(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b[\s,]*(?:at\s+|@\s*|um\s+|[-–—]\s*)?(.*)$",
    longest=_LONGEST,
)
_INSIDE: Final = (
    "datetime", "start", "begin", "utc", "iso", "iso8601", "value", "timestamp", "unix", "local", "localdatetime", "datetimelocal",
    "startdatetime", "startdate", "date", "localdate", "day", "when",
)  # fmt: skip
_INSIDE_END: Final = ("end", "finish", "until", "to")
_CLOCKS: Final = ("time", "localtime", "starttime", "hour")
_NAMED_DAY: Final = patterns.compile(r"[^\W\d_]{3}.*\d|\d.*[^\W\d_]{3}", longest=_LONGEST)
_SIGNED: Final = patterns.compile(r"\d[/.-]\d", longest=_LONGEST)
_HOUR: Final = patterns.compile(
    r"\d:\d{2}|\d\s*[ap]\.?m\b|\d\s*(?:uhr|h)\b", patterns.IGNORECASE, longest=_LONGEST
)
_MINUTES: Final = patterns.compile(r"^\d{1,4}$")
#: A time of day inside words that tell a day too: "Wed, Jun 19, 2024 7:30 PM".
_CLOCK_INSIDE: Final = patterns.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m\b|\b\d{1,2}:\d{2}\b", patterns.IGNORECASE, longest=_LONGEST
)
#: Each day of a month as a number by itself.
_DAY_NUMBERS: Final = {day: patterns.compile(rf"\b0?{day}\b", longest=_LONGEST) for day in range(1, 32)}
#: What stands behind a time without changing it: "10:00 AM onwards", "7 PM IST · 2 days".
_BEHIND_CLOCK: Final = patterns.compile(
    r"\s*(?:[·|(].*|\bonwards?|\bsharp|\btill late|\buntil late)\s*$", patterns.IGNORECASE, longest=_LONGEST
)
#: A day before a time of day, where a field for the time alone repeats it: "2025-09-25T16:30:00".
_DAY_BEFORE_CLOCK: Final = patterns.compile(
    r"^\d{4}-\d{2}-\d{2}[T ](?=\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?$)", longest=_LONGEST
)
_DAY_SECONDS: Final = 86_400
#: The WordPress plugin EventON counts these seconds by the clock of the place.
_WALL_SECONDS: Final = frozenset({"eventstartunix", "eventendunix"})
#: Offsets from UTC are quarters of an hour, of at most 14 hours.
_QUARTER_MS: Final = 900_000
_FURTHEST_MS: Final = 14 * 3_600_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """What an item says of its time. `day_only` says that the start is given as a calendar day (Google's
    all-day form)."""

    start: RawTime | None = None
    end: RawTime | None = None
    duration_seconds: float | None = None
    timezone: str = ""
    day_only: bool = False


def times(view: View, *, day_first: bool | None = None) -> Times:
    """The start and end of an item. `day_first` decides what 3/4/2026 means; None leaves such text to a later
    step, which knows the language."""
    start, zone, day_only = _moment(view, "start", day_first)
    end, end_zone, _ = _moment(view, "end", day_first)
    if end is None and isinstance(span := view.get("start"), Mapping):
        end, end_zone, _ = _inside(span, day_first, _INSIDE_END)
    clock = _clock(view, "start_clock", dated=True)
    start_clock = _as_clock(start)
    if start_clock is not None:
        start, clock = None, clock or start_clock
    if view.flag("unknown_time") or view.flag("known_time") is False or _by_day(view, "start"):
        start, end, clock = _day_of(start), _day_of(end), None
    end = _day_of(end) if _by_day(view, "end") else end
    if isinstance(start, str) and clock and not _HOUR.search(start):
        start = f"{start} {clock.start:%H:%M}"
    if isinstance(start, date) and clock and _is_day(start):
        start = datetime.combine(start, clock.start)
    if isinstance(start, datetime) and start.tzinfo is not None and not start.utcoffset():
        start = _by_the_place(view, start, clock, day_first)
    end = _end(start, end, clock, _clock(view, "end_clock"))
    found = Times(
        start=start,
        end=end,
        duration_seconds=_duration(view, end),
        timezone=view.text("timezone") or zone or end_zone,
        day_only=day_only,
    )
    return replace(found, timezone=found.timezone[:64])


def is_span(values: list[Any], view: View, day_first: bool | None) -> bool:
    """Whether a list of two times is a start and an end: the second shows the clock that the item names as
    its end."""
    clock = _clock(view, "end_clock")
    last = _read(values[1], "", day_first)[0] if len(values) == 2 and clock else None
    return clock is not None and isinstance(last, datetime) and last.time() == clock.start


def decide_day_first(texts: list[str]) -> bool | None:
    """What the order of day and month is in a document: decided by the first date with a number above 12;
    None where there is none."""
    for text in texts:
        found = _NUMERIC.match(text[:_LONGEST])
        if found and found.group(2) == "/":
            one, two = int(found.group(1)), int(found.group(3))
            if one > 12 >= two:
                return True
            if two > 12 >= one:
                return False
    return None


def _moment(view: View, name: str, day_first: bool | None) -> tuple[RawTime | None, str, bool]:
    """The best value of a field, the zone named inside it, and whether it is a calendar day.

    The first value says which day it is. Of those that agree, a moment with an offset wins, or any moment
    where the zone is known; else a moment without; else the day, with a time beside it; else the words that
    tell most.
    """
    best: date | None = None
    words, zone, day_only = "", "", False
    for key, value in view.named(name):
        read, inner_zone, only = _read(value, key, day_first)
        zone = zone or inner_zone
        if isinstance(read, str):
            words = max(words, read, key=_information)
        elif isinstance(read, date) and _sharper(best, read):
            best, day_only = read, only
        if isinstance(best, datetime) and (best.tzinfo is not None or "/" in view.text("timezone") + zone):
            break
    clock = _as_clock(words)
    if (
        best is not None
        and clock is None
        and not isinstance(best, datetime)
        and _DAY_NUMBERS[best.day].search(words)
    ):
        inside = _CLOCK_INSIDE.search(words)
        clock = read_clock(inside.group()) if inside and name == "start" else None
    if isinstance(best, datetime) or (best is not None and clock is None):
        return best, zone, day_only
    return (
        (words or None) if best is None or clock is None else datetime.combine(best, clock.start),
        zone,
        day_only,
    )


def _by_the_place(view: View, start: datetime, clock: Clock | None, day_first: bool | None) -> RawTime:
    """A start in UTC with the offset of its place, where an item tells its clock or its offset too."""
    there = moment(_wall(view, clock, day_first), start) or start
    offset = _offset(view)
    still_utc = isinstance(there, datetime) and there.tzinfo is not None and not there.utcoffset()
    return start.astimezone(offset) if offset and still_utc else there


def _wall(view: View, clock: Clock | None, day_first: bool | None) -> datetime | None:
    """The start by the clock of the place, where an item tells it beside the one in UTC; None where it does
    not."""
    for key, value in view.named("start"):
        read, _, _ = _read(value, key, day_first) if "utc" not in key else (None, "", False)
        if isinstance(read, datetime) and read.tzinfo is None:
            return read
        if isinstance(read, date) and not isinstance(read, datetime) and clock:
            return datetime.combine(read, clock.start)
    return None


def _offset(view: View) -> timezone | None:
    """The offset that an item tells beside its moment in UTC, in milliseconds (Meetup's old API); None where
    it tells none."""
    value = view.get("utc_offset")
    told = value if isinstance(value, int) and not isinstance(value, bool) and value % _QUARTER_MS == 0 else 0
    return timezone(timedelta(milliseconds=told)) if told and abs(told) <= _FURTHEST_MS else None


def _is_day(start: date) -> bool:
    """Whether a start is a day: a date, or midnight without an offset (a clock beside it then says when)."""
    return not isinstance(start, datetime) or (start.tzinfo is None and start.time() == time())


def _by_day(view: View, name: str) -> bool:
    """Whether an item says that its start or end is only known by the day (2 for `all_day` is Eventful's word
    for it)."""
    if str(view.values.get("allday")) == "2":
        return True
    seconds = view.values.get(f"{name}timeprecisionsec")
    return isinstance(seconds, int | float) and seconds >= _DAY_SECONDS


def _sharper(best: date | None, read: date) -> bool:
    """Whether `read` says more than `best`, of the same day or its neighbour (in UTC): a time, or an
    offset."""
    if best is None:
        return True
    rank = [
        (isinstance(value, datetime), isinstance(value, datetime) and value.tzinfo is not None)
        for value in (best, read)
    ]
    return rank[1] > rank[0] and abs((_plain_day(read) - _plain_day(best)).days) <= 1


def _plain_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _information(text: str) -> int:
    """How much of a date a text may tell: a month in words, digits with signs between them, a time alone,
    nothing."""
    if _as_clock(text) is not None:
        return 1
    if _NAMED_DAY.search(text):
        return 3
    return 2 if _SIGNED.search(text) else 0


def _information_and_hour(text: str) -> tuple[int, bool]:
    """As `_information`; of equals the one with a time of day tells more ("Nov 1" and "Sat, Nov 1, 7:30 PM")."""
    return _information(text), bool(_HOUR.search(text))


def _read(value: Any, key: str, day_first: bool | None) -> tuple[RawTime | None, str, bool]:
    if isinstance(value, Mapping):
        return _inside(value, day_first)
    if isinstance(value, list):
        return (
            _read(value[0], key, day_first) if value and not isinstance(value[0], list) else (None, "", False)
        )
    read = raw_time(value, utc="utc" in key)
    if key in _WALL_SECONDS and isinstance(read, datetime):
        return read.replace(tzinfo=None), "", False
    if isinstance(read, str) and "://" in read:
        return None, "", False
    return (_numeric(read, day_first) if isinstance(read, str) else read), "", False


def _inside(
    value: Mapping[str, Any], day_first: bool | None, names: tuple[str, ...] = _INSIDE
) -> tuple[RawTime | None, str, bool]:
    """An object such as `{"dateTime", "timeZone"}`, `{"localDate", "localTime"}` or Google's `{"date"}`."""
    plain = {squash(k): v for k, v in value.items() if isinstance(k, str) and present(v)}
    zone = next((str(plain[k]) for k in ("timezone", "tz", "tzid") if isinstance(plain.get(k), str)), "")
    clock = next((c for k in _CLOCKS if isinstance(plain.get(k), str) and (c := read_clock(plain[k]))), None)
    day: date | None = None
    words = ""
    for key in (k for k in names if k in plain and not isinstance(plain[k], Mapping | list)):
        read = raw_time(plain[key], utc=key == "utc")
        read = _numeric(read, day_first) if isinstance(read, str) else read
        if isinstance(read, datetime):
            return read, zone, False
        day = day or (read if isinstance(read, date) else None)
        words = max(words, read, key=_information_and_hour) if isinstance(read, str) else words
    if day is None:
        return words or None, zone, False
    return (
        (datetime.combine(day, clock.start) if clock else day),
        zone,
        {squash(str(k)) for k in value} == {"date"},
    )


def _numeric(text: str, day_first: bool | None) -> RawTime:
    """3/4/2026 and 3.4.2026, with a time behind; text where the order is not known."""
    found = _NUMERIC.match(text)
    if not found:
        return text
    one, two, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
    first = True if found.group(2) == "." or one > 12 else False if two > 12 else day_first
    if first is None and one != two:
        return text
    try:
        day = date(year if year > 99 else 2000 + year, *((two, one) if first else (one, two)))
    except ValueError:
        return text
    clock = read_clock(found.group(5))
    return datetime.combine(day, clock.start) if clock else day if not found.group(5) else text


def _clock(view: View, name: str, *, dated: bool = False) -> Clock | None:
    """The time of day of a field; with `dated` also where it repeats the day before it."""
    for value in view.all(name):
        text = value[0] if isinstance(value, list) and value else value
        clock = _clock_in(text[:_LONGEST], dated=dated) if isinstance(text, str) else None
        if clock:
            return clock
    return None


def _clock_in(text: str, *, dated: bool) -> Clock | None:
    return read_clock(_BEHIND_CLOCK.sub("", _DAY_BEFORE_CLOCK.sub("", text) if dated else text))


def _as_clock(value: Any) -> Clock | None:
    return read_clock(value) if isinstance(value, str) else None


def _end(
    start: RawTime | None, end: RawTime | None, clock: Clock | None, end_clock: Clock | None
) -> RawTime | None:
    """The end; a time alone, or the second half of a range, is the next such time after the start."""
    alone = _as_clock(end)
    if isinstance(start, datetime):
        last = end_clock.start if end_clock else clock.end if clock else None
        if isinstance(end, date) and not isinstance(end, datetime) and last:
            until = datetime.combine(end, last, tzinfo=start.tzinfo)
            return until if until > start or end != start.date() else end_at(start, last)
        told = (
            alone.start
            if alone
            else None
            if end is not None
            else end_clock.start
            if end_clock
            else clock.end
            if clock
            else None
        )
        if told is not None:
            return end_at(start, told)
    return None if alone else end


def _duration(view: View, end: RawTime | None) -> float | None:
    """Seconds. A bare number counts where its name says what it counts, or as milliseconds where it is large
    (Meetup)."""
    if end is not None:
        return None
    for key, value in view.named("duration"):
        seconds = read_duration(value)
        if seconds:
            return seconds
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e10:
            scale = 60 if "min" in key else 1 if "sec" in key else 0.001 if value >= 600_000 else 0
            return value * scale or None
        if isinstance(value, str) and "min" in key and _MINUTES.match(value):
            return int(value) * 60.0
    return None


def _day_of(value: RawTime | None) -> RawTime | None:
    return value.date() if isinstance(value, datetime) else value


def within(start: RawTime | None, first: datetime, last: datetime) -> bool:
    """Whether a start may lie between two moments; text may."""
    if isinstance(start, datetime):
        moment = start if start.tzinfo else start.replace(tzinfo=UTC)
        return first - timedelta(days=1) <= moment <= last + timedelta(days=1)
    return not isinstance(start, date) or first.date() <= start <= last.date()
