"""Softmax regression on partial labels: for each example a set of classes is acceptable.

The loss of an example is -(1 - s) log(sum of p over the set) - s mean(log p over the set): the first part
(partial likelihood, as in Jin and Ghahramani 2002) lets the model choose within the set, the second keeps it
from collapsing onto the easiest class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Block:
    """One group of features.

    A matrix (examples x columns, dense or CSR), the strength of its ridge, and its prior weights.
    """

    matrix: Any
    ridge: float
    prior: Array | float = 0.0


@dataclass(frozen=True)
class Fitted:
    """Weights by block (columns x classes) and the bias by class."""

    weights: tuple[Array, ...]
    bias: Array

    def logits(self, matrices: Sequence[Any]) -> Array:
        total = self.bias[None, :]
        for matrix, weights in zip(matrices, self.weights, strict=True):
            total = total + matrix @ weights
        return total


def softmax(logits: Array) -> Array:
    """Rows of probabilities from rows of logits."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit(
    blocks: Sequence[Block],
    acceptable: Array,
    weight: Array,
    *,
    spread: float = 0.3,
    rounds: int = 45,
    bias_ridge: float = 1e-4,
) -> Fitted:
    """Fit by L-BFGS from the priors; deterministic.

    `acceptable` is a 0/1 mask (examples x classes), `weight` the examples' weights, `spread` the share s of
    the second part of the loss.
    """
    problem = _Problem(blocks, acceptable.astype(np.float32), weight / weight.sum(), spread, bias_ridge)
    result = minimize(
        problem.loss, problem.start(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 6}
    )
    return problem.unpack(result.x)


class _Problem:
    """The loss and its gradient over one flat vector."""

    def __init__(
        self, blocks: Sequence[Block], acceptable: Array, weight: Array, spread: float, bias_ridge: float
    ) -> None:
        self.blocks, self.acceptable, self.weight = blocks, acceptable, weight
        self.spread, self.bias_ridge = spread, bias_ridge
        self.uniform = acceptable / acceptable.sum(axis=1, keepdims=True)
        self.classes = acceptable.shape[1]
        self.widths = [block.matrix.shape[1] for block in blocks]
        self.transposed = [
            block.matrix.T.tocsr() if hasattr(block.matrix, "tocsr") else block.matrix.T for block in blocks
        ]

    def start(self) -> Array:
        parts = [
            np.broadcast_to(block.prior, (width, self.classes)).ravel()
            for block, width in zip(self.blocks, self.widths, strict=True)
        ]
        return np.concatenate([*parts, np.zeros(self.classes)])

    def unpack(self, flat: Array) -> Fitted:
        weights, at = [], 0
        for width in self.widths:
            weights.append(flat[at : at + width * self.classes].reshape(width, self.classes))
            at += width * self.classes
        return Fitted(tuple(weights), flat[at:])

    def loss(self, flat: Array) -> tuple[float, Array]:
        fitted = self.unpack(
            flat.astype(np.float32)
        )  # halves the time of the products; the sums stay exact enough
        chances = softmax(fitted.logits([block.matrix for block in self.blocks]))
        inside = chances * self.acceptable
        total = inside.sum(axis=1) + 1e-12
        loss = -(1 - self.spread) * float(self.weight @ np.log(total))
        if self.spread:
            loss -= self.spread * float(self.weight @ (self.uniform * np.log(chances + 1e-12)).sum(axis=1))
        target = (1 - self.spread) * inside / total[:, None] + self.spread * self.uniform
        slope = (chances - target) * self.weight[:, None]
        gradients = []
        for block, turned, weights in zip(self.blocks, self.transposed, fitted.weights, strict=True):
            away = weights - block.prior
            loss += 0.5 * block.ridge * float((away * away).sum())
            gradients.append((turned @ slope + block.ridge * away).ravel())
        loss += 0.5 * self.bias_ridge * float(fitted.bias @ fitted.bias)
        gradients.append(slope.sum(axis=0) + self.bias_ridge * fitted.bias)
        return loss, np.concatenate(gradients).astype(np.float64)
