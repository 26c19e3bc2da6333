"""Geohashes: points as short texts, whose prefixes are the cells around them."""

from typing import Final

_BASE32: Final = "0123456789bcdefghjkmnpqrstuvwxyz"


def geohash(lat: float, lng: float, length: int = 7) -> str:
    """The geohash of a point in degrees; 7 letters are a cell of about 150 m."""
    bounds = {0: [-180.0, 180.0], 1: [-90.0, 90.0]}
    point, letters, bits = {0: lng, 1: lat}, "", 0
    for step in range(length * 5):
        low, high = bounds[step % 2]
        middle = (low + high) / 2
        upper = point[step % 2] >= middle
        bounds[step % 2][0 if upper else 1] = middle
        bits = bits * 2 + upper
        if step % 5 == 4:
            letters, bits = letters + _BASE32[bits], 0
    return letters
