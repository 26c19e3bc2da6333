"""The city page and its lists by day, category and area."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.listing import (
    STRIP_DAYS,
    Section,
    day_strip,
    map_picture,
    night_picture,
    night_summary,
    sections,
    totals_of,
    vibe,
)
from events.models import Event
from events.queries import Beat, find_city, first_of_each_day, for_cards, pulse, upcoming
from events.scope import Scope, address, read_scope
from events.seo import Feed, Meta, json_ld, list_data
from events.times import When
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live, page_number, ticker_lines
from events.words import calendar_day, clock, count_words, zone_words
from pipeline.dates.event_times import is_evening, zone_or_utc
from pipeline.taxonomy import BY_SLUG
from places.queries import CityWeather, weather_by_city

Weather = Mapping[UUID, CityWeather]

#: The front page shows this many events of each day over this many days; a filtered list this many on each
#: page.
PER_DAY, FRONT_DAYS, PER_PAGE = 24, 7, 60
#: Ongoing events on the front page, before the link to all of them.
MOST_ONGOING = 4


@require_safe
@share_rendering
def city_page(request: HttpRequest, city: str, segment: str = "") -> HttpResponse:
    """`/{city}/` and `/{city}/{day, category or area}/`.

    A submitted filter form is redirected to its canonical address.
    """
    found = find_city(city)
    if found is None:
        raise Http404("no such city")
    if found.slug != city:
        return HttpResponsePermanentRedirect(f"/{found.slug}/{segment + '/' if segment else ''}")
    now = timezone.now().astimezone(zone_or_utc(found.timezone))
    scope = read_scope(found, segment, request.GET, now=now)
    if scope.path.split("?")[0] != request.path:
        return HttpResponseRedirect(scope.path)
    frame = _frame(scope, now)
    weather = weather_by_city([found.id], now=now)
    context = (
        _front(scope, now, weather)
        if scope.is_front
        else _narrowed(scope, now, weather, page_number(request))
    )
    return render(request, "events/city.html", {**frame, "weather": weather.get(found.id), **context})


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
        "quick": _quick(scope),
        "options": _options(scope),
        "date_words": calendar_day(now.date(), today=now.date(), long=True),
        "clock": clock(now),
        "zone": zone_words(now),
        "live_list": _live_query(scope),
    }


def _front(scope: Scope, now: datetime, weather: Weather) -> dict[str, Any]:
    beats = pulse(scope.wanted, first=now.date() - timedelta(days=1), days=STRIP_DAYS + 2, now=now)
    soon = upcoming(scope.wanted, now=now).filter(start_date__lt=now.date() + timedelta(days=FRONT_DAYS))
    events = list(for_cards(first_of_each_day(soon, most=PER_DAY, today=now.date())))
    totals = totals_of(beats, now=now)
    found = _with_tonight(
        sections(events, now=now, path=scope.base, totals=totals, weather=weather), scope, now
    )
    return {
        **_pictures(scope, beats, now, events),
        "sections": _short_ongoing(found),
        "night": night_picture(beats, now=now),
        "summary": night_summary(beats, now=now),
        "next_day": _next_day(totals, now),
        "meta": _meta(scope, now, found, sum(totals.values())),
    }


def _narrowed(scope: Scope, now: datetime, weather: Weather, page: int) -> dict[str, Any]:
    wanted = scope.wanted.without("day", "when")
    beats = pulse(wanted, first=now.date(), days=STRIP_DAYS + 1, now=now)
    rows = for_cards(upcoming(scope.wanted, now=now))[(page - 1) * PER_PAGE : page * PER_PAGE + 1]
    events = list(rows)
    shown = events[:PER_PAGE]
    found = sections(shown, now=now, path=scope.base, ongoing_last=True, weather=weather)
    return {
        **_pictures(scope, beats, now, shown),
        "sections": found,
        "later": _page_address(scope, page + 1) if len(events) > PER_PAGE else "",
        "sooner": _page_address(scope, page - 1) if page > 1 else "",
        "next_day": _next_day(totals_of(beats, now=now), now),
        "meta": _meta(scope, now, found, len(shown)),
    }


def _pictures(scope: Scope, beats: Sequence[Beat], now: datetime, events: list[Event]) -> dict[str, Any]:
    rest = {name: value for name, value in scope.query.items() if name not in ("day", "when")}
    strip = day_strip(
        beats,
        now=now,
        day_address=lambda day: address(scope.base, {**rest, **day}),
        selected=scope.selected,
    )
    return {
        "strip": strip,
        "vibe": vibe(beats, now=now, names={slug: category.name for slug, category in BY_SLUG.items()}),
        "map": map_picture(events),
    }


def _with_tonight(found: list[Section], scope: Scope, now: datetime) -> list[Section]:
    """Add tonight to the front page even when it is empty."""
    if found and found[0].key == "tonight":
        return found
    words = "Tonight" if not is_evening(now) or now.hour >= 17 else "The rest of the night"
    return [Section(key="tonight", heading=words, sub=calendar_day(now.date(), today=now.date())), *found]


def _short_ongoing(found: list[Section]) -> list[Section]:
    return [section if section.key != "ongoing" else section.shortened(MOST_ONGOING) for section in found]


def _next_day(totals: Counter[str], now: datetime) -> dict[str, str] | None:
    """The first day after today with events, for the link from an empty list."""
    days = sorted(
        key for key, count in totals.items() if key[:1].isdigit() and count and key > now.date().isoformat()
    )
    if not days:
        return None
    words = calendar_day(datetime.fromisoformat(days[0]).date(), today=now.date())
    return {"words": words, "count": count_words(totals[days[0]], "event"), "query": f"?day={days[0]}"}


def _quick(scope: Scope) -> list[dict[str, Any]]:
    """Links to the most requested days, with the other conditions."""
    rest = {name: value for name, value in scope.query.items() if name not in ("when", "day")}
    return [
        {
            "word": word,
            "href": address(scope.base, {**rest, "when": when.value}),
            "current": scope.wanted.when is when,
        }
        for word, when in (("Tonight", When.TONIGHT), ("Tomorrow", When.TOMORROW), ("Weekend", When.WEEKEND))
    ]


def _options(scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """The selects of the filter form."""
    areas = [(area.slug, area.name) for area in scope.city.areas.all()]
    said = {
        "when": [
            ("today", "Today"),
            ("tonight", "Tonight"),
            ("tomorrow", "Tomorrow"),
            ("weekend", "This weekend"),
            ("week", "Next 7 days"),
        ],
        "category": [(slug, category.name) for slug, category in BY_SLUG.items()],
        "area": areas,
        "price": [("free", "Free"), ("paid", "Paid")],
    }
    asked = scope.query
    return {
        name: [{"value": value, "word": word, "selected": asked.get(name) == value} for value, word in pairs]
        for name, pairs in said.items()
    }


def _live_query(scope: Scope) -> str:
    """The query with which the card fragment tells whether a new event belongs on this page."""
    return urlencode({"city": scope.city.slug, **scope.query})


def _page_address(scope: Scope, page: int) -> str:
    joint = "&" if "?" in scope.path else "?"
    return scope.path if page == 1 else f"{scope.path}{joint}page={page}"


def _meta(scope: Scope, now: datetime, found: Sequence[Section], count: int) -> Meta:
    words = scope.words(today=now.date())
    title = f"{words}, {scope.city.name}" if words else f"What is on in {scope.city.name} tonight and after"
    cards = [card for section in found for card in (*section.cards, *section.late)]
    path = scope.path.split("?")[0]
    stem = path.rstrip("/")
    return Meta(
        title=title,
        description=f"{count_words(count, 'event').capitalize()} in {scope.city.name}: {', '.join(card.title for card in cards[:4])}"[
            :300
        ],
        canonical=absolute(scope.path),
        feeds=[
            Feed(type="text/calendar", href=f"{stem}.ics", title=f"{title} (calendar)"),
            Feed(type="application/rss+xml", href=f"{stem}.rss", title=f"{title} (RSS)"),
            Feed(type="application/json", href=f"{stem}.json", title=f"{title} (JSON)"),
        ],
        json_ld=json_ld(list_data(cards[:30], site_url=absolute(""))) if cards else "",
        noindex="?" in scope.path,
    )
