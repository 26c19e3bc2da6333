"""When an event is on, as conditions in the database: what is not over, and days and hours in its own zone.

`events.filters.matching` says the same in memory; a property test holds them together.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from events.enums import Publication
from events.filters import LONG, EventFilter, Window, days_window, going_out_window, window
from events.models import Event
from events.queries.conditions import Condition
from events.times import When
from pipeline.dates.event_times import AT_LEAST

#: The offsets on both sides of the date line: all local times on Earth lie between them.
_WESTMOST, _EASTMOST = timedelta(hours=-12), timedelta(hours=14)
#: No listed event began earlier: long exhibitions stay, and index scans stay bounded.
_LONGEST = timedelta(days=400)
_COLUMNS = (
    "start_at", "end_at", "end_predicted_at", "start_date", "end_date", "all_day", "time_known", "timezone", "opening_hours",
)  # fmt: skip
# Most events are still to begin, which one comparison tells. An event does not end before it begins.
_NOT_OVER = """
{start_at} > {since} AND ({start_at} > {now}
 OR NOT {all_day} AND {time_known} AND coalesce({end_at}, greatest({end_predicted_at}, {start_at} + {at_least})) > {now}
 OR ({all_day} OR NOT {time_known}) AND {end_date} >= {first} AND {end_date} >= ({now} AT TIME ZONE {timezone})::date)
"""
_CLOCK = "({start_at} AT TIME ZONE {timezone})"
# Columns bound the scan of an index, local times decide.
_TIMED = f"""
{{start_at}} >= {{earliest}} AND {{start_at}} < {{latest}} AND NOT {{all_day}} AND {{time_known}}
AND {_CLOCK} >= {{begins}} AND {_CLOCK} < {{ends}}
"""
_DATED = f"""
{{start_date}} <= {{last}} AND {{end_date}} >= {{first}} AND (({{all_day}} OR NOT {{time_known}}) AND {{start_date}} <= {{last_dated}}
 OR {_CLOCK} < {{begins}} AND {{end_at}} >= {{start_at}} + {{long}}) AND NOT {{opening_hours}} = ANY({{closed}}::text[])
"""
_TODAY = "({moment} AT TIME ZONE {timezone})::date = {day}"
_HOURS = "NOT {all_day} AND {time_known} AND (%s)"
_AFTER, _BEFORE = f"{_CLOCK}::time >= {{from_hour}}", f"{_CLOCK}::time < {{to_hour}}"

_hours_read: ContextVar[dict[tuple[date, date], list[str]] | None] = ContextVar("hours_read", default=None)


def not_over(now: datetime) -> Q:
    """The negation of `events.filters.is_over`."""
    first = (now + _WESTMOST).date()
    return _condition(_NOT_OVER, now=now, since=now - _LONGEST, first=first, at_least=AT_LEAST)


def on_days(wanted: EventFilter, now: datetime) -> Q:
    """What is on on the days, and begins in the hours, that `wanted` names."""
    held = _hours(wanted)
    if wanted.start_after:
        held &= Q(start_at__gte=wanted.start_after)
    if wanted.start_before:
        held &= Q(start_at__lt=wanted.start_before)
    if wanted.updated_since:
        held &= Q(updated_at__gte=wanted.updated_since)
    if wanted.day:
        held &= _on(going_out_window(wanted.day))
    if wanted.from_day or wanted.to_day:
        held &= _on(days_window(wanted.from_day, wanted.to_day))
    return held & _said(wanted.when, now) if wanted.when else held


@contextmanager
def hours_read_once() -> Iterator[None]:
    """Within the block, the opening hours between two days are read from the database once."""
    token = _hours_read.set({})
    try:
        yield
    finally:
        _hours_read.reset(token)


def _condition(sql: str, **values: object) -> Q:
    """A condition with those of `_COLUMNS` that it names."""
    return Q(Condition(sql, *(column for column in _COLUMNS if f"{{{column}}}" in sql), **values))


def _on(days: Window) -> Q:
    return _begun_by(days.last) & _in_days(days, _hours_between(days.first, days.last))


def _begun_by(last: date) -> Q:
    """What every event that is on by this day fulfils, as a range that an index answers.

    A day more than the local times need: an event with only a day begins somewhere on it.
    """
    return Q(start_at__lt=_utc(last + timedelta(days=2), -_WESTMOST))


def _hours(wanted: EventFilter) -> Q:
    if wanted.from_hour is None and wanted.to_hour is None:
        return Q()
    first, last = wanted.from_hour or time(), wanted.to_hour or time()
    joined = f"{_AFTER} AND {_BEFORE}" if first < last else f"{_AFTER} OR {_BEFORE}"
    return _condition(_HOURS % joined, from_hour=first, to_hour=last)


def _hours_between(first: date, last: date) -> list[str]:
    """The distinct opening hours of ongoing events between two days.

    SQL cannot parse them, so this code does: there are far fewer of them than events.
    """
    read = _hours_read.get()
    if read is None:
        return _read_hours(first, last)
    if (first, last) not in read:
        read[first, last] = _read_hours(first, last)
    return read[first, last]


def _read_hours(first: date, last: date) -> list[str]:
    reported = Event.objects.filter(
        publication=Publication.APPROVED, start_date__lte=last, end_date__gte=first
    )
    return list(
        reported.exclude(opening_hours="").order_by().values_list("opening_hours", flat=True).distinct()
    )


def _said(when: When, now: datetime) -> Q:
    """The condition for `when`, with a branch for each day that it is now somewhere on Earth.

    On the two sides of the date line it means different days.
    """
    moment = now - timedelta(hours=5) if when is When.TONIGHT else now
    meant = {wall: window(when, now=wall) for wall in _walls(now, when)}
    first, last = min(days.first for days in meant.values()), max(days.last for days in meant.values())
    hours = [] if when is When.TONIGHT else _hours_between(first, last)
    on = (
        _condition(_TODAY, moment=moment, day=wall.date()) & _in_days(days, hours)
        for wall, days in meant.items()
    )
    return _begun_by(last) & reduce(or_, on)


def _walls(now: datetime, when: When) -> list[datetime]:
    """One local time for each day (for tonight: each night) that it is now somewhere on Earth."""
    shift = timedelta(hours=5) if when is When.TONIGHT else timedelta(0)
    first, last = ((now + side - shift).date() for side in (_WESTMOST, _EASTMOST))
    count = (last - first).days + 1
    return [datetime.combine(first + timedelta(days=step), time(12)) for step in range(count)]


def _in_days(days: Window, hours: Collection[str]) -> Q:
    """The condition for these days. Ongoing events are left out where their `hours` are closed."""
    timed = {
        "earliest": _utc(days.first, -_EASTMOST),
        "latest": _utc(days.last + timedelta(days=1), -_WESTMOST),
        "begins": days.begins,
        "ends": days.ends,
    }
    if not days.holds_dated:
        return _condition(_TIMED, **timed)
    dated = {"first": days.first, "last": days.last, "last_dated": days.last_dated, "long": LONG}
    closed = [reported for reported in hours if days.is_closed(reported)]
    return _condition(f"({_TIMED}) OR ({_DATED})", **timed, **dated, closed=closed)


def _utc(day: date, shift: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + shift
