"""The front page: tonight in one city, all cities, and a search field."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from events.cards import card
from events.filters import EventFilter
from events.listing import group_key
from events.queries import CityCount, city_counts, collection, read_cards, upcoming
from events.seo import Meta
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live, ticker_lines
from languages.reading import current_code
from pipeline.dates.event_times import local_midnight, night_of, zone_or_utc

#: Events of the reader's city.
MOST = 6
#: The regions of the selector, by the first part of a time zone's name.
_REGIONS = {
    "Africa": gettext_noop("Africa"),
    "America": gettext_noop("The Americas"),
    "Asia": gettext_noop("Asia"),
    "Australia": gettext_noop("Oceania"),
    "Europe": gettext_noop("Europe"),
    "Indian": gettext_noop("Indian Ocean"),
    "Pacific": gettext_noop("Oceania"),
}
_ELSEWHERE = gettext_noop("Elsewhere")


class _City(NamedTuple):
    """A city of the selector; `lat` and `lng` in degrees, `static/js/here.js` finds the nearest by them."""

    slug: str
    name: str
    timezone: str
    country: str
    lat: str
    lng: str
    upcoming: int


class _Region(NamedTuple):
    """A part of the world, and its cities."""

    name: str
    cities: tuple[_City, ...]


@require_safe
@share_rendering
def home(request: HttpRequest) -> HttpResponse:
    """`/?city=…`: that city's next events, else those of the city with most; `static/js/here.js` chooses the reader's."""
    here, now = live("events:all"), timezone.now()
    cities = city_counts(now=now)
    busy = sorted(
        (city for city in cities if city.upcoming), key=lambda city: (-city.upcoming, city.city.name)
    )
    asked = request.GET.get("city", "") or current_code()  # "/hi/" was the page of a city called `hi` before
    chosen = next((held for held in cities if asked in (held.city.slug, *held.city.former_slugs)), None)
    yours = chosen or (busy[0] if busy else None)
    names = {city.city.slug: city.city.name for city in cities}
    context = {
        "live": here,
        "ticker": ticker_lines("events:all", here, now=now, cities=names),
        "city_names": names,
        "busy": busy,
        "regions": _regions(busy),
        "quiet": [_shown(city) for city in cities if not city.upcoming],
        "outside": _outside(now),
        "yours": _yours(yours, now) if yours else None,
        "is_chosen": chosen is not None,
        "meta": Meta(
            title=gettext("%(site)s: what is on tonight") % {"site": settings.SITE_NAME},
            description=gettext(
                "What is on tonight and after, in your city: gathered from calendars, venues and people, checked before it is listed."
            ),
            canonical=absolute("/"),
        ),
    }
    return render(request, "events/home.html", context)


def _outside(now: datetime) -> list[tuple[str, str]]:
    """The lists of what belongs to no city, as (name, address), where anything comes (two queries)."""
    lists = (
        (gettext("Online"), "/online/", collection.ONLINE),
        (gettext("Outside the cities"), "/elsewhere/", collection.ELSEWHERE),
    )
    return [(name, path) for name, path, of in lists if collection.has_coming(of, now=now)]


def _regions(cities: Sequence[CityCount]) -> list[_Region]:
    """The cities by region; the region with most events first."""
    found: dict[str, list[CityCount]] = {}
    for held in cities:
        name = gettext(_REGIONS.get(held.city.timezone.split("/")[0], _ELSEWHERE))
        found.setdefault(name, []).append(held)
    ordered = sorted(found.items(), key=lambda item: (-sum(held.upcoming for held in item[1]), item[0]))
    return [_Region(name, tuple(_shown(one) for one in held)) for name, held in ordered]


def _shown(held: CityCount) -> _City:
    city = held.city
    return _City(
        city.slug, city.name, city.timezone, city.country, str(city.lat), str(city.lng), held.upcoming
    )


def _yours(held: CityCount, now: datetime) -> dict[str, Any]:
    """The next events of a city: tonight's, else the first ones to come (two queries)."""
    zone = zone_or_utc(held.city.timezone)
    local = now.astimezone(zone)
    tonight = local_midnight(night_of(local), zone) + timedelta(hours=12)
    coming = upcoming(EventFilter(city=held.city.slug), now=now).filter(start_at__gte=tonight)
    [events] = read_cards(coming[:MOST])
    evening = [event for event in events if group_key(event, now=local) == "tonight"]
    return {
        "city": held.city,
        "upcoming": held.upcoming,
        "is_tonight": bool(evening),
        "cards": [card(event, now=now) for event in evening or events],
    }
