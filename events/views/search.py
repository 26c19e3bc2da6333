"""Search: one field. What is understood appears as chips that can be taken off; counts narrow further."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.cards import card
from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries import find_city, for_cards
from events.queries.counting import MOST_COUNTED, facet_counts
from events.search.answering import answer
from events.search.records import Answer, Found, Understood
from events.search.understanding import understand
from events.seo import Meta
from events.services.asked import note
from events.times import When
from events.views.around import weather_for
from events.views.shared import absolute, page_number
from events.words import count_words
from pipeline.taxonomy import BY_SLUG
from places.models import City
from places.queries import gazetteer

PER_PAGE = 30
#: The fields of the address beside the text and the page.
_GIVEN = ("city", "area", "when", "category", "price", "sort")
_SORTS = {"": "Best", "start": "Soonest"}
#: The facets of the page with their fields, and how many values each shows.
_FACETS = (("category", "category", "Category"), ("area", "area", "Area"), ("price", "price", "Price"))
_MOST_VALUES = 8
_PRICES = {"free": "Free", "paid": "Paid"}


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search?q=…&city=…`: the events that answer best, then the nearest ones, said so."""
    typed = " ".join(request.GET.get("q", "").split())[:200]
    asked = {name: request.GET.get(name, "").strip()[:80] for name in _GIVEN}
    city = find_city(asked["city"]) if asked["city"] else None
    now, page = timezone.now(), page_number(request)
    given = _given(asked, city)
    read = understand(typed, given=given, now=now)
    nothing_asked = not typed and given.without("ordering", "city") == EventFilter()
    found = Answer(hits=(), total=0)
    if not nothing_asked:
        found = answer(read.filter, now=now, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    if typed and page == 1:
        note(typed, city=read.filter.city, is_answered=found.exact > 0)
    address = {"q": typed, **asked}
    context = {
        "city": city,
        "typed": typed,
        "asked": address,
        "chips": _chips(read, address, city),
        "corrected": read.corrected,
        "found": found,
        "total": _total(found),
        **_cards(found, now),
        "facets": [] if nothing_asked else _facets(read.filter, address, now),
        "sorts": _sorts(address) if found.exact > 1 else [],
        "nothing_asked": nothing_asked,
        "later": _address({**address, "page": str(page + 1)}) if found.has_more else "",
        "meta": Meta(
            title="Search", description="Search events.", canonical=absolute("/search"), noindex=True
        ),
    }
    return render(request, "events/search.html", context)


@require_safe
def search_with_slash(request: HttpRequest) -> HttpResponse:
    """`/search/` leads to the page."""
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/search?{query}" if query else "/search", permanent=True)


def _given(asked: Mapping[str, str], city: City | None) -> EventFilter:
    area = next((area for area in gazetteer().areas if area.slug == asked["area"]), None)
    return EventFilter(
        city=city.slug if city else "",
        area=area.slug if area else "",
        when=When(asked["when"]) if asked["when"] in set(When) else None,
        categories=(asked["category"],) if asked["category"] in BY_SLUG else (),
        price=asked["price"] if asked["price"] in _PRICES else "",
        ordering=Ordering.START if asked["sort"] == "start" else Ordering.RELEVANCE,
    )


def _cards(found: Answer, now: datetime) -> dict[str, Any]:
    """The cards of the events that answer the whole question, and of those that are only near it."""
    rows: dict[Any, Event] = {
        event.pk: event
        for event in for_cards(Event.objects.filter(pk__in=[hit.event_id for hit in found.hits]))
    }
    weather = weather_for(list(rows.values()), now=now)
    made: dict[bool, list[Any]] = {True: [], False: []}
    for hit in found.hits:
        if hit.event_id in rows:
            made[hit.found is Found.WORDS].append(card(rows[hit.event_id], now=now, weather=weather))
    return {"cards": made[True], "near": made[False]}


def _total(found: Answer) -> str:
    return f"{found.total:,}+ events" if found.is_capped else count_words(found.total, "event")


def _chips(read: Understood, address: Mapping[str, str], city: City | None) -> list[dict[str, str]]:
    """Each condition with the address that leaves it out: those of the address, then those that were understood."""
    words = {
        "city": city.name if city else "",
        "area": next((area.name for area in gazetteer().areas if area.slug == address["area"]), ""),
        "when": address["when"] if address["when"] in set(When) else "",
        "category": BY_SLUG[address["category"]].name if address["category"] in BY_SLUG else "",
        "price": _PRICES.get(address["price"], ""),
    }
    given = [
        {"label": word[:1].upper() + word[1:], "href": _address({**address, name: ""})}
        for name, word in words.items()
        if word
    ]
    return given + [
        {"label": chip.label, "href": _address({**address, "q": chip.without})} for chip in read.chips
    ]


def _facets(wanted: EventFilter, address: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """What the events could be narrowed by, with counts; only what would narrow."""
    _, counts = facet_counts(replace(wanted, ordering=Ordering.START), now=now, most=MOST_COUNTED)
    areas = {area.slug: area.name for area in gazetteer().areas}
    names = {"category": {slug: one.name for slug, one in BY_SLUG.items()}, "area": areas, "price": _PRICES}
    set_already = {
        "category": bool(wanted.categories),
        "area": bool(wanted.area),
        "price": bool(wanted.price),
    }
    made = []
    for name, field, title in _FACETS:
        values = [
            {
                "label": names[name][row["value"]],
                "count": row["count"],
                "href": _address({**address, field: row["value"]}),
            }
            for row in counts[name]
            if row["value"] in names[name]
        ][:_MOST_VALUES]
        if len(values) > 1 and not set_already[name]:
            made.append({"title": title, "values": values})
    return made


def _sorts(address: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": _address({**address, "sort": sort}), "is_current": address["sort"] == sort}
        for sort, label in _SORTS.items()
    ]


def _address(asked: Mapping[str, str]) -> str:
    set_ones = {name: value for name, value in asked.items() if value}
    return f"/search?{urlencode(set_ones)}" if set_ones else "/search"
