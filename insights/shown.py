"""Where on the site an event was shown, as a browser tells it."""

from typing import Final

from insights.enums import Surface

#: Digits of a rank; no list is longer.
_DIGITS: Final = 3


def shown_at(told: str) -> tuple[Surface, int | None]:
    """The surface and the rank (from 0) of `surface.rank`; what is no surface is unknown, and has no rank."""
    word, _, rank = told.partition(".")
    try:
        surface = Surface(word)
    except ValueError:
        surface = Surface.UNKNOWN
    if surface is Surface.UNKNOWN:
        return surface, None
    is_rank = rank.isascii() and rank.isdecimal() and len(rank) <= _DIGITS
    return surface, int(rank) if is_rank else None
