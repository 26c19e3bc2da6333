"""Polygons of areas: GeoJSON coordinates of a Polygon or MultiPolygon (longitude first), with holes.

Plain geometry on degrees.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

#: (longitude, latitude)
Point = tuple[float, float]
Ring = tuple[Point, ...]

KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Shape:
    """Polygons, each an outer ring and its holes."""

    polygons: tuple[tuple[Ring, ...], ...]

    def holds(self, lat: float, lng: float) -> bool:
        """Whether the point lies inside a polygon and in none of its holes.

        A point on the border may count as either.
        """
        west, south, east, north = self._box
        if not (south <= lat <= north and west <= lng <= east):
            return False
        return any(
            _in_ring(outer, lng, lat) and not any(_in_ring(hole, lng, lat) for hole in holes)
            for outer, *holes in self.polygons
        )

    @cached_property
    def square_km(self) -> float:
        """The surface without holes."""
        return sum(
            abs(_surface(outer)) - sum(abs(_surface(hole)) for hole in holes)
            for outer, *holes in self.polygons
        )

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        points = [point for outer, *_ in self.polygons for point in outer]
        lngs, lats = zip(*points, strict=True)
        return min(lngs), min(lats), max(lngs), max(lats)


def shape(coordinates: Any) -> Shape | None:
    """The shape of GeoJSON `coordinates` (of a Polygon or a MultiPolygon), or of a whole geometry.

    None if invalid. A bare list of points counts as one ring. Never raises.
    """
    if isinstance(coordinates, dict):
        coordinates = coordinates.get("coordinates")
    try:
        depth = _depth(coordinates)
        nested = {2: [[coordinates]], 3: [coordinates], 4: coordinates}.get(depth)
        polygons = tuple(tuple(_ring(ring) for ring in polygon) for polygon in nested or ())
    except (TypeError, ValueError, IndexError):
        return None
    polygons = tuple(polygon for polygon in polygons if polygon and len(polygon[0]) >= 3)
    return Shape(polygons) if polygons else None


def _depth(value: Any) -> int:
    depth = 0
    while isinstance(value, list | tuple) and value and depth < 5:
        value, depth = value[0], depth + 1
    return depth


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring = tuple((float(point[0]), float(point[1])) for point in points)
    if any(
        not (math.isfinite(lng) and math.isfinite(lat) and abs(lng) <= 180 and abs(lat) <= 90)
        for lng, lat in ring
    ):
        raise ValueError("not on Earth")
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _in_ring(ring: Ring, x: float, y: float) -> bool:
    """Ray casting: an odd number of edges to the east of the point."""
    inside = False
    before_x, before_y = ring[-1]
    for at_x, at_y in ring:
        if (at_y > y) != (before_y > y) and x < (before_x - at_x) * (y - at_y) / (before_y - at_y) + at_x:
            inside = not inside
        before_x, before_y = at_x, at_y
    return inside


def _surface(ring: Ring) -> float:
    """Square kilometres by the shoelace formula, on a plane tangent to the ring's latitude."""
    shrink = math.cos(math.radians(ring[0][1]))
    total, (before_x, before_y) = 0.0, ring[-1]
    for at_x, at_y in ring:
        total += before_x * at_y - at_x * before_y
        before_x, before_y = at_x, at_y
    return total / 2 * shrink * KM_PER_DEGREE**2
