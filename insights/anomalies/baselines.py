"""What is usual: the same days of the eight weeks before, by median and MAD, so that no single day decides. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Final

WEEK: Final = 7
#: So many weeks before are compared, and so many of them must be known.
WEEKS, WEEKS_LEAST = 8, 5
#: Of a normal distribution the median absolute deviation, times this, is the standard deviation.
_TO_DEVIATION: Final = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """A sum over some days: what it is, what it usually is on such weekdays, and by how much that differs (a standard deviation)."""

    found: float
    expected: float
    spread: float

    @property
    def ratio(self) -> float:
        """Found of expected; 1 where nothing is expected."""
        return self.found / self.expected if self.expected else 1.0


def usual_of(days: Sequence[float], width: int, *, known: int) -> Usual | None:
    """The sum of the last `width` days (at most seven) beside that of the same weekdays in the weeks before.

    `days` are counts by day, the oldest first, without gaps; of them the last `known` are since the first count. None where fewer than
    WEEKS_LEAST weeks are known. The spread is never below that of a Poisson distribution, since eight sums alone tell too little of it.
    """
    weeks = min(WEEKS, (min(known, len(days)) - width) // WEEK)
    if weeks < WEEKS_LEAST:
        return None
    end = len(days)
    sums = [sum(days[end - WEEK * back - width : end - WEEK * back]) for back in range(1, weeks + 1)]
    expected = median(sums)
    by_day = _deviation_by_day(days, end - width, weeks) * sqrt(width)
    spread = max(deviation_of(sums, expected), by_day, sqrt(expected), 1.0)
    return Usual(found=sum(days[end - width :]), expected=expected, spread=spread)


def deviation_of(values: Sequence[float], centre: float) -> float:
    """The robust standard deviation around a centre."""
    return _TO_DEVIATION * median(abs(value - centre) for value in values)


def _deviation_by_day(days: Sequence[float], end: int, weeks: int) -> float:
    """How much a day differs from the median of its weekday, over all weekdays together: more values than one weekday has."""
    rest: list[float] = []
    for weekday in range(WEEK):
        same = [days[end - 1 - weekday - WEEK * back] for back in range(weeks) if end - 1 - weekday - WEEK * back >= 0]  # fmt: skip
        centre = median(same)
        rest += [one - centre for one in same]
    return deviation_of(rest, 0.0)
