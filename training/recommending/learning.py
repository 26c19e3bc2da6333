"""Learns how much each part of a score counts, in the development worlds alone: a conditional logit (McFadden 1974).

Of the events that could be named to a person, each relevant one is a choice among all: its chance is the softmax of the scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize

from insights.recommending.tastes import PARTS
from training.recommending.comparing import SPLITS, Test, announced_before
from training.recommending.product import Product
from training.recommending.records import Floats, World

#: The parts that each type may weigh.
POSSIBLE: Final[Mapping[str, Sequence[str]]] = {
    "content": [name for name in PARTS if name != "others"],
    "collaborative": ["others", "opened", "lately"],
    "hybrid": list(PARTS),
}
#: How strongly weights are drawn to none.
_RIDGE = 1e-3


def learn(worlds: Sequence[World]) -> dict[str, dict[str, float]]:
    """The weights of each type, over all splits of `worlds`."""
    cases = [case for world in worlds for case in _cases(world)]
    return {name: _fit(cases, chosen) for name, chosen in POSSIBLE.items()}


def _cases(world: World) -> Iterator[tuple[Floats, Floats]]:
    for share in SPLITS:
        day = int(world.setting.days * share)
        test, product = Test(world, day), Product("hybrid", {})
        known = announced_before(world.events, day)
        product.fit(world.log.before(day), world.shown.before(day), known, world.people, day=day)
        parts = product.parts(test.people, test.candidates)
        yield np.where(test.known[None], np.nan, parts), test.gains


def _fit(cases: Sequence[tuple[Floats, Floats]], chosen: Sequence[str]) -> dict[str, float]:
    at = [PARTS.index(name) for name in chosen]
    kept = [(parts[at], gains / gains.sum()) for parts, gains in cases if gains.sum()]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for parts, shares in kept:
            scores = np.tensordot(weights, np.nan_to_num(parts), axes=1)
            scores = np.where(np.isnan(parts[0]), -np.inf, scores)
            scores -= scores.max(axis=1, keepdims=True)
            odds = np.exp(scores)
            odds /= odds.sum(axis=1, keepdims=True)
            value -= float((shares * np.log(np.maximum(odds, 1e-300))).sum()) / len(kept)
            pull = shares - odds * shares.sum(axis=1, keepdims=True)
            slope = slope - np.tensordot(np.nan_to_num(parts), pull, axes=([1, 2], [0, 1])) / len(kept)
        return value, slope

    found = minimize(loss, np.zeros(len(at)), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 4) for name, weight in zip(chosen, found.x, strict=True)}
