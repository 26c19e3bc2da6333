"""Cities, areas, places and their aliases, and their current state."""

from places.models.moderator import CityModerator
from places.models.place import (
    LATITUDE,
    LONGITUDE,
    RESERVED_SEGMENTS,
    Area,
    City,
    Geocode,
    Place,
    PlaceAlias,
    PlaceMatch,
    earth_point,
)
from places.models.state import PlaceReport, PlaceStatus, Weather

__all__ = [
    "LATITUDE",
    "LONGITUDE",
    "RESERVED_SEGMENTS",
    "Area",
    "City",
    "CityModerator",
    "Geocode",
    "Place",
    "PlaceAlias",
    "PlaceMatch",
    "PlaceReport",
    "PlaceStatus",
    "Weather",
    "earth_point",
]
