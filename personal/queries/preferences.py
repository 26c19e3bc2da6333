"""What a person wants to see, as a query on events, and when they want to be left alone."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import User
from events.filters import LONG, EventFilter, parse
from events.models import Event
from events.queries import upcoming
from events.queries.conditions import Condition
from events.queries.filtering import holding_any
from personal.models import Preferences
from personal.times import in_week
from pipeline.contract.enums import PriceType
from pipeline.dates.event_times import zone_or_utc

_POINT: Final = "coalesce({lat}, {around_lat}), coalesce({lng}, {around_lng})"
# The latitude alone is looked at first: it costs nothing.
_NEAR: Final = f"""
coalesce({{lat}}, {{around_lat}}) BETWEEN {{south}} AND {{north}}
 AND earth_distance(ll_to_earth({_POINT}), ll_to_earth({{centre_lat}}, {{centre_lng}})) <= {{metres}}
"""
_METRES_OF_A_DEGREE: Final = 110_500
_CLOCK: Final = "({start_at} AT TIME ZONE {timezone})"
#: By its minute in the week where an event begins at a time; what has only days, or goes on, by any of its days.
_IN_TIMES: Final = f"""
CASE WHEN {{all_day}} OR NOT {{time_known}} OR {{end_at}} >= {{start_at}} + {{long}}
 THEN EXISTS (SELECT FROM unnest({{days}}::int[]) AS day
  WHERE mod(day - extract(isodow FROM {{start_date}})::int + 7, 7) <= {{end_date}} - {{start_date}})
 ELSE (extract(isodow FROM {_CLOCK})::int - 1) * 1440 + extract(hour FROM {_CLOCK})::int * 60
  + extract(minute FROM {_CLOCK})::int <@ {{week}}::int4multirange END
"""  # noqa: S608 (made of constants)
_TIMES_OF: Final = ("start_at", "end_at", "start_date", "end_date", "all_day", "time_known", "timezone")


def preferences_of(person: User) -> Preferences:
    """Those of the person; the defaults, not stored, where none were set."""
    found = Preferences.objects.select_related("city", "area").filter(user=person).first()
    return found or Preferences(user=person)


def zone_of(person: User, wants: Preferences) -> ZoneInfo:
    """The zone of the person: of the profile, else of the preferred city."""
    return zone_or_utc(person.timezone or (wants.city.timezone if wants.city else ""))


def quiet_until(wants: Preferences, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` is; None outside of them, and where there are none."""
    begin, end = wants.quiet_from, wants.quiet_to
    if begin is None or end is None or begin == end:
        return None
    local = now.astimezone(zone)
    clock = local.time()
    if not (begin <= clock < end if begin < end else clock >= begin or clock < end):
        return None
    day = local.date() + timedelta(days=1) if clock >= end else local.date()
    return datetime.combine(day, end, zone)


def preferred(wants: Preferences, *, now: datetime, city: str = "") -> QuerySet[Event]:
    """The coming events that fulfil the preferences, the soonest first.

    The one definition of what a person wants: pages, API and mails ask it. A slug of a city given here stands in the place
    of the preferred city, and of the area and the point in it.
    """
    wanted = EventFilter(city=city or (wants.city.slug if wants.city else ""))
    held = _likes(wants, wanted) & _price(wants) & _language(wants)
    if ranges := wants.ranges:
        days = sorted({one.day for one in ranges})
        held &= Q(Condition(_IN_TIMES, *_TIMES_OF, long=LONG, days=days, week=in_week(ranges)))
    return within_reach(wants, now=now, city=city).filter(held)


def within_reach(wants: Preferences, *, now: datetime, city: str = "") -> QuerySet[Event]:
    """The coming events of the city, and in the radius where the person named a point or an area of it; `city` as in `preferred`."""
    is_own_city = not city or (wants.city is not None and wants.city.slug == city)
    events = upcoming(EventFilter(city=city or (wants.city.slug if wants.city else "")), now=now)
    return events.filter(_near(wants)) if is_own_city else events


def _likes(wants: Preferences, wanted: EventFilter) -> Q:
    words = [said for word in wants.keywords if (said := parse(word)).wanted]
    likes = Q(category__in=wants.categories) if wants.categories else Q()
    return likes | holding_any(words, wanted) if words else likes


def _price(wants: Preferences) -> Q:
    if wants.free_only:
        return Q(price_type=PriceType.FREE)
    if wants.price_max is not None:
        return Q(price_type=PriceType.FREE) | Q(price_min__lte=wants.price_max)
    return Q()


def _language(wants: Preferences) -> Q:
    """An event in a language, whichever its region; one that does not say is for everybody."""
    parts = dict.fromkeys(tag.split("-")[0].lower() for tag in wants.languages)
    said = (Q(language__iexact=part) | Q(language__istartswith=f"{part}-") for part in parts)
    return reduce(or_, said, Q(language="")) if parts else Q()


def _near(wants: Preferences) -> Q:
    """Within the radius of the area or point; what is in the area belongs to it wherever its venue is, or is not known."""
    if wants.centre is None:
        return Q()
    lat, lng = wants.centre
    metres = wants.radius_km * 1000
    apart = metres / _METRES_OF_A_DEGREE
    near = Q(
        Condition(
            _NEAR, "lat", "lng", "around_lat", "around_lng",
            south=lat - apart, north=lat + apart, centre_lat=lat, centre_lng=lng, metres=metres,
        )
    )  # fmt: skip
    return near | Q(area=wants.area_id) if wants.area_id else near
