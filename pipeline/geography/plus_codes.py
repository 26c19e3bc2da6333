"""Writes and reads plus codes (Open Location Code).

Full ones ('8FWCX8Q9+PX'), and short ones with a locality ('X8Q9+PX Wien').
"""

from typing import Final

from openlocationcode import openlocationcode

from pipeline import patterns

_ALPHABET: Final = "23456789CFGHJMPQRVWX"
_CODE: Final = patterns.compile(
    rf"(?<![\w+])([{_ALPHABET}]{{4,8}}\+[{_ALPHABET}]{{2,5}})(?![\w+])", patterns.IGNORECASE
)

_AROUND: Final = patterns.compile(r"^[\s,;]++|(?<![\s,;])[\s,;]++$")


def plus_code(lat: float, lng: float) -> str:
    """The Open Location Code of a point, 10 digits (about 14 m)."""
    return str(openlocationcode.encode(lat, lng))


def find_plus_code(*texts: str) -> str:
    """The first plus code in the texts, in capitals; '' without one.

    A word of its alphabet needs the plus.
    """
    for text in texts:
        for found in _CODE.finditer(text) if "+" in text else ():
            code = found.group(1).upper()
            if openlocationcode.isFull(code) or openlocationcode.isShort(code):
                return code
    return ""


def without_plus_code(text: str) -> str:
    """The text of a venue or a street without plus codes."""
    return _AROUND.sub("", _CODE.sub(" ", text)) if "+" in text else text


def point_of_plus_code(code: str, *, near: tuple[float, float] | None = None) -> tuple[float, float] | None:
    """The centre of a code's cell, in degrees; of a short code the one nearest to `near`.

    None for a short code without a locality, and for an invalid one.
    """
    if openlocationcode.isShort(code):
        if near is None:
            return None
        code = openlocationcode.recoverNearest(code, *near)
    if not openlocationcode.isFull(code):
        return None
    cell = openlocationcode.decode(code)
    return round(cell.latitudeCenter, 6), round(cell.longitudeCenter, 6)
