"""The times of an event: its own day, its night, when it is over, and the likely end of one without an end.

A start is an aware datetime, or a date where the event is all-day or its time is unknown (architecture.md,
section 4).
"""

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pipeline.contract.normalized import EventTime
from pipeline.dates.zones import zone_named

#: The usual length of an event by category, in hours, where its source gives no end.
PREDICTED_HOURS = MappingProxyType(
    {
        "music": 3.0, "nightlife": 6.0, "stage": 2.5, "comedy": 2.0, "film": 2.5, "art": 3.0, "books": 2.0, "food": 3.0, "market": 5.0,
        "festival": 8.0, "tech": 3.0, "business": 2.0, "talk": 1.5, "workshop": 3.0, "wellness": 1.5, "sport": 2.5, "outdoors": 3.0,
        "family": 2.0, "community": 2.0, "faith": 1.5, "games": 3.0, "other": 2.0,
    }
)  # fmt: skip


#: An event without an end is not over before this time has passed since its start.
AT_LEAST = timedelta(hours=3)


#: The longest predicted length.
AT_MOST = max(AT_LEAST, timedelta(hours=max(PREDICTED_HOURS.values())))


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone with that name, UTC for '' and for unknown names."""
    return zone_named(name) or ZoneInfo("UTC")


def as_local(wall: datetime, zone: ZoneInfo) -> datetime:
    """A local time in a zone.

    One that a DST change skips moves forward, of one that occurs twice the first counts (RFC 5545, 3.3.5).
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone (01:00 where the change skips midnight), in UTC."""
    return as_local(datetime.combine(day, time()), zone).astimezone(UTC)


def local_day(start: EventTime, timezone: str) -> date:
    """The event's own day: the local date at its place."""
    return start.astimezone(zone_or_utc(timezone)).date() if isinstance(start, datetime) else start


def sort_moment(start: EventTime, timezone: str) -> datetime:
    """The sort key in UTC: the start, or local midnight of a date. Never shown."""
    return (
        start.astimezone(UTC) if isinstance(start, datetime) else local_midnight(start, zone_or_utc(timezone))
    )


def over_at(
    start: EventTime, end: EventTime | None, *, timezone: str, predicted: EventTime | None = None
) -> datetime:
    """The moment (UTC) from which an event is past.

    Its end, the end of its last day, or its predicted end, at least 3 h after it began.
    """
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
    """The likely end of an event without one.

    After `hours`, else by its category's usual length; an all-day or undated event ends on its own day. The
    length is elapsed time, so that a night with a DST change is right; the result is in the start's zone.
    """
    if all_day or not isinstance(start, datetime):
        return start
    hours = hours or PREDICTED_HOURS.get(category, PREDICTED_HOURS["other"])
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def _next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


#: A night belongs to the day on which it began, until this hour (architecture.md, section 4: "tonight" runs
#: to 05:00).
NIGHT_ENDS = time(5)


#: From this hour on an event is "tonight" rather than "today".
EVENING_BEGINS = time(17)


def night_of(moment: datetime) -> date:
    """The day of the night that contains `moment` (local): 01:30 on Sunday belongs to Saturday."""
    return (moment - timedelta(hours=NIGHT_ENDS.hour)).date()


def is_evening(moment: datetime) -> bool:
    """True from 17:00 to 05:00 local time."""
    return moment.time() >= EVENING_BEGINS or moment.time() < NIGHT_ENDS
