"""A schematic map of the listed events, without tiles, so that no third party gets the visitor's address."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import ngettext

_SIZE = 320
_MARGIN = 28
#: A ring's label needs so much room above it, and a name so much below its dot.
_KM_ROOM, _NAME_ROOM = 14, 18
_EARTH_KM_PER_DEGREE = 111.32


@dataclass(frozen=True, kw_only=True, slots=True)
class MapPoint:
    """A place with events. WGS 84 degrees."""

    lat: float
    lng: float
    label: str
    count: int = 1
    category: str = "other"


def place_map(points: Sequence[MapPoint], *, labels: int = 5) -> str:
    """SVG of the points to scale, north up, with rings of distance around the most central one; '' without points."""
    if not points:
        return ""
    middle = _middle(points)
    lat, lng = middle.lat, middle.lng
    narrow = math.cos(math.radians(lat))
    flat = [
        ((p.lng - lng) * narrow * _EARTH_KM_PER_DEGREE, (lat - p.lat) * _EARTH_KM_PER_DEGREE) for p in points
    ]
    reach = max(_spread(flat), 0.6)
    scale = (_SIZE / 2 - _MARGIN) / reach
    dots = "".join(
        _dot(point, _fit(x * scale), _fit(y * scale)) for point, (x, y) in zip(points, flat, strict=True)
    )
    places = [(_fit(x * scale), _fit(y * scale)) for x, y in flat]
    names = _labels(points, places, labels, first=middle)
    return (
        f'<svg class="map" viewBox="0 0 {_SIZE} {_SIZE}" role="img" aria-label="{escape(_named(len(points)))}">'
        f"{_rings(reach, scale)}{dots}{names}</svg>"
    )


def _named(count: int) -> str:
    text = ngettext(
        "Map of %(count)s place, listed beside it", "Map of %(count)s places, listed beside it", count
    )
    return text % {"count": count}


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


def _middle(points: Sequence[MapPoint]) -> MapPoint:
    """The point nearest to the median, which one far event does not move; of two the first."""
    if len(points) == 2:
        return points[0]
    lats, lngs = sorted(p.lat for p in points), sorted(p.lng for p in points)
    lat, lng = lats[len(lats) // 2], lngs[len(lngs) // 2]
    narrow = math.cos(math.radians(lat))
    return min(points, key=lambda p: math.hypot(p.lat - lat, (p.lng - lng) * narrow))


def _spread(flat: Sequence[tuple[float, float]]) -> float:
    """The radius in kilometres that contains four of five points; the others are drawn at the edge."""
    distances = sorted(max(abs(x), abs(y)) for x, y in flat)
    return distances[min(len(distances) - 1, int(len(distances) * 0.8))]


def _fit(offset: float) -> float:
    return min(max(_SIZE / 2 + offset, 12), _SIZE - 12)


def _rings(reach: float, scale: float) -> str:
    step = next((km for km in (0.25, 0.5, 1, 2, 5, 10, 20, 50) if reach / km <= 3), 100)
    middle = _SIZE / 2
    parts = []
    for index in range(1, 4):
        radius = index * step * scale
        parts.append(f'<circle class="ring" cx="{middle:g}" cy="{middle:g}" r="{radius:.1f}"/>')
        if radius < middle - _KM_ROOM:
            parts.append(
                f'<text class="km" x="{middle:g}" y="{middle - radius - 3:.1f}">{index * step:g} km</text>'
            )
    return "".join(parts)


def _dot(point: MapPoint, x: float, y: float) -> str:
    radius = 4 + min(math.sqrt(point.count) * 2, 9)
    hue, name = escape(point.category), escape(point.label)
    return (
        f'<circle data-cat="{hue}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{name}</title></circle>'
    )


def _labels(
    points: Sequence[MapPoint], places: Sequence[tuple[float, float]], limit: int, *, first: MapPoint
) -> str:
    """Names of the middle and of the places with most events, as long as they do not overlap."""
    taken: list[tuple[float, float, float]] = []
    parts: list[str] = []
    for point, (x, y) in sorted(
        zip(points, places, strict=True), key=lambda pair: (pair[0] is not first, -pair[0].count)
    ):
        name = point.label if len(point.label) <= 22 else point.label[:21].rstrip() + "…"
        width = len(name) * 5.6
        left = min(max(x - width / 2, 6), _SIZE - width - 6)
        below = y + _NAME_ROOM
        box = (left, below if below < _SIZE - 4 else y - _NAME_ROOM / 2, width)
        if any(
            abs(box[1] - other[1]) < 16 and box[0] < other[0] + other[2] and other[0] < box[0] + box[2]
            for other in taken
        ):
            continue
        taken.append(box)
        parts.append(f'<text x="{left:.1f}" y="{box[1]:.1f}">{escape(name)}</text>')
        if len(parts) == limit:
            break
    return "".join(parts)
