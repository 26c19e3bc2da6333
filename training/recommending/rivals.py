"""What every recommender is compared with: popularity, what is newest, what begins first, and chance."""

from typing import Protocol, runtime_checkable

import numpy as np

from training.recommending.records import Events, Floats, Ints, Log, People, World


class Recommender(Protocol):
    """Learns from what happened before a day, and scores events that are to come. It sees no truth."""

    name: str

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Learn from the past. `events` are all that were announced before `day`, by their numbers."""
        ...

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """A score for each person and candidate (people × candidates), the higher the better."""
        ...


@runtime_checkable
class Arranging(Protocol):
    """A recommender whose lists are not merely the best scores."""

    def lists(self, scores: Floats, candidates: Ints, places: int) -> Ints:
        """For each row of scores so many columns of `candidates`, the first place first; -inf is no candidate."""
        ...


class Popularity:
    """How many opened it, those of the last week twice."""

    name = "popularity"

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Count."""
        weight = np.where(log.day >= day - 7, 2.0, 1.0)
        self._counts = np.bincount(log.event, weights=weight, minlength=len(events))

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """The same for everybody."""
        return np.broadcast_to(self._counts[candidates], (len(people), len(candidates)))


class Newest:
    """What was announced last."""

    name = "most recent"

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Keep the days."""
        self._announced = events.announced.astype(np.float64)

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """The same for everybody."""
        return np.broadcast_to(self._announced[candidates], (len(people), len(candidates)))


class Soonest:
    """What begins first, as our lists stand without a recommender."""

    name = "soonest"

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Keep the days and hours."""
        self._begins = events.day * 24.0 + events.hour

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """The same for everybody."""
        return np.broadcast_to(-self._begins[candidates], (len(people), len(candidates)))


class Chance:
    """No order at all."""

    name = "chance"

    def __init__(self, seed: int = 0) -> None:
        self._chance = np.random.default_rng(seed)

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Learn nothing."""

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """By chance."""
        return self._chance.random((len(people), len(candidates)))


class Oracle:
    """The truth: what no recommender can beat, as a bound for the figures of the others. Never a candidate."""

    name = "the truth"

    def __init__(self, world: World) -> None:
        self._utility = world.truth.utility

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Know everything."""

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """What each event is worth to each person."""
        return self._utility[np.ix_(people, candidates)]


def rivals() -> list[Recommender]:
    """All that a recommender has to be compared with."""
    return [Popularity(), Newest(), Soonest(), Chance()]
