"""Time rules: an event's own day, tonight, time spans of filters, and the end of an event without one.

A start is an aware datetime, or a date where the event is all-day or its time is unknown (architecture.md,
section 4). Spans are half-open, aware and in UTC. Free of Django.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipeline.dates.event_times import (
    EVENING_BEGINS,
    NIGHT_ENDS,
    _next_day,
    as_local,
    local_midnight,
    night_of,
    zone_or_utc,
)


class When(StrEnum):
    """The named time spans for readers."""

    TODAY = "today"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` (inclusive) to `end` (exclusive); both aware, in UTC."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment lies inside."""
        return self.start <= moment < self.end


def when_span(when: When, *, now: datetime, timezone: str) -> Span:
    """The span of a name, for the reader's time `now` (aware) at a place.

    Today and tomorrow are calendar days. Tonight runs from 17:00 to 05:00, and at 02:00 still means the night
    that began yesterday. The weekend runs from Friday 17:00 to the end of Sunday: the present one, else the
    next. A week is today and the six days after.
    """
    zone = zone_or_utc(timezone)
    local = now.astimezone(zone)
    today = local.date()
    if when is When.TONIGHT:
        return _tonight(local, zone)
    if when is When.WEEKEND:
        monday = today + timedelta(days=7 - today.weekday())
        return Span(_at(monday - timedelta(days=3), EVENING_BEGINS, zone), local_midnight(monday, zone))
    first, days = {When.TODAY: (0, 1), When.TOMORROW: (1, 1), When.WEEK: (0, 7)}[when]
    begin = today + timedelta(days=first)
    return Span(local_midnight(begin, zone), local_midnight(begin + timedelta(days=days), zone))


def _tonight(local: datetime, zone: ZoneInfo) -> Span:
    evening = night_of(local)
    return Span(_at(evening, EVENING_BEGINS, zone), _at(_next_day(evening), NIGHT_ENDS, zone))


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return as_local(datetime.combine(day, clock), zone).astimezone(UTC)
