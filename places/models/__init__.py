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
from places.models.team import ROLES, SPEAKING, Membership, PlaceMember

__all__ = [
    "LATITUDE",
    "LONGITUDE",
    "RESERVED_SEGMENTS",
    "ROLES",
    "SPEAKING",
    "Area",
    "City",
    "CityModerator",
    "Geocode",
    "Membership",
    "Place",
    "PlaceAlias",
    "PlaceMatch",
    "PlaceMember",
    "PlaceReport",
    "PlaceStatus",
    "Weather",
    "earth_point",
]
