"""What people like, by what they did, and how well an event fits: the parts of a score, each from about 0 to 1."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.recommending.arrays import Acts, Floats, Ints, Items, People

#: Parts of a score, in the order of `parts`.
PARTS: Final = (
    "about",
    "category",
    "stated",
    "venue",
    "performer",
    "hour",
    "distance",
    "price",
    "others",
    "opened",
    "lately",
)
#: What was shown at a place farther down says more, since fewer look there: by this power of its place, at most so much more.
_BY_PLACE, _MOST_BY_PLACE = 0.5, 3.0
#: So many acts of nobody in particular stand beside those of a person.
_PRIOR = 3.0
#: Kilometres beyond which the distance counts no more.
_FAR = 30.0


@dataclass(frozen=True, slots=True)
class Tastes:
    """Of each person (rows): the mean vector and factors of what they did against the usual, and the share of each label among it."""

    about: Floats
    factors: Floats
    category: Floats
    venue: Floats
    performer: Floats
    hour: Floats


def weigh(worth: Floats, rank: Ints) -> Floats:
    """How much acts say: their `worth`, times more where the event was shown farther down (`rank` from 0 at the top, -1: not known)."""
    weights: Floats = worth * np.minimum((1.0 + np.maximum(rank, 0)) ** _BY_PLACE, _MOST_BY_PLACE)
    return weights


def tastes_of(acts: Acts, items: Items, factors: Floats, count: int, *, usual: Floats) -> Tastes:
    """The tastes of `count` people. `factors` (items × factors) are those of the events, `usual` the mean vector of all events."""
    total = np.zeros(count)
    np.add.at(total, acts.person, np.abs(acts.weight))
    mass = (total + _PRIOR)[:, None]
    about = np.zeros((count, items.about.shape[1]))
    np.add.at(about, acts.person, acts.weight[:, None] * (items.about[acts.item] - usual))
    liked = np.zeros((count, factors.shape[1]))
    np.add.at(liked, acts.person, acts.weight[:, None] * factors[acts.item])
    return Tastes(
        about / mass,
        liked / mass,
        _shares(acts, items.category, mass),
        _shares(acts, items.venue, mass),
        _shares(acts, items.performer, mass),
        _shares(acts, items.hour, mass),
    )


def parts(tastes: Tastes, people: People, items: Items, factors: Floats) -> Floats:
    """Each part of the score of each event for each person (parts × people × items); the more the better, but for distance and price."""
    stated = (people.categories[:, :, None] == items.category[None, None, :]).any(axis=1)
    apart = np.sqrt(((people.home[:, None] - items.place[None]) ** 2).sum(axis=2))
    known_price = (items.price >= 0)[None]
    beyond = np.where(known_price, np.maximum(items.price[None] - people.budget[:, None], 0), 0)
    everybody = np.ones((len(people), 1))
    return np.stack([
        tastes.about @ items.about.T,
        _of(tastes.category, items.category),
        stated.astype(np.float64),
        _of(tastes.venue, items.venue),
        _of(tastes.performer, items.performer),
        _of(tastes.hour, items.hour),
        np.minimum(np.nan_to_num(apart, nan=0.0), _FAR) / 10.0,
        beyond.astype(np.float64),
        tastes.factors @ factors.T,
        everybody * np.log1p(items.opened)[None],
        everybody * np.log1p(items.lately)[None],
    ])  # fmt: skip


def _shares(acts: Acts, labels: Ints, mass: Floats) -> Floats:
    """Which share of a person's acts each label had (people × labels); a column more, the last, is of no label and 0."""
    found = np.zeros((len(mass), int(labels.max(initial=-1)) + 2))
    np.add.at(found, (acts.person, labels[acts.item]), acts.weight)
    found[:, -1] = 0.0
    return found / mass


def _of(shares: Floats, labels: Ints) -> Floats:
    return shares[:, labels]
