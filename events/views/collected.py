"""The list of a collection: a page of coming events, what is still on, what ended lately, and the same as a feed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from events.addresses import FEEDS, feed_path
from events.cards import Card, card, when_sentence
from events.feeds import Channel, as_calendar, as_json, as_rss
from events.filters import EventFilter
from events.models import Event
from events.published import public_events
from events.queries import collection as queries
from events.queries import for_feeds, read_cards
from events.queries.marks import Mark, read_mark
from events.seo import Feed
from events.views.around import weather_for
from events.views.shared import absolute, with_mark
from events.words import zone_words
from languages.addresses import in_language
from languages.reading import current_code
from pipeline.dates.event_times import zone_or_utc
from places.models import City

#: Events of a page, of those that are still on, of those that ended, and of a feed: calendars do not profit from more.
PER_PAGE, MOST_ONGOING, MOST_ENDED, MOST_IN_FEED = 30, 8, 20, 500
_TYPES = {ending: media if ending == "json" else f"{media}; charset=utf-8" for ending, media in FEEDS.items()}
_WORDS = {"ics": gettext_lazy("calendar"), "rss": "RSS", "json": "JSON"}
_EVERYTHING = EventFilter()


def collected(
    of: Q,
    *,
    path: str,
    now: datetime,
    wanted: EventFilter = _EVERYTHING,
    after: str = "",
    zones: str = "",
    city: City | None = None,
) -> dict[str, Any]:
    """The context of `events/collected.html`, in five queries at most: a page behind the mark `after`, and beside the first one what is still on
    and what ended lately.

    Cards name their city where it is not `city`, and their zone with `zones`.
    """
    mark = read_mark(after)
    coming = queries.coming(of, now=now, wanted=wanted, mark=mark)[: PER_PAGE + 1]
    first = [] if mark else [queries.still_on(of, now=now, wanted=wanted)[: MOST_ONGOING + 1]]
    if not mark and wanted == _EVERYTHING:
        first.append(queries.ended(of, now=now)[:MOST_ENDED])
    events, *beside = read_cards(coming, *first)
    ongoing, over = (*beside, [], [])[:2]
    shown = events[:PER_PAGE]
    weather = weather_for(shown, now=now)
    make = [(event, card(event, now=now, weather=weather)) for event in shown]
    return {
        "cards": [_placed(made, event, now, zones, city) for event, made in make],
        "still_on": [
            _placed(card(event, now=now), event, now, zones, city) for event in ongoing[:MOST_ONGOING]
        ],
        "ended": [
            (event, when_sentence(event, now=now.astimezone(zone_or_utc(event.timezone)))) for event in over
        ],
        "begin": path if mark else "",
        "later": with_mark(path, Mark(shown[-1].start_at, shown[-1].id)) if len(events) > PER_PAGE else "",
        "zones": zones,
    }


def _placed(made: Card, event: Event, now: datetime, zones: str, city: City | None) -> Card:
    """The card with the name of its city, and of its zone where several meet in a list."""
    elsewhere = event.city.name if event.city and (city is None or event.city_id != city.id) else ""
    area = ", ".join(part for part in (made.area, elsewhere) if part)
    return replace(
        made,
        area=area,
        zone=zone_words(event.start_at.astimezone(zone_or_utc(event.timezone))) if zones else "",
    )


def feeds_of(path: str, name: str) -> Sequence[Feed]:
    """The feeds of the list at `path`, for the head of its page."""
    return [
        Feed(type=media, href=feed_path(path, ending), title=f"{name} ({_WORDS[ending]})")
        for ending, media in FEEDS.items()
    ]


def collected_feed(
    of: Q, ending: str, *, name: str, about: str, path: str, wanted: EventFilter = _EVERYTHING
) -> HttpResponse:
    """The coming events of a collection as `.ics`, `.rss` or `.json`, with what is still on behind them."""
    now = timezone.now()
    channel = Channel(
        name=name,
        about=about,
        page=in_language(absolute(path), current_code()),
        address=absolute(feed_path(path, ending)),
    )
    coming = queries.coming(of, now=now, wanted=wanted).filter(start_at__lt=now + timedelta(days=400))
    return feed_response([coming, queries.still_on(of, now=now, wanted=wanted)], channel, ending)


def feed_response(
    lists: Sequence[QuerySet[Event]], channel: Channel, ending: str, *, most: int = MOST_IN_FEED
) -> HttpResponse:
    """The first `most` events of the lists as `.ics`, `.rss` or `.json`, which pages elsewhere may read."""
    if ending == "json":
        made = [event for events in lists for event in public_events(events[:most])]
        return JsonResponse(as_json(made[:most], channel), headers={"Access-Control-Allow-Origin": "*"})
    read = [event for events in lists for event in for_feeds(events)[:most]]
    write = as_calendar if ending == "ics" else as_rss
    content = write(read[:most], channel, site_url=absolute(""))
    return HttpResponse(content, content_type=_TYPES[ending])
