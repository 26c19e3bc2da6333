"""When the weekly digest is due. Pure: time zone and time in, result out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.dates.event_times import as_local

#: The weekly mail goes out on Thursday at nine, in the city's time: the weekend is near enough to plan.
WEEKDAY, HOUR = 3, time(9)
#: Where nobody was there at the hour, the mail is made up for within so long, once.
MADE_UP_FOR = timedelta(hours=24)


def last_hour(zone: ZoneInfo, now: datetime) -> datetime:
    """The latest moment (UTC), at or before the aware `now`, at which the week's mail was due there.

    Where the clock skips the hour it is as much later as it skips; where it shows it twice, the first one.
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
    """The name of the week on the calendar there, such as `2026-W47`."""
    year, week, _ = now.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"
