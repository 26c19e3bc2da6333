"""Named reads of events. Nothing here writes, and nothing asks the clock: `now` (aware) comes from the caller."""

from events.queries.event import EventAnswer, find_event, other_dates, similar
from events.queries.filtering import filtered, public, upcoming
from events.queries.lists import (
    category_counts,
    city_counts,
    counts_by_day,
    counts_by_hour,
    find_city,
    for_api,
    for_cards,
    upcoming_at_place,
)
from events.queries.text import search_expression, suggestions

__all__ = [
    "EventAnswer",
    "category_counts",
    "city_counts",
    "counts_by_day",
    "counts_by_hour",
    "filtered",
    "find_city",
    "find_event",
    "for_api",
    "for_cards",
    "other_dates",
    "public",
    "search_expression",
    "similar",
    "suggestions",
    "upcoming",
    "upcoming_at_place",
]
