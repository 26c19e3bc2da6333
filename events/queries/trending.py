"""The most popular events that begin soon."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import F, QuerySet

from events.enums import Happening
from events.filters import EventFilter
from events.models import Event
from events.queries.filtering import upcoming
from places.models import City

#: Fewer openings of an event say little.
LEAST_OPENED: Final = 10
_LINE: Final = 3


def trending(wanted: EventFilter, *, now: datetime) -> QuerySet[Event]:
    """Events that are trending and match `wanted`, the most popular first, with their `score` (0 to 1).

    Of each city and category at most a hundred (`events.services.trends`).
    """
    found = upcoming(wanted.without("ordering"), now=now).filter(trend__rank__isnull=False)
    if wanted.city:  # the event's own city decides; this one leads to the index
        found = found.filter(trend__city__slug=wanted.city)
    return found.annotate(score=F("trend__score")).order_by("-score", "start_at", "id")


def opened_most(city: City, *, now: datetime) -> Sequence[Event]:
    """Three of the city's events of the coming week that readers opened most, for a line of its page; none while that says little.

    One query. Not what is cancelled, and each title once.
    """
    rows = trending(EventFilter(city=city.slug), now=now).filter(counters__views__gte=LEAST_OPENED)
    rows = rows.exclude(happening__in=(Happening.CANCELLED, Happening.POSTPONED)).only("slug", "title")
    found: dict[str, Event] = {}
    for event in rows[: 2 * _LINE]:
        found.setdefault(event.title, event)
    return list(found.values())[:_LINE] if len(found) >= _LINE else []
