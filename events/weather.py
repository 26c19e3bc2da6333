"""The meaning of the forecast for an outdoor event. Pure: the caller gives the weather."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from events.enums import Happening
from events.models import Event
from pipeline.contract.enums import Online, Setting
from pipeline.dates.event_times import over_at, zone_or_utc
from places.forecast import Outlook, outlook
from places.queries import CityWeather

#: An event without a time, or an ongoing one, gets the weather of the day; a long event that of its first
#: hours.
_DAY_BEGINS, _DAY_ENDS = time(8), time(22)
_LONGEST = timedelta(hours=12)


def outlook_of(event: Event, weather: Mapping[UUID, CityWeather], *, now: datetime) -> Outlook | None:
    """The forecast of rain or heat for an outdoor event; None for other weather, indoors, and where unknown.

    `weather` by city.
    """
    reported = weather.get(event.city_id) if event.city_id else None
    if reported is None or not is_outdoors(event):
        return None
    start, end = _window(event, now)
    return outlook(reported.hourly, reported.daily, start=start, end=end) if end >= now else None


def is_outdoors(event: Event) -> bool:
    """Whether the event takes place outdoors."""
    off = event.happening in (Happening.CANCELLED, Happening.POSTPONED, Happening.MOVED_ONLINE)
    return event.setting == Setting.OUTDOOR and event.online != Online.YES and not off


def _window(event: Event, now: datetime) -> tuple[datetime, datetime]:
    """The time of a visit, from now on; for an ongoing event its first remaining day."""
    zone = zone_or_utc(event.timezone)
    if event.all_day or not event.time_known or event.opening_hours:
        day = max(event.start_date, min(event.end_date, now.astimezone(zone).date()))
        start, end = (datetime.combine(day, clock, tzinfo=zone) for clock in (_DAY_BEGINS, _DAY_ENDS))
    else:
        start, end = event.start_at, over_at(event.start_at, event.end_at, timezone=event.timezone)
    begins = max(start, min(now, end))
    return begins, min(end, begins + _LONGEST)
