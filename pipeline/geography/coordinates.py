"""Distances, time zones of points, and checks of coordinates.

Free of Django. Degrees are WGS 84, distances kilometres, time zones IANA names.
"""

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.budget import paused

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

EARTH_RADIUS_KM = 6371.0088


def haversine_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """The great-circle distance of two points, in kilometres."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lng = (phi2 - phi1) / 2, math.radians(lng2 - lng1) / 2
    inner = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, inner)))


def coordinates_problem(lat: float | None, lng: float | None) -> str:
    """Why this cannot be a venue's point on land, or '' where it can (or is absent)."""
    if lat is None and lng is None:
        return ""
    if lat is None or lng is None:
        return "only one of latitude and longitude"
    if not (math.isfinite(lat) and math.isfinite(lng)):
        return "coordinates are no numbers"
    if abs(lat) < 0.01 and abs(lng) < 0.01:
        return "coordinates 0, 0 stand for unknown"
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lng) <= 90:
        return "latitude and longitude look swapped"
    if abs(lat) > 90 or abs(lng) > 180:
        return "coordinates out of range"
    return ""


@lru_cache(maxsize=1)
@paused()
def _finder() -> "TimezoneFinder":
    from timezonefinder import TimezoneFinder  # imports numpy: half a second that most commands do not need

    return TimezoneFinder()


@lru_cache(maxsize=50_000)
def _timezone_at(lat: float, lng: float) -> str:
    return _finder().timezone_at(lat=lat, lng=lng) or ""


def timezone_at(lat: float, lng: float) -> str:
    """The IANA zone of a point (timezonefinder's map), '' outside the valid range.

    At sea it is an `Etc/GMT` zone.
    """
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        return ""
    return _timezone_at(round(lat, 4), round(lng, 4))


def point_key(lat: float, lng: float) -> str:
    """A point as text with five decimals, about a metre: equal for points that geocoders give as one."""
    return f"{lat:.5f},{lng:.5f}"
