"""The page of a venue: where it is, and its events."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from events.cards import card
from events.charts import MapPoint, place_map
from events.queries import for_cards, upcoming_at_place
from events.seo import Meta, json_ld
from events.views.around import weather_for
from events.views.place_now import place_lines
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live
from events.words import event_count
from places.enums import PlaceState
from places.geocoding import credit_of
from places.models import Place

MOST = 60


def venue_path(place: Place) -> str:
    """`/venues/{slug}-{32 hex}/`."""
    return f"/venues/{place.slug}-{place.id.hex}/"


@require_safe
@share_rendering
def venue_page(request: HttpRequest, slug: str, hex_id: str) -> HttpResponse:
    """The page of a venue. A merged venue redirects to its survivor, a wrong slug to the right one."""
    here = live(f"place:{UUID(hex_id)}")
    place = Place.objects.select_related("city", "area", "merged_into").filter(pk=UUID(hex_id)).first()
    if place is None:
        raise Http404("no such venue")
    if place.state == PlaceState.MERGED and place.merged_into:
        return HttpResponsePermanentRedirect(venue_path(place.merged_into))
    if request.path_info != venue_path(place):
        return HttpResponsePermanentRedirect(venue_path(place))
    now = timezone.now()
    events = list(for_cards(upcoming_at_place([place.id], now=now))[:MOST])
    weather = weather_for(events, now=now)
    cards = [card(event, now=now, weather=weather) for event in events]
    context = {
        "live": here,
        "place": place,
        "now_lines": place_lines(place, now=now),
        "city": place.city,
        "cards": cards,
        "map": _map(place),
        "map_credit": credit_of(place.provided),
        "meta": _meta(place, len(cards)),
    }
    return render(request, "events/venue.html", context)


def _map(place: Place) -> str:
    if place.lat is None or place.lng is None:
        return ""
    return mark_safe(place_map([MapPoint(lat=place.lat, lng=place.lng, label=place.name)]))  # noqa: S308 (labels are escaped there)


def _meta(place: Place, count: int) -> Meta:
    where = ", ".join(text for text in (place.address, place.city.name if place.city else "") if text)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "name": place.name,
        "url": absolute(venue_path(place)),
    }
    if place.address:
        data["address"] = place.address
    if place.lat is not None and place.lng is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lng}
    about = gettext("What is on at %(place)s: %(events)s coming up.")
    return Meta(
        title=place.name,
        description=about
        % {"place": f"{place.name}, {where}" if where else place.name, "events": event_count(count)},
        canonical=absolute(venue_path(place)),
        is_embeddable=True,
        json_ld=json_ld(data),
    )
