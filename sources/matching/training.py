"""Fits the matcher's trees and thresholds, measures them on what was kept apart, and writes them as plain JSON. Needs scikit-learn; running does not."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.matching.examples import Examples, Labelled, Pair, join
from sources.matching.features import FEATURES
from sources.matching.table import Floats
from sources.matching.text import read_title

#: Size of the model: 120 trees of at most 12 leaves are about 100 kB of JSON.
TREES = 120
LEAVES = 12
MADE = 6000
MADE_WEIGHT = 0.1
#: Merging must be this precise on records of lists that the model has not seen; asking starts where one in five is right.
WANTED_PRECISION = 0.995
ASK_AT = 0.2


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
    return model.fit(x, y, sample_weight=w)


def export(model: Any, weights: dict[str, float], *, merge_at: float, ask_at: float) -> dict[str, Any]:
    """The JSON of a fitted classifier, as `score.read_model` reads it."""
    nodes: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "missing_left", "left", "right", "value")}
    roots, depth = [], 0
    for (tree,) in model._predictors:
        offset = len(nodes["feature"])
        roots.append(offset)
        depth = max(depth, int(tree.nodes["depth"].max()))
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
        "features": list(FEATURES), "merge_at": merge_at, "ask_at": ask_at, "base": base, "depth": depth, "roots": roots, "nodes": nodes,
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
    return Kept(name, scores, test.y, true_pairs)


def threshold(parts: Sequence[Kept], wanted: float = WANTED_PRECISION) -> float:
    """The lowest threshold from 0.5 in steps of 0.01 at which precision, pooled, reaches `wanted`; 0.99 where none does."""
    for at in np.arange(0.5, 0.99, 0.01):
        if figures(parts, float(at))["precision"] >= wanted:
            return round(float(at), 2)
    return 0.99
