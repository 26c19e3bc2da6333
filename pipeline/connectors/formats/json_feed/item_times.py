"""When: out of dates, times, both in one, objects of either, and words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.time_values import (
    as_clock,
    clock_of,
    inside,
    moment_of,
    read_value,
)
from pipeline.connectors.formats.json_feed.view import View
from pipeline.connectors.support.values import moment
from pipeline.contract.raw import RawTime
from pipeline.dates.clocks import Clock, clocks_in
from pipeline.dates.moments import day_of, end_at, read_duration

_INSIDE_END: Final = ("end", "finish", "until", "to")
_MINUTES: Final = patterns.compile(r"^\d{1,4}$")
_DAY_SECONDS: Final = 86_400
_LEAST_SECONDS: Final = 1_800
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
    start, zone, day_only = moment_of(view, "start", day_first)
    end, end_zone, _ = moment_of(view, "end", day_first)
    if end is None and isinstance(span := view.get("start"), Mapping):
        end, end_zone, _ = inside(span, day_first, _INSIDE_END)
    clock = clock_of(view, "start_clock", dated=True)
    start_clock = as_clock(start)
    if start_clock is not None:
        start, clock = None, clock or start_clock
    if view.flag("unknown_time") or view.flag("known_time") is False or _by_day(view, "start"):
        start, end, clock = _day_of(start), _day_of(end), None
    end = _day_of(end) if _by_day(view, "end") else end
    if isinstance(start, str) and clock and not clocks_in(start):
        start = f"{start} {clock.start:%H:%M}"
    if isinstance(start, date) and clock and _is_day(start):
        start = datetime.combine(start, clock.start)
    if isinstance(start, datetime) and start.tzinfo is not None and not start.utcoffset():
        start = _by_the_place(view, start, clock, day_first)
    end = _end(start, end, clock, clock_of(view, "end_clock"))
    found = Times(
        start=start,
        end=end,
        duration_seconds=_duration(view, end),
        timezone=view.text("timezone") or zone or end_zone or (clock.zone if clock else ""),
        day_only=day_only,
    )
    return replace(found, timezone=found.timezone[:64])


def is_span(values: list[Any], view: View, day_first: bool | None) -> bool:
    """Whether a list of two times is a start and an end: the second shows the clock that the item names as
    its end."""
    clock = clock_of(view, "end_clock")
    last = read_value(values[1], "", day_first)[0] if len(values) == 2 and clock else None
    return clock is not None and isinstance(last, datetime) and last.time() == clock.start


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
        read, _, _ = read_value(value, key, day_first) if "utc" not in key else (None, "", False)
        if isinstance(read, datetime) and read.tzinfo is None:
            return read
        if isinstance(read, date) and not isinstance(read, datetime) and clock:
            return datetime.combine(read, clock.start)
    return None


def _offset(view: View) -> timezone | None:
    """The offset that an item tells beside its moment in UTC, in milliseconds (Meetup's old API); None where
    it tells none."""
    value = view.get("utc_offset")
    reported = (
        value if isinstance(value, int) and not isinstance(value, bool) and value % _QUARTER_MS == 0 else 0
    )
    return timezone(timedelta(milliseconds=reported)) if reported and abs(reported) <= _FURTHEST_MS else None


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


def _end(
    start: RawTime | None, end: RawTime | None, clock: Clock | None, end_clock: Clock | None
) -> RawTime | None:
    """The end; a time alone, or the second half of a range, is the next such time after the start."""
    alone = as_clock(end)
    if isinstance(start, str) and (end is None or alone):
        last = alone.start if alone else end_clock.start if end_clock else clock.end if clock else None
        return f"{last:%H:%M}" if last else None
    if isinstance(start, datetime):
        # an end on a day before is another event's; the clock says when this one ends
        end = (
            None
            if end_clock and isinstance(end, date) and day_of(end) < day_of(start) - timedelta(days=1)
            else end
        )
        last = end_clock.start if end_clock else clock.end if clock else None
        if isinstance(end, date) and not isinstance(end, datetime) and last:
            until = datetime.combine(end, last, tzinfo=start.tzinfo)
            return until if until > start or end != start.date() else end_at(start, last)
        reported = (
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
        if reported is not None:
            return end_at(start, reported)
    return None if alone else end


def _duration(view: View, end: RawTime | None) -> float | None:
    """Seconds. A bare number counts by its name, else by its size."""
    if end is not None:
        return None
    for key, value in view.named("duration"):
        seconds = read_duration(value)
        if seconds:
            return seconds
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e10:
            scale = 60 if "min" in key else 1 if "sec" in key else _unit(value)
            return value * scale or None
        if isinstance(value, str) and "min" in key and _MINUTES.match(value):
            return int(value) * 60.0
    return None


def _unit(value: float) -> float:
    """The seconds of a duration's unit by its size: of half an hour to a day in milliseconds (Meetup), seconds or
    minutes; 0 for all others, which may count anything."""
    for unit, even in ((0.001, 1_000), (1, 300), (60, 5)):
        if _LEAST_SECONDS <= value * unit <= _DAY_SECONDS and value % even == 0:
            return unit
    return 0


def _day_of(value: RawTime | None) -> RawTime | None:
    return value.date() if isinstance(value, datetime) else value


def within(start: RawTime | None, first: datetime, last: datetime) -> bool:
    """Whether a start may lie between two moments; text may."""
    if isinstance(start, datetime):
        moment = start if start.tzinfo else start.replace(tzinfo=UTC)
        return first - timedelta(days=1) <= moment <= last + timedelta(days=1)
    return not isinstance(start, date) or first.date() <= start <= last.date()
