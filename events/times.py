"""The rules of time, free of Django: an event's own day, tonight, the spans that readers ask for, and when an
event without an end is over.

A start is an aware datetime, or a date where the event is all-day or its time is unknown (architecture.md,
section 4). Spans are half-open, aware and in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from events.records import EventTime
from events.words import EVENING_BEGINS, NIGHT_ENDS, night_of
from pipeline.geography.coordinates import zone_named

#: How long an event of a category usually takes, in hours, where its source names no end.
PREDICTED_HOURS = MappingProxyType(
    {
        "music": 3.0, "nightlife": 6.0, "stage": 2.5, "comedy": 2.0, "film": 2.5, "art": 3.0, "books": 2.0, "food": 3.0, "market": 5.0,
        "festival": 8.0, "tech": 3.0, "business": 2.0, "talk": 1.5, "workshop": 3.0, "wellness": 1.5, "sport": 2.5, "outdoors": 3.0,
        "family": 2.0, "community": 2.0, "faith": 1.5, "games": 3.0, "other": 2.0,
    }
)  # fmt: skip

#: No event without an end counts as over before this has passed since its start.
AT_LEAST = timedelta(hours=3)
#: Nor is one expected to last longer than this.
AT_MOST = max(AT_LEAST, timedelta(hours=max(PREDICTED_HOURS.values())))


class When(StrEnum):
    """The spans that readers ask for by name."""

    TODAY = "today"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, without, `end`; both aware, in UTC."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment lies inside."""
        return self.start <= moment < self.end


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of that name, UTC for '' and for names that are none."""
    return zone_named(name) or ZoneInfo("UTC")


def as_local(wall: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time in a zone: one that a DST change skips moves forward, one that occurs twice is the
    first (RFC 5545, 3.3.5)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone (01:00 where the change skips midnight), in UTC."""
    return as_local(datetime.combine(day, time()), zone).astimezone(UTC)


def local_day(start: EventTime, timezone: str) -> date:
    """The event's own day: the date on a calendar at its place."""
    return start.astimezone(zone_or_utc(timezone)).date() if isinstance(start, datetime) else start


def sort_moment(start: EventTime, timezone: str) -> datetime:
    """What to sort by, in UTC: the start, or local midnight of a date. For sorting only: never shown."""
    return (
        start.astimezone(UTC) if isinstance(start, datetime) else local_midnight(start, zone_or_utc(timezone))
    )


def over_at(
    start: EventTime, end: EventTime | None, *, timezone: str, predicted: EventTime | None = None
) -> datetime:
    """The moment (UTC) from which an event is past: its end, the end of its last day, or its predicted end, 3
    h after it began at least."""
    zone = zone_or_utc(timezone)
    if end is not None:
        return end.astimezone(UTC) if isinstance(end, datetime) else local_midnight(_next_day(end), zone)
    if not isinstance(start, datetime):
        last = predicted if predicted is not None and not isinstance(predicted, datetime) else start
        return local_midnight(_next_day(last), zone)
    earliest = start.astimezone(UTC) + AT_LEAST
    return max(earliest, predicted.astimezone(UTC)) if isinstance(predicted, datetime) else earliest


def predicted_end(
    start: EventTime, category: str, *, all_day: bool = False, hours: float | None = None
) -> EventTime:
    """When an event without an end is likely to end: after `hours`, else by its category's usual length; an
    all-day or undated one on its own day.

    The length is elapsed time, so that a night with a DST change is right; the answer is in the start's
    zone."""
    if all_day or not isinstance(start, datetime):
        return start
    hours = hours or PREDICTED_HOURS.get(category, PREDICTED_HOURS["other"])
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def when_span(when: When, *, now: datetime, timezone: str) -> Span:
    """The span of a word, for a reader's clock `now` (aware) at a place.

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


def touches(span: Span, start: EventTime, end: EventTime | None, *, timezone: str) -> bool:
    """Whether an event starts inside the span, or began before it and is known to end after its start."""
    begin = sort_moment(start, timezone)
    if span.holds(begin):
        return True
    if begin >= span.end:
        return False
    return end is not None and over_at(start, end, timezone=timezone) > span.start


def _tonight(local: datetime, zone: ZoneInfo) -> Span:
    evening = night_of(local)
    return Span(_at(evening, EVENING_BEGINS, zone), _at(_next_day(evening), NIGHT_ENDS, zone))


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return as_local(datetime.combine(day, clock), zone).astimezone(UTC)


def _next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
