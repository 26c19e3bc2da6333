"""A piece of a street map: six tiles of a server as pictures, and a pin. Without script. Free of Django."""

from collections.abc import Iterator
from html import escape

from events.charts.spots import mercator

_TILE = 256
#: About two kilometres across near the equator, and for a point that is not exact, eight.
EXACT, ABOUT = 16, 14


def street_map(lat: float, lng: float, *, server: str, label: str, zoom: int = EXACT) -> str:
    """HTML of three by two tiles around the point. `server` is an address with `{z}`, `{x}` and `{y}`.

    The pictures are loaded when they are scrolled to.
    """
    count = 2**zoom
    x, y = (value * count for value in mercator(lat, lng))
    left, top = int(x) - 1, int(y) - (1 if y % 1 < 0.5 else 0)
    tiles = "".join(_tile(server, zoom, column % count, row) for column, row in _around(left, top, count))
    at = f"{(x - left) * _TILE:.0f} {(y - top) * _TILE:.0f}"
    return (
        f'<div class="streets" role="img" aria-label="{escape(label)}"><div class="streets__tiles">{tiles}</div>'
        f'<svg viewBox="0 0 {3 * _TILE} {2 * _TILE}" aria-hidden="true"><g transform="translate({at})"><circle r="16"/><circle r="5"/></g></svg></div>'
    )


def _around(left: int, top: int, count: int) -> Iterator[tuple[int, int]]:
    first = min(max(top, 0), count - 2)
    return ((column, row) for row in (first, first + 1) for column in (left, left + 1, left + 2))


def _tile(server: str, zoom: int, column: int, row: int) -> str:
    address = server.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
    return (
        f'<img src="{escape(address)}" alt="" width="{_TILE}" height="{_TILE}" loading="lazy" decoding="async" '
        'referrerpolicy="strict-origin-when-cross-origin">'
    )
