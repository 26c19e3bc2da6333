"""The events that are trending."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from events.enums import Happening, Publication
from events.filters import EventFilter
from events.models import Event
from events.queries.filtering import upcoming
from events.queries.lists import cards_by_id
from outbox.renderings.rows import KeptRows
from outbox.renderings.shown import is_collecting
from places.models import City

#: So many events share out their places by score (`events.services.trends`); one more than the places that any number of visitors can
#: move an event by.
TOGETHER: Final = 4
#: Fewer openings of an event say little.
LEAST_OPENED: Final = 10
_LINE: Final = 3
_NOT_NAMED: Final = (Happening.CANCELLED, Happening.POSTPONED)
# By the city's slug. No change is told of this topic: a trend is no change of an event.
_FIRST: KeptRows[str, list[UUID]] = KeptRows(lambda slug: f"trends:city:{slug}", most=200)


def trending(wanted: EventFilter, *, now: datetime) -> QuerySet[Event]:
    """Events that are trending and match `wanted`, by their ranks, with their `score` (0 to 1).

    Of each city and category at most a hundred (`events.services.trends`). Where several cities match, the fours of each stand
    together, so that nothing moves farther in this list than in that of its city.
    """
    found = upcoming(wanted.without("ordering"), now=now).filter(trend__rank__isnull=False)
    if wanted.city:  # the event's own city decides; this one leads to the index
        found = found.filter(trend__city__slug=wanted.city)
    four = (F("trend__rank") - 1) / TOGETHER
    return found.annotate(score=F("trend__score")).order_by(four, "trend__city_id", "trend__rank")


def first_trending(city: City, *, now: datetime) -> list[Event]:
    """The first three of the city's trending events that some readers opened, for a line of its page; none while that says little.

    Not what is cancelled, and each title once. One query; for a response that all may share none, while this process knows which
    they are (5 minutes) and has their rows.
    """
    if is_collecting():
        known = _FIRST.take(
            [city.slug], lambda _: {city.slug: list(_first(city, now).values_list("id", flat=True))}
        )
        rows = cards_by_id(known[city.slug])
        events = [rows[one] for one in known[city.slug] if one in rows and _is_named(rows[one])]
    else:
        events = list(_first(city, now).only("slug", "title"))
    found: dict[str, Event] = {}
    for event in events:
        found.setdefault(event.title, event)
    return list(found.values())[:_LINE] if len(found) >= _LINE else []


def _first(city: City, now: datetime) -> QuerySet[Event]:
    rows = trending(EventFilter(city=city.slug), now=now).filter(counters__views__gte=LEAST_OPENED)
    return rows.exclude(happening__in=_NOT_NAMED)[: 2 * _LINE]


def _is_named(event: Event) -> bool:
    """Whether an event that was chosen some minutes ago is still one to name."""
    return event.publication == Publication.APPROVED and event.happening not in _NOT_NAMED
