"""Uptime by day as a row of bars: SVG from the server; a table beside it says the same. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from operations.uptime import Day

BAR: Final = 4
HEIGHT: Final = 34


def bars(days: Sequence[Day], title: str) -> SafeString:
    """One bar a day, the oldest first; its class is `uptime__LEVEL`."""
    shapes = "".join(
        f'<rect class="uptime__{level(day.share)}" x="{place * BAR}" y="0" width="{BAR - 1}" height="{HEIGHT}"/>'
        for place, day in enumerate(days)
    )
    return mark_safe(  # noqa: S308 - numbers, and words that are escaped
        f'<svg class="uptime" role="img" viewBox="0 0 {max(1, len(days) * BAR)} {HEIGHT}" preserveAspectRatio="none"'
        f' aria-label="{escape(title)}">{shapes}</svg>'
    )


def level(share: float | None) -> str:
    """none, whole (99.9 % and more), most (99 %) or part."""
    if share is None:
        return "none"
    return "whole" if share >= 0.999 else "most" if share >= 0.99 else "part"
