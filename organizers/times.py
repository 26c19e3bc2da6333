"""Times of an event as its team says them, as columns of the event."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo


def columns_of(start: datetime | date, end: datetime | date | None, *, zone: ZoneInfo) -> dict[str, Any]:
    """The columns of a start and an end; a date is a day without times, a time without offset is one at the event.

    Raises ValueError where the end is before the start.
    """
    is_day = not isinstance(start, datetime)
    begins, ends = moment(start, zone), moment(end, zone) if end is not None else None
    first, last = begins.astimezone(zone).date(), (ends or begins).astimezone(zone).date()
    if ends is not None and (ends < begins or last < first):
        raise ValueError("the end is before the start")
    return {
        "start_at": begins,
        "end_at": None if is_day else ends,
        "start_date": first,
        "end_date": last,
        "all_day": is_day,
        "time_known": not is_day,
    }


def moment(said: datetime | date, zone: ZoneInfo) -> datetime:
    """An aware time: a date is its first moment in `zone`, a time without offset is by the clock there."""
    if not isinstance(said, datetime):
        return datetime.combine(said, time(), zone)
    return said if said.tzinfo else said.replace(tzinfo=zone)


def closes_for(closes: datetime, first: datetime, start: datetime) -> datetime:
    """When registration of a date that begins at `start` ends: as long before it as `closes` is before `first`."""
    return start - (first - closes)
