"""Search: one field. Recognised conditions appear as chips that can be removed."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.cards import card
from events.filters import EventFilter, Ordering
from events.queries import find_city, for_cards, public, suggestions, upcoming
from events.queries.filtering import not_over
from events.scope import WHEN_WORDS
from events.seo import Meta
from events.services.asked import note
from events.times import When
from events.views.around import weather_for
from events.views.shared import absolute, page_number
from pipeline.taxonomy import BY_SLUG, OTHER
from pipeline.text.folding import fold_name

PER_PAGE = 30
#: Words for a day or a price, the longer ones first.
_SAID: dict[str, tuple[str, str]] = {
    "this weekend": ("when", "weekend"),
    "this week": ("when", "week"),
    "weekend": ("when", "weekend"),
    "tonight": ("when", "tonight"),
    "today": ("when", "today"),
    "tomorrow": ("when", "tomorrow"),
    "free": ("price", "free"),
}


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search?q=…&city=…`. Words such as "tonight" and "free" become filters, each shown and removable."""
    asked = understood(
        {name: request.GET.get(name, "").strip()[:200] for name in ("q", "city", "when", "category", "price")}
    )
    city = find_city(asked["city"]) if asked["city"] else None
    wanted = _wanted(asked, city.slug if city else "")
    now = timezone.now()
    page = page_number(request)
    nothing_asked = wanted.without("ordering") == EventFilter(city=wanted.city)
    rows = (
        []
        if nothing_asked
        else list(for_cards(upcoming(wanted, now=now))[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    )
    typed = request.GET.get("q", "").strip()[:200]
    if typed and page == 1:
        note(typed, city=city.slug if city else "", is_answered=bool(rows))
    near = _near(wanted, now) if wanted.q and not rows and page == 1 else []
    weather = weather_for([*rows, *near], now=now)
    context = {
        "city": city,
        "q": asked["q"],
        "typed": typed,
        "asked": asked,
        "cards": [card(event, now=now, weather=weather) for event in rows[:PER_PAGE]],
        "near": [card(event, now=now, weather=weather) for event in near],
        "chips": _chips(asked, city.name if city else ""),
        "nothing_asked": nothing_asked,
        "later": _address({**asked, "page": str(page + 1)}) if len(rows) > PER_PAGE else "",
        "meta": Meta(
            title="Search", description="Search events.", canonical=absolute("/search"), noindex=True
        ),
    }
    return render(request, "events/search.html", context)


def understood(asked: dict[str, str]) -> dict[str, str]:
    """`asked` with day and price words, and category names, moved from the text to their filters.

    `free jazz tonight` leaves `jazz`.
    """
    found = dict(asked)
    words = f" {fold_name(asked['q'])} "
    for said, (name, value) in _SAID.items():
        if f" {said} " in words and not found[name]:
            found[name] = value
            words = words.replace(f" {said} ", " ", 1)
    for slug in BY_SLUG:
        if f" {slug} " in words and not found["category"] and slug != OTHER:
            found["category"] = slug
            words = words.replace(f" {slug} ", " ", 1)
    if words.strip() != fold_name(asked["q"]):
        found["q"] = words.strip()
    return found


def _wanted(asked: dict[str, str], city: str) -> EventFilter:
    return EventFilter(
        q=asked["q"],
        city=city,
        when=When(asked["when"]) if asked["when"] in set(When) else None,
        categories=(asked["category"],) if asked["category"] in BY_SLUG else (),
        price=asked["price"] if asked["price"] in ("free", "paid") else "",
        ordering=Ordering.START,
    )


def _near(wanted: EventFilter, now: Any) -> list[Any]:
    """Events that resemble the words, with tolerance for typing errors."""
    events = public().filter(not_over(now))
    if wanted.city:
        events = events.filter(city__slug=wanted.city)
    return list(for_cards(suggestions(events, wanted.q)))


def _chips(asked: dict[str, str], city_name: str) -> list[dict[str, str]]:
    words = {
        "city": city_name,
        "when": WHEN_WORDS.get(When(asked["when"]), "") if asked["when"] in set(When) else "",
        "category": BY_SLUG[asked["category"]].name if asked["category"] in BY_SLUG else "",
        "price": asked["price"] if asked["price"] in ("free", "paid") else "",
    }
    return [
        {
            "word": word[:1].upper() + word[1:],
            "href": _address({key: value for key, value in asked.items() if key != name}),
        }
        for name, word in words.items()
        if word
    ]


def _address(asked: dict[str, str]) -> str:
    return f"/search?{urlencode({name: value for name, value in asked.items() if value})}"
