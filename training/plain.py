"""The baseline for the categorizer: a plain model on the same data, held out in the same ways."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from pipeline.encoder import encode_sentences
from pipeline.taxonomy import SLUGS
from training.examples import Examples
from training.fit import Block, fit, softmax
from training.learning import scikit_learn

Array = npt.NDArray[Any]
_RIDGE: Final = 1e-5
_WORDS, _LETTERS = 60_000, 40_000
_QUARTERS: Final = 4


def plain_figures(examples: Examples) -> Iterator[tuple[str, str, float]]:
    """Yield (what was held out, which model, mean accuracy over sources).

    For titles, random events, and kinds of source; logistic regression on TF-IDF of words and letters, on
    sentence embeddings, and the average of both. Every label of a set counts the same.
    """
    texts = [f"{text.title} {text.description} {text.venue}" for text in examples.texts]
    vectorizer = scikit_learn("feature_extraction.text").TfidfVectorizer
    both = vectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=_WORDS, dtype=np.float32)
    letters = vectorizer(
        analyzer="char_wb",
        ngram_range=(3, 4),
        min_df=5,
        sublinear_tf=True,
        max_features=_LETTERS,
        dtype=np.float32,
    )
    found = sparse.hstack([both.fit_transform(texts), letters.fit_transform(texts)]).tocsr()
    vectors = encode_sentences([text.sentence() for text in examples.texts])
    at_random = np.random.default_rng(0).integers(0, _QUARTERS, len(examples))
    with threadpool_limits(1):
        for what, groups in (("titles", examples.fold), ("events", at_random), ("sources", examples.family)):
            by_words, by_sentences = (
                _reported(found, examples, groups, rounds=40),
                _reported(vectors, examples, groups, rounds=60),
            )
            for model, chances in (
                ("tf-idf", by_words),
                ("sentences", by_sentences),
                ("average", (by_words + by_sentences) / 2),
            ):
                yield what, model, _mean(examples, chances)


def _reported(features: Any, examples: Examples, groups: Array, *, rounds: int) -> Array:
    """The probabilities for each example (n x 22) from a model trained without its group."""
    chances = np.zeros((len(examples), len(SLUGS)), np.float32)
    for group in sorted(set(groups.tolist())):
        out = groups == group
        fitted = fit(
            [Block(features[~out], _RIDGE)],
            examples.acceptable[~out],
            np.ones(int((~out).sum())),
            spread=1.0,
            rounds=rounds,
        )
        chances[out] = softmax(fitted.logits([features[out]]))
    return chances


def _mean(examples: Examples, chances: Array) -> float:
    right = examples.acceptable[np.arange(len(examples)), chances.argmax(axis=1)]
    return float(
        np.mean([right[examples.source == source].mean() for source in sorted(set(examples.source.tolist()))])
    )
