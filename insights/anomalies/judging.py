"""What is out of the usual: fewer from a source, none of a category, another price, many sign-ups. Pure.

The thresholds were chosen in the development worlds of `training.anomalies`, and measured in others (docs/insights.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from statistics import median
from typing import Final

from insights.anomalies.baselines import WEEK, Usual, deviation_of, usual_of

#: Two days together, or a week where two days bring too little to tell.
WIDTHS: Final = (2, WEEK)
#: Half of the usual, of at least so many, by so many standard deviations; what is over again is above OVER.
HALF, LEAST, DEVIATIONS, OVER = 0.5, 12, 3.5, 0.7
#: On each of two days alone it must be below this share.
EACH_DAY: Final = 0.7
#: So many others of the same city, else of everywhere, tell what a day is like for all (a holiday).
PEERS: Final = 4
#: A price of so many times the usual or a share of it, from so many prices, by so many standard deviations.
TIMES, PRICES_LEAST, PRICE_DEVIATIONS = 2.0, 8, 5.0
#: Days with enough prices that must be known, and the least spread of the logarithm of a price.
PRICE_DAYS, PRICE_SPREAD = 14, 0.12
#: So many sign-ups more than usual, so many times the usual, by so many standard deviations.
CROWD_LEAST, CROWD_TIMES, CROWD_DEVIATIONS = 10, 3.0, 6.0


class Kind(StrEnum):
    """What is out of the usual."""

    FEWER = "fewer"
    VANISHED = "vanished"
    PRICE = "price"
    CROWD = "crowd"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Counts by day, the oldest first, the last the day that is judged; `known` days are since the first count."""

    days: Sequence[float]
    known: int
    city: object = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """Of each day, the oldest first: how many prices and their median, of the day alone and of the week that ends with it."""

    by_day: Sequence[tuple[int, float]]
    by_week: Sequence[tuple[int, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a look found: out of the usual (`is_out`), or clearly usual again (`is_over`), or neither.

    `others` is the share of their usual that others had in the same time, at most 1.
    """

    found: float
    expected: float
    width: int
    is_out: bool
    is_over: bool
    others: float = 1.0


def fewer(series: Mapping[str, Counts], *, limit: float = HALF, deviations: float = DEVIATIONS) -> dict[str, Judged]:  # fmt: skip
    """Of each series that can be judged: whether it brings at most `limit` of its usual, in two days or in a week.

    What all others have less of too (a holiday) is not out of the usual. One without enough others is judged by the week alone.
    """
    found: dict[str, Judged] = {}
    for width in WIDTHS:
        usual = {key: one for key, counts in series.items() if (one := usual_of(counts.days, width, known=counts.known))}
        shares = _shares_of_others(series, usual)
        for key, one in usual.items():
            others = shares[key]
            if width == WIDTHS[0] and others is None:
                continue
            share = min(1.0, others) if others is not None else 1.0
            expected = one.expected * share
            if expected < LEAST:
                continue
            spread = max(one.spread * share, expected**0.5)
            is_out = one.found <= limit * expected and expected - one.found >= deviations * spread
            if is_out and width == WIDTHS[0]:
                is_out = _each_day_is_low(series[key], share)
            before = found.get(key)
            if before is None or (is_out and not before.is_out):
                found[key] = Judged(found=one.found, expected=expected, width=width, others=share, is_out=is_out, is_over=one.found > OVER * expected)  # fmt: skip
    return found


def vanished(series: Mapping[str, Counts]) -> dict[str, Judged]:
    """Of each category of a city: whether nothing of it came, where others of the city have theirs."""
    return fewer(series, limit=0.0)


def price(prices: Prices) -> Judged | None:
    """Whether the median price is another: of the last day where it has enough prices, else of the last week. None where too little is known."""
    for width, rows in ((1, prices.by_day), (WEEK, prices.by_week)):
        count, last = rows[-1]
        before = [log(value) for number, value in rows[:-width] if number >= PRICES_LEAST and value > 0]
        if count < PRICES_LEAST or last <= 0 or len(before) < PRICE_DAYS:
            continue
        centre = median(before)
        change = log(last) - centre
        spread = max(deviation_of(before, centre), PRICE_SPREAD)
        is_out = abs(change) >= log(TIMES) and abs(change) >= PRICE_DEVIATIONS * spread
        return Judged(found=last, expected=exp(centre), width=width, is_out=is_out, is_over=abs(change) < log(TIMES) * OVER)  # fmt: skip
    return None


def crowd(found: float, before: Sequence[float]) -> Judged | None:
    """Whether so many signed up in an hour as never in that hour of that weekday, and the hours beside it, of the weeks before."""
    if len(before) < WEEK:
        return None
    expected = median(before)
    spread = max(deviation_of(before, expected), (expected + 1) ** 0.5)
    more = found - expected
    is_out = more >= CROWD_LEAST and found >= CROWD_TIMES * expected and more >= CROWD_DEVIATIONS * spread
    return Judged(found=found, expected=expected, width=1, is_out=is_out, is_over=not is_out)


def _shares_of_others(series: Mapping[str, Counts], usual: Mapping[str, Usual]) -> dict[str, float | None]:
    """Of each key the median share of their usual that others have: those of its city, else all. None where there are too few."""
    told = [(key, series[key].city, one.ratio) for key, one in usual.items() if one.expected >= LEAST / 2]
    found: dict[str, float | None] = {}
    for key in usual:
        city = series[key].city
        near = [ratio for other, where, ratio in told if other != key and where == city]
        peers = near if len(near) >= PEERS else [ratio for other, _, ratio in told if other != key]
        found[key] = median(peers) if len(peers) >= PEERS else None
    return found


def _each_day_is_low(counts: Counts, share: float) -> bool:
    """Whether each of the last two days alone is low: one day without an answer and a full one after it are not half."""
    for back in range(WIDTHS[0]):
        days = counts.days[: len(counts.days) - back]
        one = usual_of(days, 1, known=counts.known - back)
        if one is None or one.found > EACH_DAY * one.expected * share:
            return False
    return True


def goes_on(judged: Judged | None) -> bool:
    """Whether an anomaly that is told goes on: until it is clearly over, or cannot be judged any more."""
    return judged is not None and not judged.is_over
