"""Compares recommenders by time: each learns from what was before a day, and is asked on that day for the days that follow.

The relevant events of a person are those that they opened, saved or registered for in the `AHEAD` days from then, and that were
announced before. Those that they opened before are no candidates: to name them again is no discovery.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.recommending.records import (
    REGISTER,
    SAVE,
    TICKET,
    VIEW,
    Bools,
    Events,
    Floats,
    Ints,
    Log,
    World,
)
from training.recommending.rivals import Arranging, Recommender

#: Places of a list that are judged, and the days after the split whose log decides.
PLACES, AHEAD = 10, 4
#: A world is split on these shares of its days.
SPLITS = (0.6, 0.75, 0.9)
#: How much an act says (the gain of NDCG); of several on one event the greatest counts.
GAINS = {VIEW: 1.0, TICKET: 2.0, SAVE: 2.0, REGISTER: 3.0}
#: Venues with the fewest openings, which together have a fifth of all, are the small ones.
_SMALL_SHARE = 0.2
_RESAMPLED = 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one recommender in one or several worlds. Each row of `ndcg` is a person on a day (0 to 1).

    `coverage`: the share of candidates that stand in anybody's list. `novelty`: the mean surprise, in bits, of an event that is named
    (-log2 of the share of openings it had). `small`: the share of places that small and new venues have.
    """

    name: str
    ndcg: Floats
    coverage: float
    novelty: float
    small: float

    @property
    def mean(self) -> float:
        """The mean NDCG."""
        return float(self.ndcg.mean()) if len(self.ndcg) else 0.0


def compare(world: World, recommenders: Sequence[Recommender]) -> list[Figures]:
    """The figures of each of `recommenders` over all splits of `world`, in the same order, people and days in the same rows."""
    parts: list[list[Figures]] = [[] for _ in recommenders]
    for share in SPLITS:
        day = int(world.setting.days * share)
        test = Test(world, day)
        for at, recommender in enumerate(recommenders):
            known = announced_before(world.events, day)
            recommender.fit(world.log.before(day), world.shown.before(day), known, world.people, day=day)
            parts[at].append(test.judge(recommender))
    return [joined(each) for each in parts]


def joined(parts: Sequence[Figures]) -> Figures:
    """The figures of several splits or worlds as one: all rows, and means of the others."""
    ndcg = np.concatenate([each.ndcg for each in parts])
    means = [
        float(np.mean([getattr(each, name) for each in parts])) for name in ("coverage", "novelty", "small")
    ]
    return Figures(parts[0].name, ndcg, *means)


def gain_over(better: Figures, rival: Figures, *, seed: int = 0) -> tuple[float, float, float]:
    """By which share the mean NDCG of `better` exceeds that of `rival`, with the ends of its 95 % interval.

    By a paired bootstrap over the rows (Efron 1979), of which both have the same. (0, 0, 0) where nothing was relevant.
    """
    if not len(rival.ndcg) or not rival.mean:
        return 0.0, 0.0, 0.0
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, len(rival.ndcg), (_RESAMPLED, len(rival.ndcg)))
    ratios = better.ndcg[drawn].mean(axis=1) / np.maximum(rival.ndcg[drawn].mean(axis=1), 1e-12) - 1
    low, high = np.quantile(ratios, [0.025, 0.975])
    return better.mean / rival.mean - 1, float(low), float(high)


class Test:
    """The people of one split, what was relevant to each, and what may be named to them."""

    def __init__(self, world: World, day: int) -> None:
        past, later = (
            world.log.before(day),
            world.log.where((world.log.day >= day) & (world.log.day < day + AHEAD)),
        )
        self.candidates = world.events.upcoming(day)
        column = np.full(len(world.events), -1)
        column[self.candidates] = np.arange(len(self.candidates))
        later = later.where(column[later.event] >= 0)
        gains = np.zeros((len(world.people), len(self.candidates)))
        worth = np.array([GAINS[kind] for kind in sorted(GAINS)])
        np.maximum.at(gains, (later.person, column[later.event]), worth[later.kind])
        self.known = _known(past, column, gains.shape)
        gains[self.known] = 0.0
        self.people = np.flatnonzero(gains.any(axis=1))
        self.gains = gains[self.people]
        self.known = self.known[self.people]
        self._surprise = _surprise(past, len(world.events))[self.candidates]
        self._is_small = _small_venues(past, world.events)[world.events.venue[self.candidates]]

    def judge(self, recommender: Recommender) -> Figures:
        """The figures of one that has learned."""
        if not len(self.people):
            return Figures(recommender.name, np.zeros(0), 0.0, 0.0, 0.0)
        scores = np.array(recommender.score(self.people, self.candidates), np.float64)
        scores[self.known] = -np.inf
        if isinstance(recommender, Arranging):
            lists = recommender.lists(scores, self.candidates, PLACES)
        else:
            lists = np.argsort(-scores, axis=1, kind="stable")[:, :PLACES]
        return Figures(
            recommender.name,
            _ndcg(self.gains, lists),
            len(np.unique(lists)) / len(self.candidates),
            float(self._surprise[lists].mean()),
            float(self._is_small[lists].mean()),
        )


def _ndcg(gains: Floats, lists: Ints) -> Floats:
    """NDCG of each list (Järvelin and Kekäläinen 2002): the discounted gains by those of the best possible list."""
    discount = 1 / np.log2(np.arange(2, PLACES + 2))
    got = (np.take_along_axis(gains, lists, axis=1) * discount[: lists.shape[1]]).sum(axis=1)
    best = -np.sort(-gains, axis=1)[:, :PLACES]
    return got / (best * discount[: best.shape[1]]).sum(axis=1)


def _known(past: Log, column: Ints, shape: tuple[int, int]) -> Bools:
    known = np.zeros(shape, np.bool_)
    seen = past.where(column[past.event] >= 0)
    known[seen.person, column[seen.event]] = True
    return known


def _surprise(past: Log, events: int) -> Floats:
    counts = np.bincount(past.event, minlength=events) + 1.0
    return -np.log2(counts / counts.sum())


def _small_venues(past: Log, events: Events) -> Bools:
    """Which venues are small; one without an opening is."""
    counts = np.bincount(events.venue[past.event], minlength=int(events.venue.max()) + 1)
    order = np.argsort(counts, kind="stable")
    is_small = np.zeros(len(counts), np.bool_)
    is_small[order] = np.cumsum(counts[order]) <= _SMALL_SHARE * counts.sum()
    return is_small


def announced_before(events: Events, day: int) -> Events:
    """The events without those that nobody knows yet; they stand at the end, since events are ordered by announcement."""
    count = int(np.searchsorted(events.announced, day))
    columns = (getattr(events, name)[:count] for name in Events.__slots__)
    return Events(*columns)
