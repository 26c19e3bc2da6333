"""Named reads of places."""

from places.queries.atlas import atlas, forget_atlas
from places.queries.finding import Asked, NearPlace, corrections, houses_told_at, places_for
from places.queries.status import known_ids, place_now
from places.queries.weather import WeatherWords, weather_now, weather_of, weather_words

__all__ = [
    "Asked",
    "NearPlace",
    "WeatherWords",
    "atlas",
    "corrections",
    "forget_atlas",
    "houses_told_at",
    "known_ids",
    "place_now",
    "places_for",
    "weather_now",
    "weather_of",
    "weather_words",
]
