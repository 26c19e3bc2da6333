"""Isotonic regression: a chance that never falls while a score grows, as it was seen (pool adjacent violators). Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

#: Each step is told as if so many events more had been seen with the chance of all, so that none is sure by few.
PRIOR: Final = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """From each bound on (ascending) its chance; below the first the first one counts."""

    bounds: Sequence[float]
    chances: Sequence[float]

    def at(self, score: float) -> float:
        """The chance at a score, 0 to 1."""
        return self.chances[max(0, bisect_right(self.bounds, score) - 1)]


def isotonic(points: Iterable[tuple[float, bool, float]]) -> Steps:
    """Fit the steps to (score, whether it happened, weight), one at least. The weights together are the number of events."""
    seen: dict[float, list[float]] = {}
    for score, happened, weight in points:
        sums = seen.setdefault(score, [0.0, 0.0])
        sums[0] += weight
        sums[1] += weight if happened else 0.0
    base = sum(hits for _, hits in seen.values()) / sum(weight for weight, _ in seen.values())
    blocks: list[list[float]] = []  # bound, weight, weight of what happened
    for score in sorted(seen):
        blocks.append([score, *seen[score]])
        while len(blocks) > 1 and blocks[-2][2] * blocks[-1][1] >= blocks[-1][2] * blocks[-2][1]:
            _, more, hits = blocks.pop()
            blocks[-1][1] += more
            blocks[-1][2] += hits
    chances: list[float] = []
    for _, weight, hits in blocks:
        chance = (hits + PRIOR * base) / (weight + PRIOR)
        chances.append(max(chance, chances[-1]) if chances else chance)
    return Steps(bounds=[bound for bound, *_ in blocks], chances=chances)
