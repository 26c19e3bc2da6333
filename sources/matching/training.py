"""Fits the matcher's trees and thresholds, measures them on what was kept apart, and writes them as plain JSON. Needs scikit-learn; running does not."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.matching.examples import Examples, Labelled, Pair, join, labelled_examples
from sources.matching.features import FEATURES
from sources.matching.made import made_examples
from sources.matching.table import Floats
from sources.matching.text import read_title

#: Size of the model: 140 trees of at most 8 leaves are about 100 kB of JSON.
TREES = 140
LEAVES = 8
MADE = 8000
MADE_WEIGHT = 0.05
#: Where one kind of data is all there is, what is made counts for more.
TRANSFER_WEIGHT = 0.2
#: Merging must be this precise on records of lists that the model has not seen; asking starts where three in ten are right.
WANTED_PRECISION = 0.995
ASK_AT = 0.3


def word_weights(titles: Iterable[str]) -> dict[str, float]:
    """Words that at least 20 of the titles have, with weights that fall from 1 with the logarithm of their number."""
    forms = {read_title(title).full for title in titles}
    counts = Counter(word for form in forms for word in set(form.split()))
    scale = math.log(len(forms) / 15) if len(forms) > 30 else 1.0
    return {
        word: round(max(0.05, min(1.0, math.log(len(forms) / (count + 1)) / scale)), 2)
        for word, count in sorted(counts.items())
        if count >= 20 and not word.isdigit()
    }


def fit(parts: Sequence[Examples], *, trees: int = TREES) -> Any:
    """A gradient-boosted classifier of scikit-learn on all `parts`, monotone where `FEATURES` says so, the same for the same input."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    data = join(parts)
    width = data.x.shape[1]
    # scikit-learn refuses a column that is all NaN: four rows without weight give each column a value.
    x = np.vstack([data.x, np.zeros((2, width)), np.ones((2, width))])
    y = np.concatenate([data.y, [0, 1, 0, 1]])
    w = np.concatenate([data.w, np.full(4, 1e-3)])
    model = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.1, max_leaf_nodes=LEAVES, min_samples_leaf=15, l2_regularization=1.0, early_stopping=False,
        random_state=0, monotonic_cst=list(FEATURES.values()),
    )  # fmt: skip
    # The data is small: more threads than free cores wait for each other (10 minutes instead of one on a busy machine).
    with threadpool_limits(1):
        return model.fit(x, y, sample_weight=w)


def export(model: Any, weights: dict[str, float], *, merge_at: float, ask_at: float) -> dict[str, Any]:
    """The JSON of a fitted classifier, as `score.read_model` reads it."""
    nodes: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "missing_left", "left", "right", "value")}
    roots = []
    for (tree,) in model._predictors:
        offset = len(nodes["feature"])
        roots.append(offset)
        for number, node in enumerate(tree.nodes):
            leaf = bool(node["is_leaf"])
            nodes["feature"].append(0 if leaf else int(node["feature_idx"]))
            nodes["threshold"].append(0.0 if leaf else _finite(float(node["num_threshold"])))
            nodes["missing_left"].append(0 if leaf else int(node["missing_go_to_left"]))
            nodes["left"].append(offset + (number if leaf else int(node["left"])))
            nodes["right"].append(offset + (number if leaf else int(node["right"])))
            nodes["value"].append(round(float(node["value"]), 5) if leaf else 0.0)
    base = float(np.ravel(model._baseline_prediction)[0])
    return {
        "features": list(FEATURES), "merge_at": merge_at, "ask_at": ask_at, "base": base, "roots": roots, "nodes": nodes,
        "weights": weights,
    }  # fmt: skip


def _finite(threshold: float) -> float:
    """A split between values and nothing has an infinite threshold, which JSON lacks."""
    return 1e300 if math.isinf(threshold) else float(f"{threshold:.6g}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Scores of pairs that the model had not seen: the name of what was kept apart, verdicts, and the number of true pairs in all."""

    name: str
    scores: Floats
    truth: np.ndarray
    true_pairs: int
    pairs: tuple[Pair, ...] = ()


def figures(parts: Sequence[Kept], at: float) -> dict[str, float]:
    """Precision, recall and F1 at a threshold, pooled over `parts`. True pairs that blocking missed count as missed."""
    right = sum(int(((k.scores >= at) & (k.truth == 1)).sum()) for k in parts)
    said = sum(int((k.scores >= at).sum()) for k in parts)
    true = sum(k.true_pairs for k in parts)
    precision, recall = (right / said if said else 0.0), (right / true if true else 0.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "predicted": said}


def by_list(data: Labelled, examples: Examples, others: Sequence[Examples], *, trees: int = TREES) -> list[Kept]:
    """Each source of `data` kept apart in turn: trained without any pair that touches it, measured on those that do."""
    source = {record.id: record.source for record in data.records}
    out = []
    for name in sorted(set(source.values())):
        touched = np.array([name in (source[a], source[b]) for a, b in examples.pairs])
        out.append(_kept(name, examples, touched, others, sum(name in (source[a], source[b]) for a, b in data.same), trees))
    return out


def by_group(
    data: Labelled, examples: Examples, others: Sequence[Examples], group: Callable[[Pair], int], *, folds: int = 5, trees: int = TREES
) -> list[Kept]:
    """The pairs parted into `folds` by `group`, each kept apart in turn."""
    numbers = np.array([group(pair) % folds for pair in examples.pairs])
    parts = []
    for fold in range(folds):
        true = sum(group(pair) % folds == fold for pair in data.same)
        parts.append(_kept(f"fold {fold}", examples, numbers == fold, others, true, trees))
    return parts


def _kept(name: str, examples: Examples, apart: np.ndarray, others: Sequence[Examples], true_pairs: int, trees: int) -> Kept:
    test = examples.where(apart)
    scores = fit([examples.where(~apart), *others], trees=trees).predict_proba(test.x)[:, 1] if len(test.y) else np.empty(0)
    return Kept(name, scores, test.y, true_pairs, tuple(test.pairs))


def threshold(parts: Sequence[Kept], wanted: float = WANTED_PRECISION) -> float:
    """The lowest threshold from 0.5 in steps of 0.01 at which precision, pooled, reaches `wanted`; 0.95 where none below does."""
    for at in np.arange(0.5, 0.95, 0.01):
        if figures(parts, float(at))["precision"] >= wanted:
            return round(float(at), 2)
    return 0.95


@dataclass(frozen=True, slots=True)
class Trained:
    """The artefact's JSON and the score card: figures by name of what was kept apart."""

    artefact: dict[str, Any]
    card: dict[str, dict[str, float]]


def train(conferences: Labelled, new_york: Labelled, titles: Iterable[str], *, trees: int = TREES, made: int = MADE) -> Trained:
    """Measure on lists and groups kept apart, choose the threshold there, then fit on everything.

    Training takes the two sets that are labelled. The transfer figures train on one of them and on pairs made from its records, and measure on the other.
    """
    weights = word_weights(titles)
    first, second = labelled_examples(conferences, weights), labelled_examples(new_york, weights)
    both = made_examples([*conferences.records, *new_york.records], weights, count=made, weight=MADE_WEIGHT)
    lists = by_list(conferences, first, [second, both], trees=trees)
    venue = {record.id: record.venue for record in new_york.records}
    listed = new_york.same | new_york.different
    groups = [_only(k, listed) for k in by_group(new_york, second, [first, both], lambda pair: _group(venue, pair), trees=trees)]
    merge_at = threshold(lists)
    card = {f"list {k.name}": figures([k], merge_at) for k in lists}
    card["conferences, lists kept apart"] = figures(lists, merge_at)
    card["new york, venues kept apart"] = figures(groups, merge_at)
    card["new york, trained on conferences"] = figures(
        [_only(_transfer(conferences, first, new_york, second, weights, made, trees), listed)], merge_at
    )
    card["conferences, trained on new york"] = figures([_transfer(new_york, second, conferences, first, weights, made, trees)], merge_at)
    model = fit([first, second, both], trees=trees)
    return Trained(export(model, weights, merge_at=merge_at, ask_at=ASK_AT) | {"card": card}, card)


def _group(venue: dict[str, str], pair: Pair) -> int:
    """Pairs of one house stay together, whatever its name's ending."""
    return sum(map(ord, venue.get(pair[0], "")[:6]))


def _transfer(
    known: Labelled, examples: Examples, unseen: Labelled, test: Examples, weights: dict[str, float], made: int, trees: int
) -> Kept:
    own = made_examples(known.records, weights, count=made, weight=TRANSFER_WEIGHT)
    model = fit([examples, own], trees=trees)
    return Kept(unseen.name, model.predict_proba(test.x)[:, 1], test.y, len(unseen.same), tuple(test.pairs))


def _only(kept: Kept, listed: frozenset[Pair]) -> Kept:
    """Only the pairs that were read by hand."""
    keep = np.array([pair in listed for pair in kept.pairs], dtype=bool)
    return Kept(kept.name, kept.scores[keep], kept.truth[keep], kept.true_pairs, tuple(p for p in kept.pairs if p in listed))
