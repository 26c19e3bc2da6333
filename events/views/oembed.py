"""oEmbed (https://oembed.com): other sites ask what a page of ours looks like in theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events.embedding import Widget, frame
from events.models import Event
from events.queries import find_city, find_event
from events.scope import read_scope
from events.sharing.drawing import SIZE
from events.sharing.picture import picture_path
from events.views.embed import FRAME_HEIGHT, FRAME_WIDTH, ROW_HEIGHT
from events.views.shared import absolute
from languages.addresses import in_language, split_language
from languages.codes import DEFAULT
from pipeline.characters import for_documents
from pipeline.dates.event_times import zone_or_utc
from places.enums import PlaceState
from places.models import Place

_HOUR: Final = 3600
#: A site may give at most so many pixels; smaller numbers are kept as they are.
_LARGEST: Final = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """What stands for a page: its title, the path and height of its frame, and the event whose picture is its thumbnail."""

    title: str
    path: str
    height: int
    event: Event | None = None


@require_safe
@cache_control(public=True, max_age=300)
def oembed(request: HttpRequest) -> HttpResponse:
    """`/oembed?url=…&format=json|xml&maxwidth=…&maxheight=…`: type `rich`, for pages of events, venues, cities and lists.

    404 for every other address, 501 for another format, 400 without an address.
    """
    wanted = request.GET.get("format", "json")
    if wanted not in ("json", "xml"):
        return _plain("This format is not offered: use json or xml.", 501)
    if not request.GET.get("url"):
        return _plain("The parameter `url` is missing.", 400)
    try:
        found = _embedded(request.GET["url"])
    except (Http404, Resolver404, ValueError):
        return _plain("No page here has this address.", 404)
    body = _answer(found, request.GET)
    response: HttpResponse = (
        JsonResponse(body)
        if wanted == "json"
        else HttpResponse(_as_xml(body), content_type="text/xml; charset=utf-8")
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _embedded(address: str) -> Embedded:
    """The page at `address`. Raises Http404 for what is none of ours, or cannot be shown elsewhere."""
    parts, own = urlsplit(address), urlsplit(settings.SITE_URL)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != own.netloc.lower():
        raise Http404("another site")
    language, path = split_language(parts.path)
    match = resolve(path or "/")
    kinds = {"events:event": _event, "events:venue": _venue, "events:city": _list, "events:list": _list}
    if match.view_name not in kinds:
        raise Http404("this page cannot be embedded")
    found = kinds[match.view_name](match.kwargs, dict(parse_qsl(parts.query)))
    return Embedded(
        title=found.title,
        path=in_language(found.path, language or DEFAULT),
        height=found.height,
        event=found.event,
    )


def _event(named: Mapping[str, str], _query: Mapping[str, str]) -> Embedded:
    answer = find_event(UUID(named["hex_id"]))
    if answer is not None and answer.survivor is not None:
        answer = find_event(answer.survivor.pk)
    if answer is None or answer.event is None:
        raise Http404("no such event")
    event = answer.event
    return Embedded(
        title=event.title,
        path=f"/embed/events/{event.id.hex}/",
        height=FRAME_HEIGHT + ROW_HEIGHT,
        event=event,
    )


def _venue(named: Mapping[str, str], _query: Mapping[str, str]) -> Embedded:
    place = Place.objects.filter(pk=UUID(named["hex_id"])).select_related("merged_into").first()
    if place is not None and place.state == PlaceState.MERGED:
        place = place.merged_into
    if place is None:
        raise Http404("no such venue")
    return Embedded(
        title=place.name, path=f"/embed/venues/{place.pk.hex}/", height=FRAME_HEIGHT + 5 * ROW_HEIGHT
    )


def _list(named: Mapping[str, str], query: Mapping[str, str]) -> Embedded:
    city = find_city(named["city"])
    if city is None:
        raise Http404("no such city")
    now = timezone.now().astimezone(zone_or_utc(city.timezone))
    scope = read_scope(city, named.get("segment", ""), query, now=now)
    if scope.query.keys() - {"category", "area", "when", "price"} or scope.query.get("price") == "paid":
        raise Http404("such a list cannot be embedded")
    widget = Widget(city=city.slug, **scope.query)  # type: ignore[arg-type]  # only names that a widget has
    words = scope.words(today=now.date())
    return Embedded(
        title=f"{words}, {city.name}" if words else city.name,
        path=widget.path,
        height=FRAME_HEIGHT + widget.count * ROW_HEIGHT,
    )


def _answer(found: Embedded, params: Mapping[str, str]) -> dict[str, Any]:
    width = min(FRAME_WIDTH, _pixels(params.get("maxwidth", "")))
    height = min(found.height, _pixels(params.get("maxheight", "")))
    # a thumbnail, too, must fit into maxwidth and maxheight
    fits = _pixels(params.get("maxwidth", "")) >= SIZE[0] and _pixels(params.get("maxheight", "")) >= SIZE[1]
    picture: dict[str, Any] = {}
    if found.event is not None and fits:
        picture = {
            "thumbnail_url": absolute(picture_path(found.event)),
            "thumbnail_width": SIZE[0],
            "thumbnail_height": SIZE[1],
        }
    title = for_documents(found.title)
    return {
        "type": "rich",
        "version": "1.0",
        "title": title,
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": _HOUR,
        "html": frame(absolute(found.path), title=title, width=width, height=height),
        "width": width,
        "height": height,
        **picture,
    }


def _pixels(text: str) -> int:
    """A limit in pixels; what is no number above 0 limits nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) else _LARGEST


def _as_xml(body: Mapping[str, Any]) -> bytes:
    root = Element("oembed")
    for name, value in body.items():
        SubElement(root, name).text = str(value)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
