"""A day that a line names, and where."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: Days before the day of writing that a text may still announce: written after midnight of the night before.
GRACE: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day, or a span of days, that a line names between characters `start` and `stop`; `moment` where an
    ISO date with its time was written. `dated` by day and month; `leading` says that nothing but its label
    stands before it. `confidence` from 0 to 1."""

    first: date
    last: date | None = None
    start: int
    stop: int
    text: str
    confidence: float
    dated: bool = True
    leading: bool = False
