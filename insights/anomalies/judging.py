"""What is out of the usual: fewer from a source, none of a category, another price, many sign-ups. Pure.

The thresholds were chosen in the development worlds of `training.anomalies`, and measured in others (docs/insights.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import exp, log, sqrt
from statistics import median
from typing import Final

from insights.anomalies.baselines import WEEK, Usual, deviation_of, usual_of

#: Days that are summed, and what is out of the usual in them: at most this share of it, below it by so many standard deviations.
WIDTHS: Final = {2: (0.1, 3.0), WEEK: (0.5, 3.0), 2 * WEEK: (0.6, 3.0)}
#: Less than this is not judged; above this share it is usual again.
LEAST, OVER = 12.0, 0.7
#: So many others of the same city, else of everywhere, tell what a day is like for all (a holiday).
PEERS: Final = 4
#: How much sums differ beyond chance where fewer than three tell it.
RESTLESSNESS: Final = 0.15
#: A price of so many times the usual or a share of it, and FEW more (of the logarithm) by the root of how many prices there are.
TIMES, FEW, PRICES_LEAST, PRICE_DEVIATIONS = 2.0, 2.0, 8, 5.0
#: Days with enough prices that must be known, and the least spread of the logarithm of a price.
PRICE_DAYS, PRICE_SPREAD = 14, 0.12
#: So many hours before tell the level of a day. So many sign-ups more than usual, so many times the usual, by so many standard deviations.
LEVEL_HOURS, CROWD_LEAST, CROWD_TIMES, CROWD_DEVIATIONS = 6, 10, 3.0, 6.0


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

    `others` is the share of their usual that others had in the same time, at most 1; `expected` is after it.
    """

    found: float
    expected: float
    width: int
    is_out: bool
    is_over: bool
    others: float = 1.0


def fewer(series: Mapping[str, Counts], *, limit: float = 1.0) -> dict[str, Judged]:
    """Of each series that can be judged: whether it brings far less than usual in two days, a week or two, today and yesterday.

    What others have less of too (a holiday) is not out of the usual. One without enough others is judged by weeks alone. `limit`: at
    most this share of the usual counts.
    """
    today = _low(series, limit)
    if not any(one.is_out for one in today.values()):
        return today
    before = {key: replace(one, days=one.days[:-1], known=one.known - 1) for key, one in series.items()}
    yesterday = _low(before, limit)
    return {
        key: one if not one.is_out or (key in yesterday and yesterday[key].is_out) else replace(one, is_out=False)
        for key, one in today.items()
    }  # fmt: skip


def vanished(series: Mapping[str, Counts]) -> dict[str, Judged]:
    """Of each category of a city: whether nothing of it came, where others of the city have theirs."""
    return fewer(series, limit=0.0)


def price(prices: Prices) -> Judged | None:
    """Whether the median price is another: of the last day where it has enough prices, else of the last week. None where too little is known."""
    for width, rows in ((1, prices.by_day), (WEEK, prices.by_week)):
        if not rows or rows[-1][0] < PRICES_LEAST or rows[-1][1] <= 0:
            continue
        count, last = rows[-1]
        before = [log(value) for number, value in rows[:-width] if number >= PRICES_LEAST and value > 0]
        if len(before) < PRICE_DAYS:
            continue
        centre = median(before)
        change = abs(log(last) - centre)
        spread = max(deviation_of(before, centre), PRICE_SPREAD)
        is_out = change >= log(TIMES) + FEW / sqrt(count) and change >= PRICE_DEVIATIONS * spread
        return Judged(found=last, expected=exp(centre), width=width, is_out=is_out, is_over=change < OVER * log(TIMES))  # fmt: skip
    return None


def crowd(hours: Sequence[float], before: Sequence[Sequence[float]]) -> Judged | None:
    """Whether far more signed up in the last of these hours than in that hour of that weekday in the weeks before.

    `hours` are the last LEVEL_HOURS and the one that is judged, `before` the same hours of each week. What the hours before it have more
    of already (a campaign) is expected to go on.
    """
    if len(before) < WEEK:
        return None
    usual = median(week[-1] for week in before)
    level = (sum(hours[:-1]) + 1) / (median(sum(week[:-1]) for week in before) + 1)
    expected = usual * max(1.0, level)
    spread = max(deviation_of([week[-1] for week in before], usual) * max(1.0, level), sqrt(expected + 1))
    more = hours[-1] - expected
    is_out = more >= CROWD_LEAST and hours[-1] >= CROWD_TIMES * expected and more >= CROWD_DEVIATIONS * spread
    return Judged(found=hours[-1], expected=expected, width=1, is_out=is_out, is_over=not is_out)


def goes_on(judged: Judged | None) -> bool:
    """Whether an anomaly that is told goes on: until it is clearly over, or cannot be judged any more."""
    return judged is not None and not judged.is_over


def _low(series: Mapping[str, Counts], limit: float) -> dict[str, Judged]:
    """Each series by the narrowest window that shows it to be out of the usual, else by the widest; over where no window is low."""
    found: dict[str, Judged] = {}
    for width, (share, deviations) in WIDTHS.items():
        usual = {
            key: one for key, counts in series.items()
            if (one := usual_of(counts.days, width, known=counts.known)) and one.expected > 0
        }  # fmt: skip
        others = _shares_of_others(series, usual)
        restlessness = _restlessness(usual)
        for key, one in usual.items():
            theirs = others[key]
            if theirs is None and width < WEEK:
                continue
            here = min(1.0, theirs) if theirs is not None else 1.0
            expected = one.expected * here
            if expected < LEAST:
                continue
            spread = max(one.spread * here, sqrt(expected + (restlessness * expected) ** 2))
            is_out = one.found <= min(limit, share) * expected and expected - one.found >= deviations * spread
            before = found.get(key)
            is_over = one.found > OVER * expected and (before is None or before.is_over)
            if before is not None and before.is_out:
                continue
            found[key] = Judged(found=one.found, expected=expected, width=width, others=here, is_out=is_out, is_over=is_over)  # fmt: skip
    return found


def _restlessness(usual: Mapping[str, Usual]) -> float:
    """How much the usual series differs beyond chance: eight weeks of one tell too little of it, so none counts as calmer."""
    told = [one.restlessness for one in usual.values() if one.expected >= LEAST]
    return median(told) if len(told) >= 3 else RESTLESSNESS


def _shares_of_others(series: Mapping[str, Counts], usual: Mapping[str, Usual]) -> dict[str, float | None]:
    """Of each key the share of their usual that others have. None where there are too few to tell.

    The median of those of its city; all of them together where they are few; the median of everywhere where it is alone there.
    """
    told = [(key, series[key].city, one) for key, one in usual.items()]
    found: dict[str, float | None] = {}
    for key in usual:
        city = series[key].city
        others = [(where, one) for other, where, one in told if other != key]
        near = [one for where, one in others if where == city]
        many = [one.ratio for one in near if one.expected >= LEAST / 2]
        everywhere = [one.ratio for _, one in others if one.expected >= LEAST / 2]
        expected = sum(one.expected for one in near)
        if len(many) >= PEERS:
            found[key] = median(many)
        elif expected >= LEAST:
            found[key] = sum(one.found for one in near) / expected
        else:
            found[key] = median(everywhere) if len(everywhere) >= PEERS else None
    return found
