"""The map of a city as SVG: places with events, the names of areas, distances. Without tiles, and without script. Free of Django.

It has the projection of street maps, so that `static/js/map.js` can put a movable map in its place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from events.charts.spots import Cluster, Frame

SIZE = (400, 440)
#: From the outermost place to the edge, and between two circles.
MARGIN, APART = 40, 36
_LETTER, _LINE = 6.4, 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a map shows beside its places: the city's centre, named `name`, and its areas with their centres and radii (km)."""

    name: str
    lat: float
    lng: float
    areas: Sequence[tuple[str, float, float, float]] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A circle of the map: where it leads ('' for nowhere), what is said of it, and what is written in it."""

    cluster: Cluster
    words: str
    href: str = ""
    sign: str = ""


def city_map(circles: Sequence[Drawn], frame: Frame, around: Surroundings, *, label: str) -> str:
    """The picture as SVG. Each circle is a link; names stand where there is room, those with most events first."""
    taken: list[tuple[float, float, float]] = [(one.cluster.x - 15, one.cluster.y + 5, 30) for one in circles]
    names = "".join(_name(one, frame, taken) for one in sorted(circles, key=lambda one: -one.cluster.count))
    areas = "".join(_area(area, frame, taken) for area in around.areas)
    width, height = SIZE
    role = "group" if any(one.href for one in circles) else "img"
    return (
        f'<svg class="citymap" viewBox="0 0 {width} {height}" role="{role}" aria-label="{escape(label)}">'
        f"{_rings(frame, around)}{areas}{_centre(frame, around, taken)}{_scale(frame)}{names}{''.join(map(_circle, circles))}</svg>"
    )


def radius_of(count: int) -> float:
    """The radius of a circle; at least 12, for fingers."""
    return 12 + min(math.log2(max(count, 1)) * 1.3, 9)


def _circle(one: Drawn) -> str:
    spot = one.cluster.first
    hue = f' data-cat="{escape(spot.category)}"' if spot.category and len(one.cluster.spots) == 1 else ""
    many = " citymap__spot--many" if len(one.cluster.spots) > 1 else ""
    x, y = f"{one.cluster.x:.1f}", f"{one.cluster.y:.1f}"
    radius = radius_of(one.cluster.count) if one.sign else 8
    sign = (
        f'<text x="{x}" y="{y}" dy=".35em" aria-hidden="true">{escape(one.sign)}</text>' if one.sign else ""
    )
    drawn = f'<title>{escape(one.words)}</title><circle cx="{x}" cy="{y}" r="{radius:.1f}"/>{sign}'
    if not one.href:
        return f'<g class="citymap__spot"{hue}>{drawn}</g>'
    said = f'href="{escape(one.href)}" aria-label="{escape(one.words)}"'
    return f'<a class="citymap__spot{many}" {said}{hue}>{drawn}</a>'


def short(count: int) -> str:
    """A count as it is written in a circle: `999`, `12k`."""
    return str(count) if count < 1000 else f"{count // 1000}k"


def _name(one: Drawn, frame: Frame, taken: list[tuple[float, float, float]]) -> str:
    if len(one.cluster.spots) > 1:
        return ""
    cut = _cut(one.cluster.first.name, 24)
    below = one.cluster.y + radius_of(one.cluster.count) + _LINE - 3
    return _text(cut, one.cluster.x, below, frame, taken, "citymap__name")


def _area(
    area: tuple[str, float, float, float], frame: Frame, taken: list[tuple[float, float, float]]
) -> str:
    name, lat, lng, km = area
    x, y = frame.at(lat, lng)
    if not frame.holds(x, y, margin=8):
        return ""
    drawn = _text(_cut(name, 24).upper(), x, y, frame, taken, "citymap__area", wide=1.25)
    radius = km * frame.km(lat)
    return (
        f'<circle class="citymap__edge" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>' if drawn else ""
    ) + drawn


def _text(
    words: str,
    x: float,
    y: float,
    frame: Frame,
    taken: list[tuple[float, float, float]],
    kind: str,
    *,
    wide: float = 1,
) -> str:
    """The words centred at x, moved to stay in the picture; '' where they would lie over others."""
    width = len(words) * _LETTER * wide
    left = min(max(x - width / 2, 4), frame.size[0] - width - 4)
    box = (left, y, width)
    if not words or not frame.holds(x, y, margin=2) or any(_overlaps(box, other) for other in taken):
        return ""
    taken.append(box)
    return f'<text class="{kind}" x="{left + width / 2:.1f}" y="{y:.1f}" aria-hidden="true">{escape(words)}</text>'


def _overlaps(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return abs(one[1] - other[1]) < _LINE and one[0] < other[0] + other[2] and other[0] < one[0] + one[2]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _rings(frame: Frame, around: Surroundings) -> str:
    """Circles of distance around the city's centre."""
    x, y = frame.at(around.lat, around.lng)
    per_km = frame.km(around.lat)
    parts = []
    for km in _steps(frame, per_km):
        radius = km * per_km
        parts.append(f'<circle class="citymap__ring" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
        for top in (y - radius, y + radius):
            if frame.holds(x, top, margin=14):
                parts.append(
                    f'<text class="citymap__km" x="{x:.1f}" y="{top - 3:.1f}" aria-hidden="true">{km:g} km</text>'
                )
                break
    return "".join(parts)


def _centre(frame: Frame, around: Surroundings, taken: list[tuple[float, float, float]]) -> str:
    """The sign in the middle of the circles of distance, and its name where there is room."""
    x, y = frame.at(around.lat, around.lng)
    if not frame.holds(x, y, margin=6):
        return ""
    name = _text(_cut(around.name, 24), x, y + _LINE + 3, frame, taken, "citymap__area")
    return f'<path class="citymap__centre" d="M{x - 5:.1f} {y:.1f}h10M{x:.1f} {y - 5:.1f}v10"/>{name}'


def _steps(frame: Frame, per_km: float) -> list[float]:
    """Three distances of which the largest fills about the picture."""
    reach = min(frame.size) / 2 / per_km
    step = next((km for km in (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50) if reach / km <= 3.5), 100)
    return [step, 2 * step, 3 * step]


def _scale(frame: Frame) -> str:
    """A bar of a round length in the lower left corner."""
    south = frame.box[1]
    per_km = frame.km(south)
    km = max(
        (km for km in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if km * per_km <= 110), default=0.05
    )
    width, y = km * per_km, frame.size[1] - 12
    words = f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"
    return (
        f'<path class="citymap__scale" d="M12 {y - 4:g}v4h{width:.1f}v-4"/>'
        f'<text class="citymap__km citymap__km--scale" x="{18 + width:.1f}" y="{y:g}" aria-hidden="true">{words}</text>'
    )
