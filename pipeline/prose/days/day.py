"""A day in a line, and its position."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: A text may announce so many days before the day of writing, since it may be written after midnight.
GRACE: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day, or a span of days, between characters `start` and `stop` of a line.

    `moment` is set where an ISO date with its time was written. `dated` means by day and month; `leading`:
    only its label precedes it. `confidence` from 0 to 1.
    """

    first: date
    last: date | None = None
    start: int
    stop: int
    text: str
    confidence: float
    dated: bool = True
    leading: bool = False
