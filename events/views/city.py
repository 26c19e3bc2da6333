"""The city page and its lists by day, month, category, area and tag."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from events.calendars import STRIP_DAYS
from events.listing import Section, night_picture, night_summary, sections, totals_of, vibe
from events.models import Event
from events.queries import Beat, find_city, first_of_each_day, pulse, read_cards, upcoming
from events.queries.marks import Mark
from events.queries.trending import first_trending
from events.scope import Scope, listed, listed_and_still_on, present_segment, read_scope
from events.seo import Meta, json_ld, list_data
from events.views.city_map import map_context, small_map
from events.views.collected import feeds_of
from events.views.narrowing import narrowing
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live, live_query, ticker_lines, with_mark
from events.words import calendar_day, capitalized, category_names, clock, event_count, zone_words
from flags.models import Flag
from flags.services import is_on
from languages.codes import DEFAULT
from languages.reading import current_code
from pipeline.dates.event_times import is_evening, local_midnight, zone_or_utc
from places.queries import CityWeather, weather_by_city

Weather = Mapping[UUID, CityWeather]

#: The front page shows this many events of today, and of each of the days after it, so many days in all.
TODAY_MOST, LATER_MOST, FRONT_DAYS = 16, 8, 7
#: Every other page has so many events.
PER_PAGE = 30
#: Events that are still on, before the link to all of them.
MOST_ONGOING = 4
#: A front page with fewer events in its days goes on with the next ones.
FEW = 12


@require_safe
@share_rendering
def city_page(request: HttpRequest, city: str, segment: str = "") -> HttpResponse:
    """`/{city}/` and `/{city}/{day, month, category or area}/`.

    A submitted filter form is redirected to its canonical address.
    """
    found = find_city(city)
    if found is None:
        return _below_former_slug(request)
    if found.slug != city:
        return HttpResponsePermanentRedirect(f"/{found.slug}/{segment + '/' if segment else ''}")
    prefetch_related_objects([found], "areas")
    now = timezone.now().astimezone(zone_or_utc(found.timezone))
    try:
        scope = read_scope(found, segment, request.GET, now=now)
    except Http404:
        if area := present_segment(found, segment):
            return HttpResponsePermanentRedirect(f"/{found.slug}/{area}/")
        raise
    if scope.path.split("?")[0] != request.path_info:
        return HttpResponseRedirect(scope.path)
    frame = _frame(scope, now)
    weather = {} if scope.on_map else weather_by_city([found], now=now)
    beats = _beats(scope, now)
    context = _front(scope, now, weather, beats) if scope.is_front else _narrowed(scope, now, weather, beats)
    if scope.on_map:
        context |= map_context(scope, now)
    return render(
        request,
        "events/map.html" if scope.on_map else "events/city.html",
        {**frame, **narrowing(scope, beats, now), "weather": weather.get(found.id), **context},
    )


def _below_former_slug(request: HttpRequest) -> HttpResponse:
    """`/hi/today/` of a city that was called `hi` before that became the prefix of a language. Raises Http404 for others."""
    former = find_city(current_code()) if current_code() != DEFAULT else None
    if former is None:
        raise Http404("no such city")
    return HttpResponsePermanentRedirect(f"/{former.slug}{request.path_info}")


def _frame(scope: Scope, now: datetime) -> dict[str, Any]:
    """The context that both kinds of list share."""
    topic = f"events:area:{scope.area.slug}" if scope.area else f"events:city:{scope.city.slug}"
    here = live(topic, f"weather:{scope.city.slug}")
    return {
        "live": here,
        "ticker": ticker_lines(topic, here, now=now, cities={}) if scope.is_front else None,
        "city": scope.city,
        "scope": scope,
        "heading": scope.words(today=now.date()),
        "chips": scope.chips(today=now.date()),
        "date_words": calendar_day(now.date(), today=now.date(), long=True),
        "clock": clock(now),
        "zone": zone_words(now),
        "begin": scope.path if scope.mark else "",
        "may_scan": is_on(Flag.LIVE_SOURCES),
    }


def _beats(scope: Scope, now: datetime) -> list[Beat]:
    """The starts that calendars and charts count: of every category, whatever days the list itself is about."""
    wanted = scope.wanted.without("day", "when", "from_day", "to_day", "start_before", "categories")
    if scope.month:
        return pulse(wanted, first=scope.month, days=32, now=now)
    return pulse(wanted, first=now.date() - timedelta(days=1), days=STRIP_DAYS + 2, now=now)


def _front(scope: Scope, now: datetime, weather: Weather, beats: Sequence[Beat]) -> dict[str, Any]:
    totals = totals_of(beats, now=now)
    following = now.date() + timedelta(days=FRONT_DAYS)
    near = upcoming(scope.wanted, now=now).filter(start_date__lt=following)
    goes_on = local_midnight(following, zone_or_utc(scope.city.timezone))
    is_sparse = sum(beat.events for beat in beats if beat.day < following) < FEW
    events, after = read_cards(
        first_of_each_day(near, most=TODAY_MOST, most_later=LATER_MOST, today=now.date()),
        listed(scope, now=now).filter(start_at__gte=goes_on)[: PER_PAGE + 1 if is_sparse else 1],
    )
    later = _Later(with_mark(scope.path, Mark(goes_on)), int(goes_on.timestamp())) if after else _Later()
    if is_sparse:
        events, later = [*events, *after[:PER_PAGE]], _later(scope, after)
    found = sections(events, now=now, path=scope.base, totals=totals, weather=weather)
    found = [
        section.shortened(MOST_ONGOING) if section.key == "ongoing" else section
        for section in _with_tonight(found, scope, now)
    ]
    return {
        **_pictures(scope, beats, now, events),
        "sections": found,
        "later": later.href,
        "live_list": _live_list(scope, later),
        "trending": [(one.title, one.get_absolute_url()) for one in first_trending(scope.city, now=now)],
        "night": night_picture(beats, now=now),
        "summary": night_summary(beats, now=now),
        "next_day": _next_day(scope, totals, now),
        "meta": _meta(scope, now, found, sum(totals.values())),
    }


def _narrowed(scope: Scope, now: datetime, weather: Weather, beats: Sequence[Beat]) -> dict[str, Any]:
    """One page of a list. What is still on stands on the first one; in a list of days, behind its last event."""
    coming, still_on = listed_and_still_on(scope, now=now)
    events, begun = read_cards(coming[: PER_PAGE + 1], still_on[: MOST_ONGOING + 1])
    later, shown = _later(scope, events), events[:PER_PAGE]
    if later.href if scope.is_of_days else scope.mark:
        begun = []
    first = None if scope.is_ongoing else scope.begins.astimezone(now.tzinfo).date()
    found = sections([*shown, *begun], now=now, path=scope.base, first=first, weather=weather)
    found = _whole_days(found, begins_within=scope.mark is not None, ends_within=bool(later.href))
    if not scope.is_ongoing:
        found = _ongoing_in_place(found, scope)
    own = [beat for beat in beats if not scope.wanted.categories or beat.category in scope.wanted.categories]
    return {
        **_pictures(scope, beats, now, shown),
        "sections": found,
        "later": later.href,
        "live_list": _live_list(scope, later),
        "next_day": _next_day(scope, totals_of(own, now=now), now),
        "meta": _meta(scope, now, found, len(shown) + len(begun)),
    }


class _Later(NamedTuple):
    """The next page: its address, and the start (Unix time) from which on events belong to it; '' and 0 for none."""

    href: str = ""
    until: int = 0


def _live_list(scope: Scope, later: _Later) -> str:
    return live_query({"city": scope.city.slug, **scope.query}, mark=scope.mark, until=later.until)


def _later(scope: Scope, events: Sequence[Event]) -> _Later:
    """The page behind the first PER_PAGE of `events`."""
    if len(events) <= PER_PAGE:
        return _Later()
    last = events[PER_PAGE - 1]
    if scope.is_ongoing:
        return _Later(with_mark(scope.path, Mark(last.end_date, last.id)))
    return _Later(with_mark(scope.path, Mark(last.start_at, last.id)), int(last.start_at.timestamp()) + 1)


def _whole_days(found: list[Section], *, begins_within: bool, ends_within: bool) -> list[Section]:
    """The sections; one that goes over the edge of the page has no count, since the page does not know it."""
    last = len(found) - 1
    return [
        replace(section, total=0) if (begins_within and at == 0) or (ends_within and at == last) else section
        for at, section in enumerate(found)
    ]


def _ongoing_in_place(found: list[Section], scope: Scope) -> list[Section]:
    """The ongoing section short, with a link to all; in a list of days it comes last."""
    ongoing = [
        section.shortened(MOST_ONGOING, href=scope.address(ongoing="yes"))
        for section in found
        if section.key == "ongoing"
    ]
    rest = [section for section in found if section.key != "ongoing"]
    if scope.is_of_days:
        return [*rest, *ongoing]
    today = sum(section.key in ("tonight", "today") for section in rest)
    return [*rest[:today], *ongoing, *rest[today:]]


def _pictures(scope: Scope, beats: Sequence[Beat], now: datetime, events: list[Event]) -> dict[str, Any]:
    return {
        "vibe": vibe(beats, now=now, names=category_names()),
        "map": "" if scope.on_map else small_map(events, scope),
    }


def _with_tonight(found: list[Section], scope: Scope, now: datetime) -> list[Section]:
    """Add tonight to the front page even when it is empty."""
    if found and found[0].key == "tonight":
        return found
    words = gettext("Tonight") if not is_evening(now) or now.hour >= 17 else gettext("The rest of the night")
    return [Section(key="tonight", heading=words, sub=calendar_day(now.date(), today=now.date())), *found]


def _next_day(scope: Scope, totals: Counter[str], now: datetime) -> dict[str, str] | None:
    """The first day after today with events, for the link from an empty list."""
    days = sorted(
        key for key, count in totals.items() if key[:1].isdigit() and count and key > now.date().isoformat()
    )
    if not days:
        return None
    words = calendar_day(date.fromisoformat(days[0]), today=now.date())
    return {
        "words": words,
        "count": event_count(totals[days[0]]),
        "href": scope.address(day=days[0], ongoing=""),
    }


def _meta(scope: Scope, now: datetime, found: Sequence[Section], count: int) -> Meta:
    words = scope.words(today=now.date())
    city = scope.city.name
    title = (
        f"{words}, {city}" if words else gettext("What is on in %(city)s tonight and after") % {"city": city}
    )
    cards = [card for section in found for card in (*section.cards, *section.late)]
    return Meta(
        title=title,
        description=gettext("%(events)s in %(city)s: %(titles)s")
        % {
            "events": capitalized(event_count(count)),
            "city": city,
            "titles": ", ".join(card.title for card in cards[:4])[:200],
        },
        canonical=absolute(scope.path),
        feeds=feeds_of(scope.list_address, title),
        json_ld=json_ld(list_data(cards[:30], site_url=absolute(""))) if cards else "",
        noindex="?" in scope.path or scope.mark is not None,
        is_embeddable=scope.is_front,
    )
