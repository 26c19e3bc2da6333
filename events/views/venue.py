"""The page of a venue: where it is, and its events."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_safe

from events import gallery, rated
from events.addresses import feed_path, venue_path
from events.position import venue_map
from events.seo import Meta, json_ld, list_data
from events.views.collected import collected, collected_feed, feeds_of
from events.views.place_now import place_lines
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live
from outbox.renderings.shown import show
from places.enums import PlaceState
from places.geocoding import credit_of
from places.models import Place

#: A longer chain of merges counts as a loop.
_LONGEST_CHAIN: Final = 10


@require_safe
@share_rendering
def venue_page(request: HttpRequest, slug: str, hex_id: str) -> HttpResponse:
    """The page of a venue. A merged venue redirects to its survivor, a wrong slug to the right one."""
    here = live(f"place:{UUID(hex_id)}")
    place = _place(hex_id)
    path = _path(place)
    _show(place)
    if request.path_info != path:
        return HttpResponsePermanentRedirect(path)
    now = timezone.now()
    found = collected(
        Q(place_id=place.id), path=path, now=now, after=request.GET.get("after", ""), city=place.city
    )
    ratings = rated.of_place(place)
    context = {
        "live": here,
        "place": place,
        "now_lines": place_lines(place, now=now),
        "city": place.city,
        **found,
        "map": venue_map(place),
        "map_credit": credit_of(place.provided),
        "rated": ratings,
        "gallery": gallery.of_place(place),
        "meta": _meta(place, found, ratings),
    }
    return render(request, "events/venue.html", context)


@require_safe
@share_rendering
@conditional_page
def venue_feed(request: HttpRequest, slug: str, hex_id: str, ending: str) -> HttpResponse:
    """What comes at a venue as `.ics`, `.rss` or `.json`."""
    place = _place(hex_id)
    _show(place)
    if request.path_info != (address := feed_path(_path(place), ending)):
        return HttpResponsePermanentRedirect(address)
    return collected_feed(
        Q(place_id=place.id), ending, name=place.name, about=_about(place), path=_path(place)
    )


def _place(hex_id: str) -> Place:
    """The venue with this id, or the one that it was merged into."""
    place = Place.objects.select_related("city", "area").filter(pk=UUID(hex_id)).first()
    for _step in range(_LONGEST_CHAIN):
        if place is None or place.state != PlaceState.MERGED or place.merged_into_id is None:
            break
        place = Place.objects.select_related("city", "area").filter(pk=place.merged_into_id).first()
    if place is None:
        raise Http404("no such venue")
    return place


def _show(place: Place) -> None:
    """A new event at the place is told under the topic of its city."""
    show(f"events:city:{place.city.slug}" if place.city else "events:all")


def _path(place: Place) -> str:
    return venue_path(place.id, place.slug)


def _about(place: Place) -> str:
    where = ", ".join(text for text in (place.address, place.city.name if place.city else "") if text)
    if where:
        return gettext("What is on at %(venue)s, %(where)s.") % {"venue": place.name, "where": where}
    return gettext("What is on at %(venue)s.") % {"venue": place.name}


def _meta(place: Place, found: Mapping[str, Any], ratings: rated.Rated | None) -> Meta:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "name": place.name,
        "url": absolute(_path(place)),
        **rated.aggregate(ratings),
    }
    if place.address:
        data["address"] = place.address
    if place.lat is not None and place.lng is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lng}
    return Meta(
        title=place.name,
        description=_about(place),
        canonical=absolute(_path(place)),
        is_embeddable=True,
        feeds=feeds_of(_path(place), place.name),
        json_ld=json_ld([data, list_data(found["cards"], site_url=absolute(""))]),
        noindex=bool(found["begin"]),
    )
