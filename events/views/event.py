"""One event: its page, its calendar file, and its card for live pages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.alike import alike
from events.cards import card
from events.feeds import Channel, as_calendar
from events.models import Event
from events.queries import (
    EventAnswer,
    cards_of,
    find_city,
    find_event,
    for_cards,
    indoor_nearby,
    read_cards,
    upcoming,
)
from events.repeats import folded
from events.scope import listed, read_scope
from events.seo import plain_text
from events.views.around import weather_for, with_topics
from events.views.event_shown import shown
from events.views.place_now import place_lines
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, is_before, live
from events.weather import is_outdoors, outlook_of
from pipeline.contract.enums import Setting
from pipeline.dates.event_times import zone_or_utc
from places.enums import PlaceState

#: So many similar events are shown, and so many looked at, since several may be dates of one.
SIMILAR, LOOKED_AT = 4, 24


@require_safe
@share_rendering
def event_page(request: HttpRequest, slug: str, hex_id: str) -> HttpResponse:
    """`/events/{slug}-{32 hex}/`, answered as docs/publication-states.md defines."""
    here = live(f"events:event:{UUID(hex_id)}")
    answer = _answer(hex_id)
    if answer.survivor:
        return HttpResponsePermanentRedirect(answer.survivor.get_absolute_url())
    if answer.event is None:
        return render(request, "410.html", {"reason": answer.gone, "live": None}, status=410)
    event = answer.event
    if request.path_info != event.get_absolute_url():
        return HttpResponsePermanentRedirect(event.get_absolute_url())
    now = timezone.now().astimezone(zone_or_utc(event.timezone))
    around = _around(event, now)
    return render(
        request,
        "events/event.html",
        {"live": with_topics(here, *around.pop("topics")), **shown(event, now), **around},
    )


def event_preview(request: HttpRequest, event: Event) -> HttpResponse:
    """The card and the page of an event for staff, whether or not readers see it. Nothing on it is live.

    Its values may be such as are not stored. It may stand in a frame of this site, and runs no script.
    """
    now = timezone.now().astimezone(zone_or_utc(event.timezone))
    primary = [image for image in event.images.all() if image.is_primary and image.url]
    vars(event)["good_images"] = primary
    context = {"live": None, "card": card(event, now=now), **shown(event, now, by_id=False)}
    response = render(request, "events/preview.html", context)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; font-src 'self'; img-src {' '.join(settings.PICTURE_ORIGINS)}; "
        "base-uri 'self'; form-action 'none'; frame-ancestors 'self'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def event_calendar(request: HttpRequest, slug: str, hex_id: str) -> HttpResponse:
    """The event alone as `.ics`, for "add to calendar"."""
    answer = _answer(hex_id)
    if answer.survivor:
        return HttpResponsePermanentRedirect(answer.survivor.get_absolute_url().rstrip("/") + ".ics")
    if answer.event is None:
        return HttpResponse(answer.gone or "", status=410, content_type="text/plain; charset=utf-8")
    event = answer.event
    page = absolute(event.get_absolute_url())
    channel = Channel(
        name=event.title,
        about=plain_text(event.description, limit=200),
        page=page,
        address=page.rstrip("/") + ".ics",
    )
    response = HttpResponse(
        as_calendar([event], channel, site_url=absolute("")), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{event.id.hex}.ics"'
    return response


@require_safe
@share_rendering
def card_fragment(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """The card of one event as HTML, for `static/js/live.js`.

    With a list's query (`?city=…&category=…`) 204 if it does not belong to that list.
    """
    now = timezone.now()
    event = for_cards(Event.objects.filter(pk=event_id, publication="approved")).first()
    if event is None:
        return HttpResponse(status=410)
    if "city" in request.GET and not _is_listed(
        event, {name: str(value) for name, value in request.GET.items()}, now
    ):
        return HttpResponse(status=204)
    response = render(
        request, "partials/card.html", {"card": card(event, now=now, weather=weather_for([event], now=now))}
    )
    response["Cache-Control"] = "no-store"
    return response


def _is_listed(event: Event, params: Mapping[str, str], now: datetime) -> bool:
    city = find_city(params["city"])
    if city is None or event.city_id != city.id:
        return False
    scope = read_scope(city, "", params, now=now.astimezone(zone_or_utc(city.timezone)))
    events = listed(scope, now=now) if scope.mark else upcoming(scope.wanted, now=now)
    return is_before(event, params.get("until", "")) and events.filter(pk=event.pk).exists()


def _answer(hex_id: str) -> EventAnswer:
    answer = find_event(UUID(hex_id))
    if answer is None:
        raise Http404("no such event")
    return answer


def _around(event: Event, now: datetime) -> dict[str, Any]:
    """The surroundings of an event.

    The venue's state, outdoor weather with indoor events nearby, similar events. With the topics by which
    they change.
    """
    reasons = {one.id: one.reason for one in alike(event, now=now, limit=LOOKED_AT)}
    near, _taken = folded(cards_of(list(reasons)), most=SIMILAR)
    others = [one.first for one in near]
    weather = weather_for([event, *others], now=now)
    expected = outlook_of(event, weather, now=now)
    [roofs] = read_cards(indoor_nearby(event, now=now)) if expected else [[]]
    topics = [f"weather:{event.city.slug}"] if event.city and is_outdoors(event) else []
    place = event.place if event.place and event.place.state == PlaceState.ACTIVE else None
    if place is not None:
        topics.append(f"place:{place.id}")
        if place.city_id == event.city_id:  # the city was read already
            place.city = event.city
    return {
        "topics": topics,
        "outlook": expected,
        "attribution": weather[event.city_id].attribution if expected and event.city_id else "",
        "indoors": [card(other, now=now) for other in roofs],
        "indoors_sure": all(other.setting == Setting.INDOOR for other in roofs),
        "similar": [
            replace(card(other, now=now, weather=weather), also=reasons[other.pk]) for other in others
        ],
        "place": place,
        "now_lines": place_lines(place, now=now) if place is not None else (),
        "now_heading": _("%(place)s now") % {"place": place.name} if place is not None else "",
    }
