"""The average of the ratings of one thing, which no crowd that nobody looked at can move by more than 0.2. Pure.

Each rating weighs by how it is known that somebody was there (`WEIGHTS`). Those of one coarse network that were not checked in
weigh `NETWORK_MOST` together at most. What a moderator passed (`is_vouched`) counts so; all the others together weigh at most 0.5, or a
nineteenth of what is vouched for where that is more. Below a weight of `ENOUGH` the mean of the city fills up what is missing:

    average = ((ENOUGH - w) * mean + sum(weight * stars)) / ENOUGH        while w, the weight of all, is below ENOUGH
    average = sum(weight * stars) / w                                     from there on

which is Bayesian shrinkage with a prior that fades out. Let v be the weight vouched for, a that of the rest, and D = max(ENOUGH, v + a).
Whatever the rest says lies between 1 and 5, so it moves the average within an interval of 4a/D, and a is at most D/20: 0.2.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ratings.enums import Basis

#: A weight from which on the mean of the city plays no part.
ENOUGH: Final = 10.0
WEIGHTS: Final = {Basis.CHECKED_IN: 1.0, Basis.REGISTERED: 0.75, Basis.SAYS: 0.5}
NETWORK_MOST: Final = 3.0
#: The part that nobody looked at, of all that counts.
_UNSEEN: Final = 1 / 20
#: The mean of a city is drawn toward this by so much weight, and one thing weighs at most `ENOUGH` in it.
MIDDLE: Final = 3.5
_MIDDLE_WEIGHT: Final = 20.0


@dataclass(frozen=True, slots=True)
class Counted:
    """One rating as it counts. `network` is a hash of where it came from, '' where that is not known."""

    stars: int
    basis: Basis
    network: str
    is_vouched: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Average:
    """`average` from 1 to 5, of `count` ratings; `weight` of all, `vouched` of those that a moderator passed, whose weighted stars are `stars`."""

    average: float
    count: int
    weight: float
    vouched: float
    stars: float


def average_of(ratings: Iterable[Counted], *, mean: float) -> Average:
    """The average with the mean of the city, from 1 to 5, where there are few. Of none it is that mean."""
    rows = list(ratings)
    vouched, vouched_stars = _sums(row for row in rows if row.is_vouched)
    rest, rest_stars = _sums(row for row in rows if not row.is_vouched)
    most = max(ENOUGH * _UNSEEN, vouched * _UNSEEN / (1 - _UNSEEN))
    if rest > most:
        rest, rest_stars = most, rest_stars * most / rest
    weight = vouched + rest
    missing = max(0.0, ENOUGH - weight)
    return Average(
        average=(missing * mean + vouched_stars + rest_stars) / (missing + weight),
        count=len(rows),
        weight=weight,
        vouched=vouched,
        stars=vouched_stars,
    )


def mean_of(things: Iterable[tuple[float, float]]) -> float:
    """The mean of a city from each thing's weight and weighted stars that are vouched for; `MIDDLE` without any."""
    weight, stars = _MIDDLE_WEIGHT, _MIDDLE_WEIGHT * MIDDLE
    for each, its_stars in things:
        if each > 0:
            part = min(1.0, ENOUGH / each)
            weight, stars = weight + each * part, stars + its_stars * part
    return stars / weight


def _sums(rows: Iterable[Counted]) -> tuple[float, float]:
    """Weight and weighted stars, those of one network together not above their most."""
    networks: dict[str, list[tuple[float, float]]] = defaultdict(list)
    weight = stars = 0.0
    for row in rows:
        each = WEIGHTS[row.basis]
        if row.network and row.basis is not Basis.CHECKED_IN:
            networks[row.network].append((each, each * row.stars))
        else:
            weight, stars = weight + each, stars + each * row.stars
    for group in networks.values():
        total = sum(each for each, _ in group)
        part = min(1.0, NETWORK_MOST / total)
        weight, stars = weight + total * part, stars + sum(each for _, each in group) * part
    return weight, stars
