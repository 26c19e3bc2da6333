"""Events on other sites: the page that makes the code, the script of the element, and the frames."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from events.addresses import venue_path
from events.cards import card
from events.embedding import MOST, Widget, accent_style, allow_framing, frame, read_widget, widget_events
from events.models import Event
from events.queries import city_counts, collection, find_city, find_event, for_cards
from events.seo import Meta
from events.times import When
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from outbox.renderings.shown import show
from pipeline.taxonomy import CATEGORIES
from places.enums import PlaceState
from places.models import Area, City, Place

#: The height of a frame in pixels: its head and foot, and of each event.
FRAME_HEIGHT, ROW_HEIGHT, FRAME_WIDTH = 118, 92, 480


@require_safe
def embed_builder(request: HttpRequest) -> HttpResponse:
    """`/embed/?city=…&category=…`: the form, the code that it makes, and how that looks."""
    cities = [held.city for held in city_counts(now=timezone.now()) if held.upcoming]
    widget, city = _of_present_city(read_widget(_given(request)))
    if not city and cities:
        widget = read_widget({**_given(request), "city": cities[0].slug})
    height = FRAME_HEIGHT + ROW_HEIGHT * widget.count
    context = {
        "live": None,
        "widget": widget,
        "cities": cities,
        "areas": Area.objects.filter(city__slug=widget.city) if widget.city else (),
        "categories": CATEGORIES,
        "spans": _spans(),
        "most": MOST,
        "element": widget.element(),
        "frame": frame(absolute(widget.path), title=gettext("Events"), width=FRAME_WIDTH, height=height),
        "height": height,
        "meta": Meta(
            title=gettext("Events on your own site"),
            description=gettext(
                "The code for a list of events on your own pages, always up to date, without cookies."
            ),
            canonical=absolute("/embed/"),
            noindex=bool(request.GET),
        ),
    }
    return render(request, "embed/builder.html", context)


@cache
def _script() -> str:
    """The script as other sites load it: without indentation, and without comments that fill whole lines."""
    path = finders.find("embed/nocturne-events.js")
    assert isinstance(path, str)
    kept, is_comment = [], False
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        words = line.strip()
        is_comment = is_comment or words.startswith("/*")
        if not is_comment:
            kept.append(words)
        is_comment = is_comment and not words.endswith("*/")
    return "\n".join(kept)


@require_safe
@cache_control(public=True, max_age=3600)
@conditional_page
def embed_script(request: HttpRequest) -> HttpResponse:
    """`/embed/nocturne-events.js`: the element's script, at an address that stays."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@xframe_options_exempt
@share_rendering
def embed_list(request: HttpRequest) -> HttpResponse:
    """`/embed/list/?city=…`: a list for a frame."""
    widget, city = _of_present_city(read_widget(_given(request)))
    if widget.city and city is None:
        raise Http404("no such city")
    show(f"events:city:{widget.city}" if widget.city else "events:all")
    return _framed(
        request,
        widget,
        widget_events(widget, now=timezone.now()),
        heading=city.name if city else gettext("Events"),
        href=f"/{city.slug}/" if city else "/",
    )


@require_safe
@xframe_options_exempt
@share_rendering
def embed_event(request: HttpRequest, hex_id: str) -> HttpResponse:
    """`/embed/events/{hex}/`: one event for a frame. A removed one says so, without its title."""
    show(f"events:event:{UUID(hex_id)}")
    answer = find_event(UUID(hex_id))
    if answer is None:
        raise Http404("no such event")
    event = answer.event or answer.survivor
    widget = read_widget(_given(request))
    if event is None:
        return _framed(
            request, widget, [], heading=gettext("This event was taken down."), href="/", status=410
        )
    return _framed(
        request,
        widget,
        list(for_cards(Event.objects.filter(pk=event.pk))),
        heading="",
        href=event.get_absolute_url(),
    )


@require_safe
@xframe_options_exempt
@share_rendering
def embed_venue(request: HttpRequest, hex_id: str) -> HttpResponse:
    """`/embed/venues/{hex}/`: what comes next at a venue, for a frame."""
    place = Place.objects.filter(pk=UUID(hex_id)).select_related("city", "merged_into__city").first()
    if place is not None and place.state == PlaceState.MERGED:
        place = place.merged_into
    if place is None:
        raise Http404("no such venue")
    show(f"place:{place.pk}", *([f"events:city:{place.city.slug}"] if place.city else []))
    widget = read_widget(_given(request))
    events = for_cards(collection.coming(Q(place_id=place.pk), now=timezone.now()))[: widget.count]
    return _framed(request, widget, list(events), heading=place.name, href=venue_path(place.pk, place.slug))


def _spans() -> list[tuple[str, str]]:
    words = {
        When.TODAY: gettext("Today"),
        When.TONIGHT: gettext("Tonight"),
        When.TOMORROW: gettext("Tomorrow"),
        When.WEEKEND: gettext("This weekend"),
        When.WEEK: gettext("Next 7 days"),
    }
    return [(when.value, said) for when, said in words.items()]


def _of_present_city(widget: Widget) -> tuple[Widget, City | None]:
    """The list with the slug of its city, which may have been named by its old id; and that city."""
    city = find_city(widget.city) if widget.city else None
    return (replace(widget, city=city.slug), city) if city else (widget, None)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


def _framed(
    request: HttpRequest, widget: Widget, events: list[Event], *, heading: str, href: str, status: int = 200
) -> HttpResponse:
    now, style = timezone.now(), accent_style(widget.accent)
    context: dict[str, Any] = {
        "widget": widget,
        "style": style,
        "cards": [card(event, now=now) for event in events],
        "heading": heading,
        "href": href,
        "is_gone": status != 200,
    }
    return allow_framing(render(request, "embed/frame.html", context, status=status), style=style)
