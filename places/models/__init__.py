"""Where: cities, areas, places and their other names, and what is known of them now."""

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
    "Geocode",
    "Place",
    "PlaceAlias",
    "PlaceMatch",
    "PlaceReport",
    "PlaceStatus",
    "Weather",
    "earth_point",
]
