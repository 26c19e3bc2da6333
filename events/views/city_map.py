"""The map of a city beside its list, the places on it as GeoJSON, and the next events of one place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import conditional_page, require_safe

from events.cards import card
from events.charts.city_map import APART, MARGIN, SIZE, Drawn, Surroundings, city_map, short
from events.charts.spots import Box, Cluster, Frame, Spot, box_around, clusters, frame_of
from events.models import Event
from events.position import spots_of
from events.queries import events_at, find_city, for_cards, spots
from events.scope import MAP, Addresses, Scope, address, map_address, read_scope
from events.views.rendering_cache import share_rendering
from languages.reading import current_code
from outbox.renderings.shown import show
from pipeline.dates.event_times import zone_or_utc
from places.models import City

#: Events that a place on the map names before the link to all of them.
MOST_AT_PLACE = 4
#: Half the side of the box around a point without a venue, in degrees.
_NEAR = 0.0002


def map_context(scope: Scope, now: datetime) -> dict[str, Any]:
    """The context of `events/map.html`, beside that of a list."""
    found, is_whole = spots(scope.wanted, now=now)
    box = scope.wanted.bbox or box_around(found, lat=scope.city.lat, lng=scope.city.lng)
    frame = frame_of(box, size=SIZE, margin=0 if scope.wanted.bbox else MARGIN)
    around = _surroundings(scope.city)
    return {
        "drawn": _picture(found, frame, around, scope),
        "map_words": _words(found, is_whole),
        "map_moves": _moves(scope, frame),
        "map_frame": _for_script(scope, box, around),
        "tiles": {"url": settings.MAP_TILES_URL, "credit": settings.MAP_TILES_CREDIT},
    }


@require_safe
@share_rendering
@conditional_page
def map_data(request: HttpRequest, city: str) -> HttpResponse:
    """`/{city}/map.geojson`: the places with upcoming events of the page's query, those with most events first.

    At most `MOST_SPOTS`; `whole` is false where there are more, which a smaller `bbox` has.
    """
    scope, now = _asked(request, city)
    if scope.city.slug != city:
        return HttpResponsePermanentRedirect(
            request.get_full_path().replace(f"/{city}/", f"/{scope.city.slug}/", 1)
        )
    found, is_whole = spots(scope.wanted, now=now)
    data = {"type": "FeatureCollection", "whole": is_whole, "features": [_feature(spot) for spot in found]}
    return JsonResponse(
        data, content_type="application/geo+json", headers={"Access-Control-Allow-Origin": "*"}
    )


@require_safe
@share_rendering
def map_place(request: HttpRequest, city: str) -> HttpResponse:
    """`/{city}/map/at/?key=…`: the next events of one place, of the page's query, as a fragment for `static/js/map.js`."""
    scope, now = _asked(request, city)
    key = request.GET.get("key", "")
    try:
        events = list(
            for_cards(events_at(scope.wanted, key, now=now)).select_related("place")[: MOST_AT_PLACE + 1]
        )
    except ValueError:
        raise Http404("no such place") from None
    if not events:
        return render(request, "events/map_place.html", {"cards": []})
    first = events[0]
    place = first.place
    lat, lng = first.lat or 0, first.lng or 0  # a spot has a point
    context = {
        "cards": [card(event, now=now) for event in events[:MOST_AT_PLACE]],
        "name": place.name if place else first.place_words,
        "href": f"/venues/{place.slug}-{place.id.hex}/" if place else _list_near(lat, lng, scope.addresses),
        "has_more": len(events) > MOST_AT_PLACE,
    }
    return render(request, "events/map_place.html", context)


def small_map(events: Iterable[Event], scope: Scope) -> SafeString | str:
    """The map of the events of one page of a list, beside it; '' where none has a point."""
    found = spots_of(events)
    if not found:
        return ""
    box = box_around(found, lat=scope.city.lat, lng=scope.city.lng)
    return _picture(found, frame_of(box, size=SIZE, margin=MARGIN), _surroundings(scope.city), scope)


def _picture(found: Sequence[Spot], frame: Frame, around: Surroundings, scope: Scope) -> SafeString:
    return _map_of(tuple(found), frame, around, scope.addresses, current_code())


# A change of one event seldom changes the places of a list. Some 15 kB each.
@lru_cache(maxsize=256)
def _map_of(
    found: tuple[Spot, ...],
    frame: Frame,
    around: Surroundings,
    lists: Addresses,
    language: str,
) -> SafeString:
    circles = [_drawn(cluster, lists) for cluster in clusters(found, frame, apart=APART)]
    label = gettext("Map of %(city)s: places with events, north is up") % {"city": around.name}
    return mark_safe(city_map(circles, frame, around, label=label))  # noqa: S308 (words and addresses are escaped where they are drawn)


def _asked(request: HttpRequest, city: str) -> tuple[Scope, datetime]:
    found = find_city(city)
    if found is None:
        raise Http404("no such city")
    show(f"events:city:{found.slug}")
    now = timezone.now().astimezone(zone_or_utc(found.timezone))
    return read_scope(found, MAP, request.GET, now=now), now


def _surroundings(city: City) -> Surroundings:
    areas = tuple((area.name, area.lat, area.lng, area.radius_km) for area in city.areas.all())
    return Surroundings(name=city.name, lat=city.lat, lng=city.lng, areas=areas)


def _words(found: Sequence[Spot], is_whole: bool) -> str:
    """`214 events at 61 places`."""
    count = sum(spot.count for spot in found)
    if not found:
        return gettext("No event of this list has a place on the map.")
    events = ngettext("%(count)s event", "%(count)s events", count) % {"count": count}
    places = ngettext("%(count)s place", "%(count)s places", len(found)) % {"count": len(found)}
    said = gettext("%(events)s at %(places)s") % {"events": events, "places": places}
    return said if is_whole else gettext("%(said)s; come nearer for the others") % {"said": said}


def _drawn(cluster: Cluster, lists: Addresses) -> Drawn:
    count = ngettext("%(count)s event", "%(count)s events", cluster.count) % {"count": cluster.count}
    name = cluster.first.name or gettext("Place without a name")
    if len(cluster.spots) == 1:
        words = gettext("%(name)s: %(events)s") % {"name": name, "events": count}
        return Drawn(
            cluster=cluster,
            words=words,
            href=cluster.first.href or _list_near(cluster.first.lat, cluster.first.lng, lists),
            sign=short(cluster.count),
        )
    more = len(cluster.spots) - 1
    words = _many_words(more) % {"name": name, "more": more, "events": count}
    href = map_address(lists.base, {**dict(lists.query), "bbox": _text(_box_of(cluster))})
    return Drawn(cluster=cluster, words=words, href=href, sign=short(cluster.count))


def _many_words(more: int) -> str:
    """What several places as one circle are called, in the form for `more` places beside the first."""
    return ngettext(
        "%(name)s and %(more)s place near it: %(events)s, come nearer",
        "%(name)s and %(more)s places near it: %(events)s, come nearer",
        more,
    )


def _box_of(cluster: Cluster) -> Box:
    """What holds the places of a cluster, with some room."""
    lats, lngs = [spot.lat for spot in cluster.spots], [spot.lng for spot in cluster.spots]
    high, wide = max(lats) - min(lats), max(lngs) - min(lngs)
    room = max(high, wide, 4 * _NEAR) * 0.15
    return min(lngs) - room, min(lats) - room, max(lngs) + room, max(lats) + room


def _list_near(lat: float, lng: float, lists: Addresses) -> str:
    box = (lng - _NEAR, lat - _NEAR, lng + _NEAR, lat + _NEAR)
    return address(lists.base, {**dict(lists.query), "bbox": _text(box)})


def _text(box: Box) -> str:
    west, south, east, north = box
    bounded = max(west, -180), max(south, -90), min(east, 180), min(north, 90)
    return ",".join(f"{value:.4f}" for value in bounded)


def _moves(scope: Scope, frame: Frame) -> list[dict[str, str]]:
    """Links that move the map without dragging: `move` is what `static/js/map.js` does instead of following them."""
    west, south, east, north = frame.box
    wide, high = (east - west) / 2, (north - south) / 2

    def box(x: float, y: float, grown: float = 1) -> str:
        middle = (west + east) / 2 + x * wide, (south + north) / 2 + y * high
        return scope.address(
            bbox=_text(
                (
                    middle[0] - wide * grown,
                    middle[1] - high * grown,
                    middle[0] + wide * grown,
                    middle[1] + high * grown,
                )
            )
        )

    return [
        {"move": "in", "words": gettext("Nearer"), "sign": "+", "href": box(0, 0, 0.5)},
        {"move": "out", "words": gettext("Farther"), "sign": "−", "href": box(0, 0, 2)},
        {"move": "west", "words": gettext("West"), "sign": "←", "href": box(-1, 0)},
        {"move": "north", "words": gettext("North"), "sign": "↑", "href": box(0, 1)},
        {"move": "south", "words": gettext("South"), "sign": "↓", "href": box(0, -1)},
        {"move": "east", "words": gettext("East"), "sign": "→", "href": box(1, 0)},
    ]


def _for_script(scope: Scope, box: Box, around: Surroundings) -> Mapping[str, Any]:
    query = {name: value for name, value in scope.query.items() if name != "bbox"}
    return {
        "box": box,
        "query": query,
        "bbox": scope.query.get("bbox", ""),
        "city": {"name": around.name, "lat": around.lat, "lng": around.lng},
        "areas": around.areas,
        "words": {
            "map": gettext(
                "Map. Arrow keys move it, plus and minus change how near it is, Tab goes from place to place."
            ),
            "one": gettext("%(name)s: %(events)s") % {"name": "{name}", "events": "{events}"},
            # for one, and for more: all languages of the site have these two forms
            "events": [
                ngettext("%(count)s event", "%(count)s events", number) % {"count": "{count}"}
                for number in (1, 2)
            ],
            "many": [
                _many_words(number) % {"name": "{name}", "more": "{more}", "events": "{events}"}
                for number in (1, 2)
            ],
            "unnamed": gettext("Place without a name"),
            "failed": gettext("The places could not be loaded."),
            "close": gettext("Close"),
        },
    }


def _feature(spot: Spot) -> dict[str, Any]:
    said = {"key": spot.key, "name": spot.name, "count": spot.count}
    if spot.category:
        said["category"] = spot.category
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(spot.lng, 5), round(spot.lat, 5)]},
        "properties": said,
    }
