"""A small map of two or more points with the metres between them, without tiles. Free of Django."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations

from pipeline.geography.coordinates import haversine_km

_WIDTH, _HEIGHT, _MARGIN = 320, 180, 34


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A point on the map, by a letter and a name. WGS 84 degrees."""

    letter: str
    name: str
    lat: float
    lng: float


def distance_words(metres: float) -> str:
    """`40 m`, `1.2 km`, `310 km`."""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 100_000 else f"{metres / 1000:,.0f} km"


def metres_between(one: Spot, other: Spot) -> float:
    """The distance over ground."""
    return haversine_km(one.lat, one.lng, other.lat, other.lng) * 1000


def distances(spots: Sequence[Spot]) -> list[str]:
    """The distance of each two as words: `A and B: 40 m apart`."""
    return [
        f"{one.letter} and {other.letter}: "
        + (
            f"{distance_words(apart)} apart"
            if (apart := metres_between(one, other)) >= 1
            else "the same point"
        )
        for one, other in combinations(spots, 2)
    ]


def apart_map(spots: Sequence[Spot]) -> str:
    """SVG of the points to scale, north up, with a line and the metres between each two; '' without two."""
    if len(spots) < 2:
        return ""
    places = _placed(spots)
    lines = "".join(
        _line(places[i], places[j], distance_words(metres_between(spots[i], spots[j])))
        for i, j in combinations(range(len(spots)), 2)
        if places[i] != places[j]
    )
    together: dict[tuple[float, float], list[Spot]] = {}
    for spot, place in zip(spots, places, strict=True):
        together.setdefault(place, []).append(spot)
    dots = "".join(_dot(place, here) for place, here in together.items())
    label = escape("; ".join(distances(spots)), quote=True)
    return f'<svg class="apart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Map: {label}">{lines}{dots}</svg>'


def _placed(spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """Where each point lies in the picture, in its units."""
    narrow = math.cos(math.radians(sum(spot.lat for spot in spots) / len(spots)))
    flat = [(spot.lng * narrow, -spot.lat) for spot in spots]
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    top, bottom = min(y for _, y in flat), max(y for _, y in flat)
    scale = min(
        (_WIDTH - 2 * _MARGIN) / max(right - left, 1e-5), (_HEIGHT - 2 * _MARGIN) / max(bottom - top, 1e-5)
    )
    middle = (left + right) / 2, (top + bottom) / 2
    return [
        (round(_WIDTH / 2 + (x - middle[0]) * scale, 1), round(_HEIGHT / 2 + (y - middle[1]) * scale, 1))
        for x, y in flat
    ]  # fmt: skip


def _line(one: tuple[float, float], other: tuple[float, float], words: str) -> str:
    x, y = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2 - 6
    return (
        f'<line x1="{one[0]}" y1="{one[1]}" x2="{other[0]}" y2="{other[1]}"/>'
        f'<text class="metres" x="{x:.1f}" y="{y:.1f}">{words}</text>'
    )


def _dot(place: tuple[float, float], here: Sequence[Spot]) -> str:
    letters, names = " ".join(spot.letter for spot in here), escape(", ".join(spot.name for spot in here))
    return (
        f'<g><title>{names}</title><circle cx="{place[0]}" cy="{place[1]}" r="{10 + 5 * (len(here) - 1)}"/>'
        f'<text x="{place[0]}" y="{place[1] + 4.5}">{letters}</text></g>'
    )
