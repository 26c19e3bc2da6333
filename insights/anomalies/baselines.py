"""What is usual: the same weekdays of the eight weeks before, by median and MAD, so that no single day decides. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Final

WEEK: Final = 7
#: So many weeks before are compared, and so many of them must be known.
WEEKS, WEEKS_LEAST = 8, 5
#: So many days of counts are enough for the widest window.
DAYS: Final = WEEK * (WEEKS + 2)
#: What comes at once, beyond so many times the usual of its weekday and MORE, is a programme, not a day; the rest of it is left out.
BURST, MORE = 3.0, 5.0
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

    @property
    def restlessness(self) -> float:
        """How much it differs beyond chance, as a share of what is expected."""
        return sqrt(max(0.0, self.spread**2 - self.expected)) / self.expected if self.expected else 0.0


def usual_of(days: Sequence[float], width: int, *, known: int) -> Usual | None:
    """The sum of the last `width` days beside those of the same weekdays in the weeks before.

    `days` are counts by day, the oldest first, without gaps; of them the last `known` are since the first count. None where fewer than
    WEEKS_LEAST weeks before are known. The spread is the largest of three: of those sums, of single days, and of chance (Poisson).
    """
    weeks = min(WEEKS, (min(known, len(days)) - width) // WEEK)
    if weeks < WEEKS_LEAST:
        return None
    even = _without_bursts(days)
    end = len(even)
    first = end - width - WEEK * weeks
    if width % WEEK:
        sums = [sum(even[begin : begin + width]) for begin in range(first, end - width, WEEK)]
    else:  # whole weeks have every weekday as often, so those that begin on any day tell of the usual
        sums = [sum(even[begin : begin + width]) for begin in range(first, end - 2 * width + 1)]
    expected = median(sums)
    by_day = _deviation_by_day(even[first : end - width]) * sqrt(width)
    spread = max(deviation_of(sums, expected), by_day, sqrt(expected), 1.0)
    return Usual(found=sum(even[end - width :]), expected=expected, spread=spread)


def deviation_of(values: Sequence[float], centre: float) -> float:
    """The robust standard deviation around a centre."""
    return _TO_DEVIATION * median(abs(value - centre) for value in values)


def _without_bursts(days: Sequence[float]) -> list[float]:
    centres = [median(days[weekday::WEEK]) for weekday in range(WEEK)]
    return [min(one, BURST * centres[place % WEEK] + MORE) for place, one in enumerate(days)]


def _deviation_by_day(days: Sequence[float]) -> float:
    """The standard deviation of a day from the median of its weekday, from all weekdays together: more values than one weekday has."""
    rest = 0.0
    for weekday in range(WEEK):
        same = days[weekday::WEEK]
        centre = median(same)
        rest += sum((one - centre) ** 2 for one in same)
    return sqrt(rest / len(days))
