"""A map without tiles on which a point is set: by a click, by arrow keys, or by its coordinates beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_SIZE = 320
_EARTH_KM_PER_DEGREE = 111.32
#: What the map shows around its middle at first, in kilometres.
_NEAR, _FAR = 1.5, 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PinMark:
    """A place to find one's way by. WGS 84 degrees."""

    lat: float
    lng: float
    label: str
    is_area: bool = False


def pin_map(
    marks: Sequence[PinMark], *, lat: float | None, lng: float | None, centre_lat: float, centre_lng: float
) -> str:
    """SVG with the marks, and a pin where there is a point. North is up.

    `static/desk/edit.js` moves the pin, and draws all anew from `data-lat` and `data-lng` when it is zoomed.
    """
    middle = (centre_lat, centre_lng) if lat is None or lng is None else (lat, lng)
    reach = _FAR if lat is None else _NEAR
    drawn = "".join(_mark(mark, _at(mark.lat, mark.lng, middle, reach)) for mark in marks)
    x, y = _at(lat, lng, middle, reach) if lat is not None and lng is not None else (_SIZE / 2, _SIZE / 2)
    hidden = ' class="pin pin--none"' if lat is None else ' class="pin"'
    pin = f'<g{hidden} data-lat="{lat or ""}" data-lng="{lng or ""}" transform="translate({x:.1f} {y:.1f})"><circle r="9"/><circle r="2.5"/></g>'
    return (
        f'<svg class="pinmap" viewBox="0 0 {_SIZE} {_SIZE}" data-lat="{middle[0]:.6f}" data-lng="{middle[1]:.6f}" data-reach="{reach:g}" '
        f'role="img" aria-label="Map of the surroundings, north is up">{drawn}{pin}</svg>'
    )


def _at(lat: float, lng: float, middle: tuple[float, float], reach: float) -> tuple[float, float]:
    scale = _SIZE / 2 / reach * _EARTH_KM_PER_DEGREE
    x = (lng - middle[1]) * math.cos(math.radians(middle[0])) * scale
    return _SIZE / 2 + x, _SIZE / 2 - (lat - middle[0]) * scale


def _mark(mark: PinMark, at: tuple[float, float]) -> str:
    name = escape(mark.label if len(mark.label) <= 24 else mark.label[:23].rstrip() + "…")
    kind = "area" if mark.is_area else "venue"
    sign = "" if mark.is_area else '<circle r="3"/>'
    return (
        f'<g class="{kind}" data-lat="{mark.lat:.6f}" data-lng="{mark.lng:.6f}" transform="translate({at[0]:.1f} {at[1]:.1f})">'
        f'{sign}<text x="{0 if mark.is_area else 6}" y="4">{name}</text></g>'
    )
