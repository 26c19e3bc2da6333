"""Search: one field. What is understood appears as chips that can be taken off; counts narrow further."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from events.cards import Card, card
from events.charts.apart import distance_words
from events.filters import EventFilter
from events.models import Event
from events.queries import cards_by_id
from events.queries.counting import MOST_COUNTED
from events.repeats import Repeat, folded
from events.search.answering import answer
from events.search.answering.limits import Steps
from events.search.records import Answer, Found, Understood
from events.search.understanding import understand
from events.search_page import Asked, Spot, facet_links, local, read_asked
from events.seo import Meta
from events.services.asked import note
from events.views.around import weather_for
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from events.words import event_count
from languages.numbers import number_words
from outbox.renderings.shown import count_each, show
from pipeline.geography.coordinates import haversine_km

PER_PAGE: Final = 30
#: So many further events are read for a page, since an event that is on several times is shown once.
_SPARE: Final = 60
#: Without a question the page shows so many of the next events.
_NEXT: Final = 12
#: Questions are understood in English, so their words stay English in the address.
_EXAMPLES: Final = (
    gettext_noop("Tonight"),
    gettext_noop("Free this weekend"),
    gettext_noop("Kids on Sunday"),
    gettext_noop("Live music under 500"),
    gettext_noop("Workshops next week"),
)


@require_safe
@share_rendering
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search?q=…&city=…`: the events that answer best, then the nearest ones, said so."""
    asked, now, offset = read_asked(request.GET), timezone.now(), _offset(request)
    given, steps = asked.wanted, Steps()
    plain = Understood(filter=replace(given, q=asked.typed))
    read = steps.run(lambda: understand(asked.typed, given=given, now=now), plain)
    is_open = read.filter.without("ordering", "city") == EventFilter() and not asked.typed
    limit = _NEXT if is_open else PER_PAGE
    here = local(now, read.filter.city)
    found = answer(read.filter, now=here, limit=limit, offset=offset, spare=_SPARE, facets=not is_open)
    if asked.typed and not offset:
        said: dict[str, Any] = {"text": asked.typed, "city": read.filter.city, "is_answered": found.exact > 0}
        note(**said)
        count_each(**said)
    show(f"events:city:{read.filter.city}" if read.filter.city else "events:all")
    shown = _shown(found, asked.spot, limit, now)
    following = offset + shown["taken"]
    today = here.date()
    context = {
        "asked": asked,
        "city": asked.city,
        "hidden": asked.hidden("q"),
        "chips": _chips(asked, read, today=today),
        "corrected": read.corrected,
        "found": found,
        "is_degraded": found.degraded or steps.degraded,
        "is_loading": found.is_loading,
        "total": _total(found),
        **shown,
        "facets": facet_links(asked, read.filter, found.facets, now=now) if found.facets else [],
        "sorts": asked.sorts() if found.exact > 1 and not is_open else [],
        "spots": [] if asked.spot else asked.spots(),
        "hidden_near": asked.hidden("near", "sort"),
        "near_address": asked.address(near="", sort="near"),
        "is_open": is_open,
        "saving": "" if is_open else read.filter.without("ordering").saving_address(),
        "examples": [(gettext(words), asked.address(q=words.lower())) for words in _EXAMPLES],
        "first": asked.address() if offset else "",
        "later": _later(asked, found, following) if not is_open else "",
        "meta": Meta(
            title=gettext("%(words)s: search") % {"words": asked.typed} if asked.typed else gettext("Search"),
            description=gettext("Search events."),
            canonical=absolute("/search"),
            noindex=True,
        ),
    }
    return render(request, "events/search.html", context)


@require_safe
def search_with_slash(request: HttpRequest) -> HttpResponse:
    """`/search/` leads to the page."""
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/search?{query}" if query else "/search", permanent=True)


def _offset(request: HttpRequest) -> int:
    """`?offset=` counts events, `?page=` full pages; 0 for anything else."""
    for name, step in (("offset", 1), ("page", PER_PAGE)):
        text = request.GET.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 6:
            return min(max(int(text) - (name == "page"), 0) * step, MOST_COUNTED)
    return 0


def _later(asked: Asked, found: Answer, following: int) -> str:
    is_more = found.has_more or following < found.total
    return asked.address(offset=str(following)) if found.exact and is_more else ""


def _shown(found: Answer, spot: Spot | None, limit: int, now: datetime) -> dict[str, Any]:
    """The cards of the events that answer the whole question, and of those that are only near it; repeats put together.

    `taken` is how many of the former are on the page.
    """
    rows = cards_by_id(hit.event_id for hit in found.hits)
    exact = [rows[hit.event_id] for hit in found.hits if hit.found is Found.WORDS and hit.event_id in rows]
    near = [rows[hit.event_id] for hit in found.hits if hit.found is not Found.WORDS and hit.event_id in rows]
    repeats, taken = folded(exact, most=limit)
    is_whole = taken == len(exact) and not found.has_more
    weather = weather_for(list(rows.values()), now=now)

    def cards(of: Sequence[Repeat], whole: bool) -> list[Card]:
        return [
            replace(
                card(one.first, now=now, weather=weather),
                also=one.also(now=now, is_whole=whole),
                distance=_distance(one.first, spot),
            )
            for one in of
        ]

    return {
        "cards": cards(repeats, is_whole),
        "near": cards(folded(near, most=limit)[0], False),
        "taken": taken,
    }


def _distance(event: Event, spot: Spot | None) -> str:
    if spot is None or event.lat is None or event.lng is None:
        return ""
    return distance_words(haversine_km(spot.lat, spot.lng, event.lat, event.lng) * 1000)


def _total(found: Answer) -> str:
    if not found.is_capped:
        return event_count(found.total)
    return gettext("%(count)s+ events") % {"count": number_words(found.total)}


def _chips(asked: Asked, read: Understood, *, today: Any) -> list[dict[str, str]]:
    """Each condition with the address that leaves it out: those of the address, then those that were understood."""
    return asked.chips(today=today) + [
        {"label": chip.label, "href": asked.address(q=chip.without)} for chip in read.chips
    ]
