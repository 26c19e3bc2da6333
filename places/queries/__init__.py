"""Queries on places."""

from places.queries.finding import Asked, NearPlace, corrections, houses_told_at, places_for
from places.queries.gazetteer import forget_gazetteer, gazetteer
from places.queries.status import (
    evidence_of,
    hours_say,
    known_ids,
    known_of,
    past_reports,
    place_now,
    places_now,
    told,
)
from places.queries.weather import CityWeather, weather_by_city, weather_now, weather_of, weather_states

__all__ = [
    "Asked",
    "CityWeather",
    "NearPlace",
    "corrections",
    "evidence_of",
    "forget_gazetteer",
    "gazetteer",
    "hours_say",
    "houses_told_at",
    "known_ids",
    "known_of",
    "past_reports",
    "place_now",
    "places_for",
    "places_now",
    "told",
    "weather_by_city",
    "weather_now",
    "weather_of",
    "weather_states",
]
