"""A recommender by content: what an event is, beside what a person did and said of themselves. It learns nothing from other people's tastes."""

from dataclasses import dataclass

import numpy as np

from training.recommending.records import REGISTER, SAVE, TICKET, VIEW, Events, Floats, Ints, Log, People

#: How much an act says of a taste.
_ACTS = {VIEW: 1.0, TICKET: 2.0, SAVE: 2.0, REGISTER: 3.0}
#: An opening far down a list says more than one at its top, but never more than this much more.
_MOST_BY_RANK = 3.0
#: So many acts of nobody in particular stand beside those of a person: with few acts of one's own one is near the mean of all.
_PRIOR = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of each part of a score. `distance` is for each kilometre, `price` for each step beyond what one pays.

    `stated` is of a category that one named, `trend` of the logarithm of the openings, which is all that a person without a past has
    beside `stated`, `distance` and `price`.
    """

    about: float = 6.0
    category: float = 0.5
    stated: float = 0.3
    venue: float = 0.3
    performer: float = 0.5
    hour: float = 0.2
    distance: float = 0.08
    price: float = 0.4
    trend: float = 0.5


class Content:
    """Category, venue, performer, hour, price, distance and the text's vector, each against the person's past."""

    name = "content"

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()

    def fit(self, log: Log, shown: Log, events: Events, people: People, *, day: int) -> None:
        """Keep for each person the weighted sums of what they opened, and for each event how many did."""
        self._events, self._people = events, people
        acts = np.array([_ACTS[kind] for kind in sorted(_ACTS)])[log.kind] * _by_rank(log, shown)
        count = len(people)
        total = np.zeros(count)
        np.add.at(total, log.person, acts)
        vectors = np.zeros((count, events.about.shape[1]))
        np.add.at(vectors, log.person, acts[:, None] * events.about[log.event])
        usual = events.about.mean(axis=0)
        self._about = (vectors + _PRIOR * usual) / (total + _PRIOR)[:, None] - usual
        self._category = _shares(log, acts, events.category, count)
        self._venue = _shares(log, acts, events.venue, count)
        self._performer = _shares(log, acts, events.performer + 1, count)
        self._hour = _shares(log, acts, events.hour, count)
        self._trend = np.log1p(np.bincount(log.event, minlength=len(events)))

    def score(self, people: Ints, candidates: Ints) -> Floats:
        """The weighted sum of the parts."""
        weights, events, said = self._weights, self._events, self._people
        categories, performers = events.category[candidates], events.performer[candidates]
        stated = (said.categories[people][:, :, None] == categories[None, None, :]).any(axis=1)
        apart = np.linalg.norm(said.home[people][:, None] - events.place[candidates][None], axis=2)
        beyond = np.maximum(events.price[candidates][None] - said.budget[people][:, None], 0)
        known = self._performer[np.ix_(people, performers + 1)] * (performers >= 0)
        parts: Floats = (
            weights.about * self._about[people] @ events.about[candidates].T
            + weights.category * self._category[np.ix_(people, categories)]
            + weights.stated * stated
            + weights.venue * self._venue[np.ix_(people, events.venue[candidates])]
            + weights.performer * known
            + weights.hour * self._hour[np.ix_(people, events.hour[candidates])]
            - weights.distance * apart
            - weights.price * beyond
            + weights.trend * self._trend[candidates]
        )
        return parts


def _by_rank(log: Log, shown: Log) -> Floats:
    """How much more an opening says for the place of its event: by the share of what was shown there that was opened (1 at the top)."""
    places = int(max(log.rank.max(initial=0), shown.rank.max(initial=0))) + 1
    opened = np.bincount(log.rank, minlength=places) + 1.0
    seen = np.bincount(shown.rank, minlength=places) + 1.0
    share = np.minimum(opened / seen, 1.0)
    by_rank: Floats = np.clip(share[0] / share, 1.0, _MOST_BY_RANK)[log.rank]
    return by_rank


def _shares(log: Log, acts: Floats, labels: Ints, people: int) -> Floats:
    """Which share of a person's acts each label had (people × labels), drawn to none where they did little."""
    found = np.zeros((people, int(labels.max(initial=0)) + 1))
    np.add.at(found, (log.person, labels[log.event]), acts)
    return found / (found.sum(axis=1, keepdims=True) + _PRIOR)
