"""Collaborative factors of events: by factorization of what people did, and from content for those that nobody knows yet.

Factorization is PureSVD (Cremonesi, Koren and Turrin 2010): the right singular vectors of the matrix of people and events. A person has
no factors of their own that would be kept: theirs are the mean of those of the events that they did something with (`tastes_of`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.recommending.arrays import Acts, Floats, Items

#: Factors of an event.
FACTORS: Final = 24
#: How strongly the map from content is drawn to none (ridge), and how many people an event needs until its own factors count as much as those.
_RIDGE: Final = 5.0
_KNOWN: Final = 15.0
#: Factors weaker than this share of the strongest are rounding errors.
_NOISE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class FromContent:
    """A linear map from content to factors: `weights` is (features × factors)."""

    weights: Floats
    usual: Floats

    def factors(self, items: Items) -> Floats:
        """The factors of events by what they are alone (rows × factors), of about unit length."""
        return _features(items, self.usual, len(self.weights)) @ self.weights


def factorize(acts: Acts, items: Items, count: int, *, seed: int = 0) -> tuple[Floats, FromContent]:
    """The factors of `items` by what `count` people did, and the map that gives a new event its own. The same seed gives the same factors.

    Acts below 0 are left out: what one wants less of says nothing of what others like. Without enough acts all factors are 0.
    """
    from scipy.sparse import csr_matrix  # only where a model is trained
    from scipy.sparse.linalg import svds

    usual = items.about.mean(axis=0) if len(items) else np.zeros(items.about.shape[1])
    positive = acts.weight > 0
    matrix = csr_matrix(
        (acts.weight[positive], (acts.person[positive], acts.item[positive])), shape=(count, len(items))
    )
    matrix.sum_duplicates()
    people_of = np.bincount(matrix.indices, minlength=len(items)).astype(np.float64)
    size = min(FACTORS, min(matrix.shape) - 1, int((people_of > 0).sum()) - 1)
    features = _features(items, usual, 0)
    if size < 1:
        return np.zeros((len(items), 1)), FromContent(np.zeros((features.shape[1], 1)), usual)
    # by the root of how many people: popularity has parts of its own
    matrix = matrix.multiply(1.0 / np.sqrt(np.maximum(people_of, 1.0))[None]).tocsr()
    start = np.random.default_rng(seed).normal(size=min(matrix.shape))
    _, strength, right = svds(matrix.astype(np.float64), k=size, v0=start, rng=seed)
    # where people did fewer kinds of things than there are factors, the others are noise, which unit length would make loud
    right = right[strength > _NOISE * strength.max()]
    own = _unit(right.T / np.sqrt(np.maximum(people_of, 1.0))[:, None])
    weighed = features * people_of[:, None]
    by_content = np.linalg.solve(features.T @ weighed + _RIDGE * np.eye(features.shape[1]), weighed.T @ own)
    trust = (people_of / (people_of + _KNOWN))[:, None]
    return trust * own + (1 - trust) * (features @ by_content), FromContent(by_content, usual)


def _features(items: Items, usual: Floats, wanted: int) -> Floats:
    """The vector, and a one for the category; as many columns as the map has (`wanted`; 0: as many as there are)."""
    dimensions = items.about.shape[1]
    categories = wanted - dimensions if wanted else int(items.category.max(initial=0)) + 1
    found = np.zeros((len(items), dimensions + categories))
    found[:, :dimensions] = items.about - usual
    known = (items.category >= 0) & (items.category < categories)
    found[np.flatnonzero(known), dimensions + items.category[known]] = 1.0
    return found


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
