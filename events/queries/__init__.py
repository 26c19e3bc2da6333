"""Queries on events. They write nothing, and the caller gives `now` (aware)."""

from events.queries.collection import next_there
from events.queries.event import EventAnswer, Likeness, find_event, other_dates, similar
from events.queries.filtering import filtered, public, upcoming
from events.queries.lists import (
    Beat,
    CityCount,
    cards_by_id,
    cards_of,
    category_counts,
    city_counts,
    first_of_each_day,
    for_api,
    for_cards,
    for_feeds,
    for_json,
    pulse,
    read_cards,
)
from events.queries.mapped import events_at, spots
from events.queries.nearby import indoor_nearby, running_at
from events.queries.sitemap import events_of_month, months_with_events
from events.queries.text import SearchText, search_expression, search_texts, terms_by_event
from events.queries.trending import trending
from places.queries import find_city

__all__ = [
    "Beat",
    "CityCount",
    "EventAnswer",
    "Likeness",
    "SearchText",
    "cards_by_id",
    "cards_of",
    "category_counts",
    "city_counts",
    "events_at",
    "events_of_month",
    "filtered",
    "find_city",
    "find_event",
    "first_of_each_day",
    "for_api",
    "for_cards",
    "for_feeds",
    "for_json",
    "indoor_nearby",
    "months_with_events",
    "next_there",
    "other_dates",
    "public",
    "pulse",
    "read_cards",
    "running_at",
    "search_expression",
    "search_texts",
    "similar",
    "spots",
    "terms_by_event",
    "trending",
    "upcoming",
]
