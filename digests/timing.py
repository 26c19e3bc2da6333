"""When the weekly digest is due, computed from zone and time. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.dates.event_times import as_local

#: The weekly mail is sent on Thursday at nine, local time of the city: shortly before the weekend.
WEEKDAY, HOUR = 3, time(9)
#: A missed mail is sent within this time, once.
MADE_UP_FOR = timedelta(hours=24)


def last_hour(zone: ZoneInfo, now: datetime) -> datetime:
    """The latest moment (UTC), at or before the aware `now`, at which the week's mail was due there.

    An hour that the clock skips is later by as much as it skips; of one that it shows twice, the first
    counts.
    """
    today = now.astimezone(zone).date()
    thursday = today - timedelta(days=(today.weekday() - WEEKDAY) % 7)
    moments = (
        as_local(datetime.combine(thursday - timedelta(weeks=weeks), HOUR), zone).astimezone(UTC)
        for weeks in (0, 1)
    )
    return next(moment for moment in moments if moment <= now)


def is_due(zone: ZoneInfo, now: datetime) -> bool:
    """Whether the hour has come and is not too long ago."""
    return now - last_hour(zone, now) < MADE_UP_FOR


def period(zone: ZoneInfo, now: datetime) -> str:
    """The name of the local calendar week, such as `2026-W47`."""
    year, week, _ = now.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"
