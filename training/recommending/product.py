"""The recommenders of the product (`insights.recommending`) as ones that can be compared: the same code, on the crowd's records."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from insights.recommending import arrays
from insights.recommending.factors import factorize
from insights.recommending.listing import arrange, small_venues
from insights.recommending.scoring import WEIGHTS, combine
from insights.recommending.tastes import parts, tastes_of, weigh
from training.recommending.records import REGISTER, SAVE, TICKET, VIEW, Events, Floats, Ints, Log, People

#: How much an act says of a taste.
_WORTH: Final = np.array([{VIEW: 1.0, TICKET: 2.0, SAVE: 2.0, REGISTER: 3.0}[kind] for kind in range(4)])


class Product:
    """One type of recommender of the product: content, collaborative or hybrid. Its lists are those that readers would see."""

    def __init__(self, name: str, weights: Mapping[str, float] | None = None) -> None:
        self.name = name
        self._weights = WEIGHTS[name] if weights is None else weights

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Learn the factors of events and the tastes of people. What was shown and not opened is not used: the product keeps none of it."""
        counts = np.bincount(log.event, minlength=len(events)).astype(np.float64)
        lately = np.bincount(log.event[log.day >= day - 7], minlength=len(events)).astype(np.float64)
        openings = np.bincount(events.venue, weights=counts).astype(np.float64)
        self._items = arrays.Items(
            events.about, events.category, events.venue, events.performer, events.hour, events.price, events.place,
            counts, lately, small_venues(openings)[events.venue],
        )  # fmt: skip
        self._people = arrays.People(people.home, people.categories, people.budget)
        acts = arrays.Acts(log.person, log.event, weigh(_WORTH[log.kind], log.rank))
        self._factors, from_content = factorize(acts, self._items, len(people))
        self._tastes = tastes_of(acts, self._items, self._factors, len(people), usual=from_content.usual)

    def parts(self, people: Ints, candidates: Ints) -> Floats:
        """The parts of the scores (parts × people × candidates)."""
        tastes = type(self._tastes)(*(getattr(self._tastes, name)[people] for name in self._tastes.__slots__))
        found = parts(
            tastes, self._people.take(people), self._items.take(candidates), self._factors[candidates]
        )
        return np.asarray(found, np.float64)

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """The weighted sums of the parts."""
        return np.asarray(combine(self.parts(people, candidates), self._weights), np.float64)

    def lists(self, scores: Floats, candidates: Ints, places: int) -> Ints:
        """For each row of scores the places of the list, as columns of `candidates`; -inf is no candidate."""
        venue, is_small = self._items.venue[candidates], self._items.is_small[candidates]
        none = np.full(len(candidates), -1)
        rows = [
            arrange(row, venue=venue, series=none, is_small=is_small, places=places, seed=at)
            for at, row in enumerate(scores)
        ]
        return np.stack(rows)
