"""Queries on places."""

from places.queries.cities import find_city, named_city, slug_of_city
from places.queries.finding import Asked, NearPlace, corrections, places_for, venues_named_at
from places.queries.gazetteer import forget_gazetteer, gazetteer
from places.queries.reach import OVERSEE, cities_of, may_in, narrowed, own_slugs, require_city
from places.queries.status import (
    evidence_of,
    hours_say,
    known_ids,
    known_of,
    past_reports,
    place_now,
    places_now,
    reported,
)
from places.queries.weather import CityWeather, weather_by_city, weather_now, weather_of, weather_states

__all__ = [
    "OVERSEE",
    "Asked",
    "CityWeather",
    "NearPlace",
    "cities_of",
    "corrections",
    "evidence_of",
    "find_city",
    "forget_gazetteer",
    "gazetteer",
    "hours_say",
    "known_ids",
    "known_of",
    "may_in",
    "named_city",
    "narrowed",
    "own_slugs",
    "past_reports",
    "place_now",
    "places_for",
    "places_now",
    "reported",
    "require_city",
    "slug_of_city",
    "venues_named_at",
    "weather_by_city",
    "weather_now",
    "weather_of",
    "weather_states",
]
