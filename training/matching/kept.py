"""The accuracy of the matcher on held-out parts of the labelled data, from blocking to clusters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from pipeline.matching.matcher import judge
from pipeline.matching.score import Model, Trees, score_pairs
from pipeline.matching.table import Floats
from training.matching.examples import Blocked, Examples, Labelled, Pair, ordered
from training.measure import rates

#: The required precision of merging on records of held-out lists.
WANTED_PRECISION = 0.995
#: The lowest threshold: doubtful pairs (0.38, `score.DOUBTFUL`) must stay clearly below merging.
LOWEST = 0.45
#: The number of folds by venue or month.
FOLDS = 5

#: Names of the parts that a pair belongs to: a pair of two lists belongs to both.
Parts = Callable[[Pair], Sequence[str]]
Bools = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Kept:
    """Trees trained without some pairs of `blocked`.

    The name of the held-out part, and its pairs (default all).
    """

    name: str
    blocked: Blocked
    trees: Trees
    counts: Callable[[Pair], bool] = lambda pair: True
    _scores: Floats | None = field(default=None, init=False)

    def scores(self) -> Floats:
        """The matcher's scores of all blocked pairs, with doubts and links."""
        if self._scores is None:
            blocked = self.blocked
            self._scores = score_pairs(self._model(1.0), blocked.table, blocked.left, blocked.right)
        return self._scores

    def counted(self) -> Bools:
        """The blocked held-out pairs with a verdict."""
        asked = np.array([self.counts(pair) for pair in self.blocked.pairs], dtype=bool)
        return asked & (self.blocked.verdicts >= 0)

    def true_pairs(self) -> int:
        """How many pairs are the same, whether blocking found them or not."""
        return sum(map(self.counts, self.blocked.data.same))

    def merged(self, at: float) -> set[Pair]:
        """The held-out pairs that would be merged at a threshold, after clustering.

        Pairs without a verdict are left out.
        """
        data, table = self.blocked.data, self.blocked.table
        left, right, _, merge = judge(table, self._model(at))
        found = {
            ordered(table.ids[a], table.ids[b])
            for a, b in zip(left[merge].tolist(), right[merge].tolist(), strict=True)
        }
        known = found - data.ignored if data.closed else found & (data.same | data.different)
        return {pair for pair in known if self.counts(pair)}

    def _model(self, at: float) -> Model:
        return Model(self.trees, at, at, {})


def figures(parts: Sequence[Kept], at: float) -> dict[str, float]:
    """Precision, recall and F1 at a threshold, pooled over `parts`, with the counts.

    `missed` includes what blocking never compared.
    """
    right = predicted = true = not_compared = 0
    for kept in parts:
        merged = kept.merged(at)
        right += len(merged & kept.blocked.data.same)
        predicted += len(merged)
        true += kept.true_pairs()
        not_compared += kept.true_pairs() - int(kept.blocked.verdicts[kept.counted()].sum())
    counts = {
        "predicted": predicted,
        "true": true,
        "wrong": predicted - right,
        "missed": true - right,
        "not_compared": not_compared,
    }
    return rates(right, predicted, true) | counts


def pooled(parts: Sequence[Kept]) -> tuple[Floats, Bools]:
    """Scores of all compared held-out pairs with a verdict, and which of them are the same."""
    scores = np.concatenate([kept.scores()[kept.counted()] for kept in parts])
    return scores, np.concatenate([kept.blocked.verdicts[kept.counted()] > 0 for kept in parts])


def threshold(parts: Sequence[Kept], wanted: float = WANTED_PRECISION) -> float:
    """The lowest threshold from `LOWEST` in steps of 0.01 with a pooled precision of `wanted`.

    0.95 where none has it.
    """
    scores, truth = pooled(parts)
    for at in np.arange(LOWEST, 0.95, 0.01):
        said = scores >= at
        if said.any() and truth[said].mean() >= wanted:
            return round(float(at), 2)
    return 0.95


def apart(
    blocked: Blocked, examples: Examples, parts: Parts, fitted: Callable[[Examples], Trees]
) -> list[Kept]:
    """Each part held out in turn: trees `fitted` without any pair of it, for measuring on its pairs."""
    of = {pair: frozenset(parts(pair)) for pair in {*blocked.pairs, *blocked.data.same}}
    names = sorted({name for pair in blocked.data.same for name in of[pair]})
    out = []
    for name in names:
        seen = np.array([name not in of[pair] for pair in examples.pairs], dtype=bool)
        out.append(Kept(name, blocked, fitted(examples.where(seen)), _Within(of, name)))
    return out


@dataclass(frozen=True, slots=True)
class _Within:
    """Whether a pair belongs to the part `name`."""

    of: Mapping[Pair, frozenset[str]]
    name: str

    def __call__(self, pair: Pair) -> bool:
        return self.name in self.of.get(pair, ())


def by_source(data: Labelled) -> Parts:
    """Parts by the lists of both records: no pair of a held-out list is in the training."""
    source = {record.id: record.source for record in data.records}
    return lambda pair: (source[pair[0]], source[pair[1]])


def by_venue(data: Labelled) -> Parts:
    """Folds by the beginning of the venue's name.

    Pairs of one venue stay together, whatever the end of its name.
    """
    venue = {record.id: record.venue for record in data.records}
    return lambda pair: (f"fold {sum(map(ord, venue[pair[0]][:6])) % FOLDS}",)


def by_month(data: Labelled) -> Parts:
    """Folds by the month of the start: some months of a list are used in training, others held out."""
    start = {record.id: record.start for record in data.records}

    def fold(pair: Pair) -> Sequence[str]:
        first = start[pair[0]] or date.min
        return (f"fold {(first.year * 12 + first.month) % FOLDS}",)

    return fold
