"""How the admin's first page writes numbers."""

from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django import template

register = template.Library()

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


@register.filter
def waited(since: datetime, until: datetime) -> str:
    """The time between two moments in its greatest unit: `3 days`, `1 hour`, `12 seconds`."""
    seconds = max(0, int((until - since).total_seconds()))
    length, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    count = seconds // length
    return f"{count} {unit}{'' if count == 1 else 's'}"


@register.filter
def percent(share: float | None) -> str:
    """A share of 0 to 1 as percent, with one decimal where it is small; `none yet` for None."""
    if share is None:
        return "none yet"
    return f"{share * 100:.1f} %" if 0 < share < 0.1 else f"{share * 100:.0f} %"


@register.filter
def uptime(share: float) -> str:
    """A share of 0 to 1 with two decimals, rounded down, so that only a whole day is 100 %."""
    return f"{int(share * 10_000) / 100:.2f} %"


@register.filter
def minutes(length: timedelta) -> int:
    """Whole minutes, begun ones counted."""
    return ceil(length.total_seconds() / 60)
