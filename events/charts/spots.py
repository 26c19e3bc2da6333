"""Places with events on a map: their keys, their projection, and how near ones are drawn as one. Free of Django."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from uuid import UUID

#: (west, south, east, north), degrees of WGS 84.
Box = tuple[float, float, float, float]

_MOST_LATITUDE = 85.0
_GRID = Decimal("0.0001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A venue, or a point without a known venue, with `count` events. WGS 84 degrees.

    `key` is the venue's id (32 hex), or the point (`point_key`); `category` is '' where it has events of several.
    """

    key: str
    name: str
    lat: float
    lng: float
    count: int
    category: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """Spots that are drawn as one, at the place of the first, which has most events. `x` and `y` are those of the picture."""

    spots: Sequence[Spot]
    x: float
    y: float

    @property
    def count(self) -> int:
        return sum(spot.count for spot in self.spots)

    @property
    def first(self) -> Spot:
        return self.spots[0]


def point_key(lat: float, lng: float) -> str:
    """The key of a point to 10 m, `12.9716,77.5946`, rounded as PostgreSQL rounds numerics."""
    return ",".join(str(Decimal(repr(value)).quantize(_GRID, ROUND_HALF_UP)) for value in (lat, lng))


def spot_key(lat: float | None, lng: float | None, venue: UUID | None) -> str:
    """The key of the spot of an event at `venue`; '' without a point."""
    if lat is None or lng is None:
        return ""
    return venue.hex if venue else point_key(lat, lng)


def mercator(lat: float, lng: float) -> tuple[float, float]:
    """The point in Web Mercator: x to the east and y to the south, 0 to 1 for the whole world."""
    bounded = math.radians(min(max(lat, -_MOST_LATITUDE), _MOST_LATITUDE))
    return lng / 360 + 0.5, 0.5 - math.asinh(math.tan(bounded)) / (2 * math.pi)


def degrees(x: float, y: float) -> tuple[float, float]:
    """The latitude and longitude of a point in Web Mercator."""
    return math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi))), (x - 0.5) * 360


@dataclass(frozen=True, slots=True)
class Frame:
    """What a picture of `size` (width, height) shows: `left`, `top` in Web Mercator, and its units in one of the world."""

    left: float
    top: float
    scale: float
    size: tuple[float, float]

    def at(self, lat: float, lng: float) -> tuple[float, float]:
        """Where a point lies in the picture."""
        x, y = mercator(lat, lng)
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def holds(self, x: float, y: float, *, margin: float = 0) -> bool:
        """Whether a point of the picture is `margin` away from its edge."""
        return margin <= x <= self.size[0] - margin and margin <= y <= self.size[1] - margin

    def km(self, lat: float) -> float:
        """The units of the picture in one kilometre at this latitude."""
        return self.scale / (40_075.017 * math.cos(math.radians(lat)))

    @property
    def box(self) -> Box:
        """The part of the world that is shown."""
        north, west = degrees(self.left, self.top)
        south, east = degrees(self.left + self.size[0] / self.scale, self.top + self.size[1] / self.scale)
        return west, south, east, north


def frame_of(box: Box, *, size: tuple[float, float], margin: float) -> Frame:
    """The frame of a picture of `size` with all of `box` in it, `margin` (units of the picture) away from the edge."""
    west, south, east, north = box
    left, top = mercator(north, west)
    right, bottom = mercator(south, east)
    wide, high = size[0] - 2 * margin, size[1] - 2 * margin
    scale = min(wide / max(right - left, 1e-9), high / max(bottom - top, 1e-9), 2.0**26)
    return Frame(
        (left + right) / 2 - size[0] / 2 / scale, (top + bottom) / 2 - size[1] / 2 / scale, scale, size
    )


def box_around(spots: Sequence[Spot], *, lat: float, lng: float) -> Box:
    """What to show of the spots: all but a fiftieth of their events at each side, and at least 1 km.

    A few far ones do not make the rest small. `lat` and `lng` are the city's centre, shown where there is no spot.
    """
    lats = _middle_of([(spot.lat, spot.count) for spot in spots]) or (lat, lat)
    lngs = _middle_of([(spot.lng, spot.count) for spot in spots]) or (lng, lng)
    least = 0.5 / 111.32
    narrow = least / max(math.cos(math.radians(lats[0])), 0.01)
    return lngs[0] - narrow, lats[0] - least, lngs[1] + narrow, lats[1] + least


def _middle_of(values: list[tuple[float, int]]) -> tuple[float, float] | None:
    """The bounds of all but a fiftieth of the weight on each side."""
    if not values:
        return None
    ordered = sorted(values)
    far = sum(weight for _, weight in ordered) / 50

    def reached(rows: list[tuple[float, int]]) -> float:
        seen = accumulate(weight for _, weight in rows)
        return next(value for (value, _), weight in zip(rows, seen, strict=True) if weight > far)

    return reached(ordered), reached(ordered[::-1])


def clusters(spots: Sequence[Spot], frame: Frame, *, apart: float) -> list[Cluster]:
    """The spots of the frame; those less than `apart` from one with more events are drawn with it. North first."""
    cells: dict[tuple[int, int], list[tuple[float, float, list[Spot]]]] = {}
    for spot in sorted(spots, key=lambda spot: (-spot.count, spot.key)):
        x, y = frame.at(spot.lat, spot.lng)
        if not frame.holds(x, y):
            continue
        column, row = int(x // apart), int(y // apart)
        near = [
            held
            for c in (column - 1, column, column + 1)
            for r in (row - 1, row, row + 1)
            for held in cells.get((c, r), ())
            if math.hypot(held[0] - x, held[1] - y) < apart
        ]
        if near:
            min(near, key=lambda held: math.hypot(held[0] - x, held[1] - y))[2].append(spot)
        else:
            cells.setdefault((column, row), []).append((x, y, [spot]))
    found = [Cluster(spots=own, x=x, y=y) for held in cells.values() for x, y, own in held]
    return sorted(found, key=lambda cluster: (cluster.y, cluster.x))
