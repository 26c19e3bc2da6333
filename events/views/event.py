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
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext
from django.views.decorators.http import require_safe

from events.action import main_action, second_action
from events.addresses import organizer_path, performer_path, series_path, tag_path
from events.cards import State, art, card, former_place, former_start, moment, state, states, when_sentence
from events.enums import Happening, Verification
from events.feeds import Channel, as_calendar, calendar_links
from events.filters import is_over
from events.models import Event
from events.ongoing import hours_words, today_words
from events.position import event_map, lies
from events.provenance import provenance_words
from events.public import public_event, source_address
from events.queries import (
    EventAnswer,
    find_city,
    find_event,
    for_cards,
    indoor_nearby,
    next_there,
    other_dates,
    read_cards,
    similar,
    upcoming,
)
from events.queries.collection import hidden_performers
from events.queries.filtering import AFTERWARDS
from events.queries.trending import LEAST_OPENED
from events.repeats import folded
from events.scope import listed, read_scope
from events.seo import Feed, Meta, event_data, json_ld, plain_text
from events.sharing.drawing import SIZE, WIDE
from events.sharing.picture import picture_paths
from events.views.around import weather_for, with_topics
from events.views.counting import LINKS, link_path
from events.views.place_now import place_lines
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live
from events.weather import is_outdoors, outlook_of
from events.words import language_words, lasting_words, price_words, since_words, stated_words, zone_words
from languages.numbers import number_words
from outbox.renderings.shown import show
from pipeline.contract.enums import Setting
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.folding import address_part
from places.enums import PlaceState

#: Narrower pictures are not shown large.
GOOD_WIDTH = 720
#: So many similar events are shown.
SIMILAR = 4
#: What readers see of the axis `verification`.
VERIFIED = {
    Verification.UNVERIFIED: "",
    Verification.VERIFIED: gettext_noop("By our moderators"),
    Verification.OFFICIAL: gettext_noop("Official: its organizer says so"),
}
#: Under a roof or not, for readers.
SETTINGS = {"indoor": gettext_noop("Indoor"), "outdoor": gettext_noop("Outdoor")}


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
        {"live": with_topics(here, *around.pop("topics")), **_context(event, now), **around},
    )


def event_preview(request: HttpRequest, event: Event) -> HttpResponse:
    """The card and the page of an event for staff, whether or not readers see it. Nothing on it is live.

    Its values may be such as are not stored. It may stand in a frame of this site, and runs no script.
    """
    now = timezone.now().astimezone(zone_or_utc(event.timezone))
    primary = [image for image in event.images.all() if image.is_primary and image.url]
    vars(event)["good_images"] = primary
    context = {"live": None, "card": card(event, now=now), **_context(event, now, by_id=False)}
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
    until = params.get("until", "")
    if until.isascii() and until.isdigit() and event.start_at.timestamp() >= int(until[:12]):
        return False  # it is on the next page
    return events.filter(pk=event.pk).exists()


def _answer(hex_id: str) -> EventAnswer:
    answer = find_event(UUID(hex_id))
    if answer is None:
        raise Http404("no such event")
    return answer


def _context(event: Event, now: datetime, *, by_id: bool = True) -> dict[str, Any]:
    pictures = [image for image in event.images.all() if image.url]
    others = list(other_dates(event, now=now))
    show(*(f"events:event:{other.pk}" for other in others))
    over = is_over(public_event(event), now=now)
    links, drawn = _links(event, by_id=by_id), event_map(event)
    can_find = bool(drawn) and event.lat is not None
    main = main_action(event, links, is_over=over, now=now, can_find=can_find)
    return {
        "event": event,
        "city": event.city,
        "when": when_sentence(event, now=now),
        "moment": moment(event, now=now),
        "state": state(event, now=now),
        "states": [_without_struck(one) for one in states(event, now=now)],
        "former_start": former_start(event, now=now),
        "former_place": former_place(event),
        "own_zone": _own_zone(event),
        "end_iso": event.end_at.isoformat() if event.end_at else "",
        "moved_online": event.happening == Happening.MOVED_ONLINE and bool(event.place_words),
        "main": main,
        "second": second_action(event, links, main),
        **_over(event, over, now),
        "tags": [(tag, tag_path(tag)) for tag in event.tags],
        "series_path": series_path(event.series.id, event.series.title) if event.series else "",
        "price": price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
        "art": art(event),
        "image": pictures[0] if pictures and (pictures[0].width or 0) >= GOOD_WIDTH else None,
        "facts": _facts(event, now),
        "map": drawn,
        "lies": lies(event),
        "directions": _directions(event),
        "others": [(other, when_sentence(other, now=now)) for other in others],
        "opened": _opened(event),
        "calendars": calendar_links(event, site_url=absolute("")),
        "links": links,
        "provenance": provenance_words(event, now=now),
        "origins": _origins(event, now, by_id=by_id),
        "checked": _checked(event, now),
        "meta": _meta(event, now),
    }


def _over(event: Event, is_past: bool, now: datetime) -> dict[str, Any]:
    """Whether it is over, and then what comes next of its series, at its place, or by its organizer."""
    following = next_there(event, now=now) if is_past else None
    if following is None:
        return {"is_over": is_past}
    show(f"events:event:{following.pk}")
    when = when_sentence(following, now=now.astimezone(zone_or_utc(following.timezone)))
    return {"is_over": is_past, "next_there": following, "next_when": when}


def _around(event: Event, now: datetime) -> dict[str, Any]:
    """The surroundings of an event.

    The venue's state, outdoor weather with indoor events nearby, similar events. With the topics by which
    they change.
    """
    [near] = read_cards(similar(event, now=now))
    alike, _taken = folded(near, most=SIMILAR)
    others = [one.first for one in alike]
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
        "similar": [card(other, now=now, weather=weather) for other in others],
        "place": place,
        "now_lines": place_lines(place, now=now) if place is not None else (),
        "now_heading": _("%(place)s now") % {"place": place.name} if place is not None else "",
    }


def _without_struck(state: State) -> State:
    """The state without what the page says beside it, struck: the former time and place."""
    return replace(state, detail="") if state.slug in ("rescheduled", "moved") else state


def _own_zone(event: Event) -> str:
    """Whose time the page tells, as long as it is not the reader's; '' for days, which are the same everywhere."""
    if event.all_day or not event.time_known or event.opening_hours:
        return ""
    if event.city is not None and event.city.timezone == event.timezone:
        return _("Time in %(city)s") % {"city": event.city.name}
    return _("Time in %(city)s") % {"city": event.timezone.rsplit("/", 1)[-1].replace("_", " ")}


def _facts(event: Event, now: datetime) -> list[tuple[str, str]]:
    """The short list beside the description, without what is unknown or said at the top."""
    length = (
        lasting_words(event.start_at, event.end_at)
        if event.end_at and event.time_known and not event.all_day
        else ""
    )
    facts = [
        (pgettext("fact", "Prices"), " · ".join(event.offers)),
        (pgettext("fact", "Open"), hours_words(event.opening_hours)),
        (
            _("Today"),
            today_words(event.opening_hours, now.date())
            if event.start_date <= now.date() <= event.end_date
            else "",
        ),
        (pgettext("fact", "Lasts"), length),
        (
            pgettext("fact", "Doors"),
            f"{event.doors_at.astimezone(now.tzinfo):%H:%M}" if event.doors_at else "",
        ),
        (pgettext("fact", "With"), _performers(event)),
        (pgettext("fact", "By"), _organizer_words(event)),
        (pgettext("fact", "Language"), language_words(event.language)),
        (pgettext("fact", "Places"), number_words(event.capacity) if event.capacity else ""),
        (pgettext("fact", "Sign-up"), _("Needed") if event.registration_required else ""),
        (pgettext("fact", "Setting"), _(SETTINGS[event.setting]) if event.setting in SETTINGS else ""),
        *stated_words(event),
        (
            pgettext("fact", "Verified"),
            _(VERIFIED[Verification(event.verification)])
            if VERIFIED[Verification(event.verification)]
            else "",
        ),
        (
            pgettext("fact", "Zone"),
            f"{event.timezone.replace('_', ' ')} ({zone_words(event.start_at.astimezone(now.tzinfo))})",
        ),
    ]
    return [(name, value) for name, value in facts if value]


def _performers(event: Event) -> str:
    """The performers, each with its page, unless they asked to have none."""
    hidden = hidden_performers(map(address_part, event.performers))
    linked = (
        format_html('<a href="{}">{}</a>', path, name)
        if (path := performer_path(name)) and address_part(name) not in hidden
        else escape(name)
        for name in event.performers
    )
    return mark_safe(", ".join(linked))  # noqa: S308 (each part is escaped)


def _organizer_words(event: Event) -> str:
    """The organizer's name with its page, and whether moderators have checked who it is."""
    organizer = event.organizer
    if organizer is None:
        return ""
    mark = Verification(organizer.verification)
    words = {Verification.VERIFIED: _("verified"), Verification.OFFICIAL: _("official")}
    checked = f" ({words[mark]})" if mark in words else ""
    path = organizer_path(organizer.id, organizer.name)
    return format_html('<a href="{}">{}</a>{}', path, organizer.name, checked)


def _directions(event: Event) -> str:
    """A link to directions. Nothing is loaded from the other site before a click."""
    if event.lat is None or event.lng is None:
        return ""
    return f"https://www.openstreetmap.org/?mlat={event.lat:.6f}&mlon={event.lng:.6f}#map=17/{event.lat:.5f}/{event.lng:.5f}"


def _opened(event: Event) -> str:
    """How often readers opened and shared it; '' while that says little."""
    counters = getattr(event, "counters", None)
    if counters is None or counters.views < LEAST_OPENED:
        return ""
    opened = ngettext("Opened %(count)s time", "Opened %(count)s times", counters.views)
    opened %= {"count": number_words(counters.views)}
    if not counters.shares:
        return opened
    shared = ngettext("shared %(count)s time", "shared %(count)s times", counters.shares)
    return f"{opened}, {shared % {'count': number_words(counters.shares)}}"


def _links(event: Event, *, by_id: bool) -> dict[str, str]:
    """The event's own links by name, '' where it has none. Those by id count clicks, and lead on for readers only."""
    addresses = {name: str(getattr(event, column)) for name, column in LINKS.items()}
    return {
        name: link_path(event, name) if by_id and address else address for name, address in addresses.items()
    }


def _origins(event: Event, now: datetime, *, by_id: bool) -> list[dict[str, str]]:
    rows = []
    for listing in event.listings.all():
        seen = listing.missing_since or listing.origin.covered_at or listing.changed_at
        words = since_words(seen.astimezone(now.tzinfo), now=now)
        address = source_address(listing)
        rows.append(
            {
                "name": listing.origin.name,
                "url": link_path(event, listing.id.hex) if by_id and address else address,
                "credit": listing.origin.credit,
                "seen": _("no longer listed, noticed %(ago)s") % {"ago": words}
                if listing.missing_since
                else _("last seen %(ago)s") % {"ago": words},
            }
        )
    return rows


def _checked(event: Event, now: datetime) -> str:
    return since_words(event.updated_at.astimezone(now.tzinfo), now=now)


def _meta(event: Event, now: datetime) -> Meta:
    when = when_sentence(event, now=now)
    where = event.place_words or (event.city.name if event.city else "")
    about = plain_text(event.description, limit=200)
    page = absolute(event.get_absolute_url())
    drawn = {shape: absolute(path) for shape, path in picture_paths(event).items()}
    return Meta(
        title=f"{event.title}{f', {where}' if where else ''}",
        description=". ".join(text for text in (f"{when}{f', {where}' if where else ''}", about) if text),
        canonical=page,
        kind="event",
        is_embeddable=True,
        image=drawn[WIDE],
        image_alt=f"{event.title}, {when}",
        image_size=SIZE,
        feeds=[
            Feed(type="text/calendar", href=event.get_absolute_url().rstrip("/") + ".ics", title=event.title)
        ],
        # what ended long ago has left the lists too
        noindex=event.is_sample or event.end_date < (now - AFTERWARDS).date(),
        json_ld=json_ld(
            event_data(
                event, site_url=absolute(""), drawn=[path for shape, path in drawn.items() if shape != WIDE]
            )
        ),
    )
