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
    outside = [event for event in events if event.city_id and is_outdoors(event)]
    show(*(f"weather:{event.city.slug}" for event in outside if event.city))
    return weather_by_city({event.city_id for event in outside if event.city_id}, now=now)
