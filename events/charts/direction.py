"""Where a point lies, seen from the centre of its city, in words. Free of Django."""

import math

_EARTH_KM_PER_DEGREE = 111.32


def from_centre(*, lat: float, lng: float, centre_lat: float, centre_lng: float) -> tuple[str, str]:
    """Kilometres and side: `2.4`, `north-east`; '' twice within 300 m of the centre. WGS 84 degrees."""
    east = (lng - centre_lng) * math.cos(math.radians(centre_lat)) * _EARTH_KM_PER_DEGREE
    north = (lat - centre_lat) * _EARTH_KM_PER_DEGREE
    distance = math.hypot(east, north)
    if distance < 0.3:
        return "", ""
    names = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
    side = names[round(math.degrees(math.atan2(north, east)) / 45) % 8]
    return (f"{distance:.1f}" if distance < 10 else f"{distance:.0f}"), side
