"""Fits the matcher's trees and thresholds, measures them on held-out data, and writes them as plain JSON.

Fitting needs scikit-learn; the matcher itself does not.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.matching.features import FEATURES
from pipeline.matching.score import Trees, read_trees
from pipeline.matching.text import read_title
from training.learning import scikit_learn
from training.matching.examples import Blocked, Examples, Labelled, join
from training.matching.kept import Kept, apart, by_month, by_source, by_venue, figures, threshold
from training.matching.made import made_examples

#: Size of the model: 140 trees of at most 8 leaves are about 100 kB of JSON.
TREES = 140
LEAVES = 8
MADE = 16000
MADE_WEIGHT = 0.03
#: With only one kind of labelled data, synthetic pairs have this larger weight.
TRANSFER_WEIGHT = 0.2
#: The asking threshold: three in ten are right.
ASK_AT = 0.3
#: The figure by which a new model is compared with the installed one.
GATE = "conferences, lists kept apart"


def word_weights(titles: Iterable[str]) -> dict[str, float]:
    """Words in at least 20 of the titles, with weights that fall from 1 with the logarithm of their number."""
    forms = {read_title(title).full for title in titles}
    counts = Counter(word for form in forms for word in set(form.split()))
    scale = math.log(len(forms) / 15) if len(forms) > 30 else 1.0
    return {
        word: round(max(0.05, min(1.0, math.log(len(forms) / (count + 1)) / scale)), 2)
        for word, count in sorted(counts.items())
        if count >= 20 and not word.isdigit()
    }


def fit(parts: Sequence[Examples], *, trees: int = TREES) -> Any:
    """A gradient-boosted classifier of scikit-learn on all `parts`, monotone by `FEATURES`. Deterministic."""
    data = join(parts)
    width = data.x.shape[1]
    # scikit-learn refuses a column that is all NaN: four rows without weight give each column a value
    x = np.vstack([data.x, np.zeros((2, width)), np.ones((2, width))])
    y = np.concatenate([data.y, [0, 1, 0, 1]])
    w = np.concatenate([data.w, np.full(4, 1e-3)])
    model = scikit_learn("ensemble").HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.1, max_leaf_nodes=LEAVES, min_samples_leaf=15, l2_regularization=1.0, early_stopping=False,
        random_state=0, monotonic_cst=list(FEATURES.values()),
    )  # fmt: skip
    # the data is small: more threads than free cores wait for each other (10 minutes instead of one on a busy
    # machine)
    with threadpool_limits(1):
        return model.fit(x, y, sample_weight=w)


def export(model: Any) -> dict[str, Any]:
    """The trees of a fitted classifier as JSON, as `score.read_trees` reads it."""
    nodes: dict[str, list[Any]] = {
        name: [] for name in ("feature", "threshold", "missing_left", "left", "right", "value")
    }
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
    return {"features": list(FEATURES), "base": base, "roots": roots, "nodes": nodes}


def _finite(threshold: float) -> float:
    """A threshold between values and NaN is infinite, which JSON lacks."""
    return 1e300 if math.isinf(threshold) else float(f"{threshold:.6g}")


@dataclass(frozen=True, slots=True)
class Trained:
    """The artefact's JSON, the scores (held-out figures by name), and the lists that were held out in turn."""

    artefact: dict[str, Any]
    card: dict[str, dict[str, float]]
    by_list: list[Kept]


def train(
    conferences: Labelled, new_york: Labelled, titles: Iterable[str], *, trees: int = TREES, made: int = MADE
) -> Trained:
    """Measure on held-out data, choose the threshold on held-out lists, then fit on everything.

    Training uses the two labelled sets. The transfer figures train on one of them and on synthetic pairs made
    from its records, and measure on the other.
    """
    weights = word_weights(titles)
    lists, city = Blocked.of(conferences, weights), Blocked.of(new_york, weights)
    first, second = lists.examples(), city.examples()
    both = made_examples([*conferences.records, *new_york.records], weights, count=made, weight=MADE_WEIGHT)
    alone = [
        made_examples(data.records, weights, count=made, weight=TRANSFER_WEIGHT)
        for data in (conferences, new_york)
    ]

    def fitted(*parts: Examples) -> Trees:
        return read_trees(export(fit(parts, trees=trees)))

    by_list = apart(lists, first, by_source(conferences), lambda rest: fitted(rest, second, both))
    merge_at = threshold(by_list)
    others = {
        "conferences, within": apart(
            lists, first, by_month(conferences), lambda rest: fitted(rest, second, both)
        ),
        "new york, venues kept apart": apart(
            city, second, by_venue(new_york), lambda rest: fitted(first, rest, both)
        ),
        "new york, sources kept apart": apart(
            city, second, by_source(new_york), lambda rest: fitted(first, rest, both)
        ),
        "new york, trained on conferences": [Kept("all", city, fitted(first, alone[0]))],
        "conferences, trained on new york": [Kept("all", lists, fitted(second, alone[1]))],
    }
    card = {f"list {kept.name}": figures([kept], merge_at) for kept in by_list}
    card |= {GATE: figures(by_list, merge_at)} | {
        name: figures(kept, merge_at) for name, kept in others.items()
    }
    artefact = export(fit([first, second, both], trees=trees))
    return Trained(
        artefact | {"merge_at": merge_at, "ask_at": ASK_AT, "weights": weights, "card": card}, card, by_list
    )
