"""The context of an event's page: the weather of its city, and its live topics."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from events.models import Event
from events.views.shared import Live
from events.weather import is_outdoors
from outbox.renderings.shown import show
from places.queries import CityWeather, weather_by_city


def with_topics(here: Live, *topics: str) -> Live:
    """The same position in the outbox, with more topics."""
    show(*topics)
    return replace(here, topics=",".join([here.topics, *topics]))


def weather_for(events: Iterable[Event], *, now: datetime) -> dict[UUID, CityWeather]:
    """The weather of the cities with outdoor events among `events` (one query, none if all are indoors)."""
    cities = {event.city for event in events if event.city and is_outdoors(event)}
    show(*(f"weather:{city.slug}" for city in cities))
    return weather_by_city(cities, now=now)
