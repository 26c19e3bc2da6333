"""Fits the knowledge without labels: category words and our own examples, and the weight of each piece."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.lexicon import entries
from pipeline.taxonomy import CATEGORIES, OTHER, SLUGS
from training.fit import Block, fit, softmax

Array = npt.NDArray[Any]
#: Our own examples by category and language, worded like announcements, and widely known names.
EXAMPLES: Final = Path(__file__).parent / "data" / "category_examples.csv"
#: The weight of all category words together, against all examples.
_WORDS_AGAINST_EXAMPLES: Final = 0.6
_RIDGE_WORDS, _RIDGE_SENTENCES, _RIDGE_BELIEF = 1e-4, 1e-3, 1e-3


@dataclass(frozen=True)
class OwnExamples:
    """Our own texts, their categories (n x 22) and their weights.

    Each category counts the same; the weights sum to 1.
    """

    texts: list[EventText]
    acceptable: Array
    weight: Array


def own_examples() -> OwnExamples:
    """Our examples, then each category word and each phrase of the taxonomy."""
    parts = [(*_rows(examples()), 1.0), (*_rows(indicative_words()), _WORDS_AGAINST_EXAMPLES)]
    texts = [EventText(text) for found, _, _ in parts for text in found]
    acceptable = np.vstack([kinds for _, kinds, _ in parts])
    weight = np.concatenate([share * _balanced(kinds) for _, kinds, share in parts])
    return OwnExamples(texts, acceptable, weight / weight.sum())


def examples(path: Path = EXAMPLES) -> Iterator[tuple[str, int]]:
    """(text, category number) as written, of all languages."""
    numbers = {slug: number for number, slug in enumerate(SLUGS)}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for text in row["texts"].split("|"):
                yield text, numbers[row["category"]]


def indicative_words() -> Iterator[tuple[str, int]]:
    """Yield (word or phrase, category number) of the word lists and of the taxonomy's own words."""
    for category, entry in entries():
        word = entry.strip("*")
        if len(word) >= 3:
            yield word, category
    for number, known in enumerate(CATEGORIES):
        if known.slug != OTHER:
            for phrase in (known.name, known.covers, *known.covers.split(", ")):
                yield phrase, number


def fit_words(taught: OwnExamples, words: Any) -> Array:
    """Weights of hashed words (COLUMNS x 22) from our own texts; 0 for columns that do not occur in them."""
    columns = np.unique(words.indices)
    found = fit(
        [Block(words.tocsc()[:, columns].tocsr(), _RIDGE_WORDS)], taught.acceptable, taught.weight, rounds=60
    ).weights[0]
    weights = np.zeros((words.shape[1], len(SLUGS)), np.float32)
    weights[columns] = _centred(found)
    return weights


def fit_sentences(taught: OwnExamples, vectors: Array) -> Array:
    """Weights of embeddings (512 x 22) from our own texts."""
    return _centred(
        fit([Block(vectors, _RIDGE_SENTENCES)], taught.acceptable, taught.weight, rounds=60).weights[0]
    )


def fit_belief(found: Sequence[Array], acceptable: Array, weight: Array) -> Array:
    """The weight of each piece of knowledge, the same for every category.

    The weights make the acceptable sets likeliest (conditional logit). `found` is as from `known.pieces`, for
    the labelled events.
    """
    share = weight / weight.sum()
    possible = [number for number, slug in enumerate(SLUGS) if slug != OTHER]
    stacked = np.stack([piece[:, possible] for piece in found], axis=2)
    inside_set = acceptable[:, possible]

    def loss(belief: Array) -> tuple[float, Array]:
        chances = softmax(stacked @ belief.astype(np.float32))
        inside = chances * inside_set
        total = inside.sum(axis=1) + 1e-9
        slope = (chances - inside / total[:, None]) * share[:, None]
        gradient = np.einsum("nc,nck->k", slope, stacked) + 2 * _RIDGE_BELIEF * belief
        return float(-(share @ np.log(total)) + _RIDGE_BELIEF * (belief @ belief)), gradient.astype(
            np.float64
        )

    return np.asarray(
        minimize(loss, np.zeros(len(found)), jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    )


def _rows(own_examples: Iterator[tuple[str, int]]) -> tuple[list[str], Array]:
    """Distinct texts, sorted, with all their categories."""
    categories: dict[str, set[int]] = defaultdict(set)
    for text, category in own_examples:
        categories[text].add(category)
    texts = sorted(categories)
    acceptable = np.zeros((len(texts), len(SLUGS)), np.float32)
    for row, text in enumerate(texts):
        acceptable[row, sorted(categories[text])] = 1
    return texts, acceptable


def _balanced(acceptable: Array) -> Array:
    weight = (acceptable / np.maximum(1, acceptable.sum(axis=0))).sum(axis=1)
    return weight / weight.sum()


def _centred(weights: Array) -> Array:
    """Subtract what is equal for all categories, which is no evidence."""
    return np.asarray(weights - weights.mean(axis=1, keepdims=True), np.float32)
