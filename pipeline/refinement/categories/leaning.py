"""The usual categories of a source as evidence beside an event's own words (the "leaning").

A venue's calendar is mostly concerts, a library's mostly books: for an unfamiliar kind of source, its earlier
events show what to expect of the next one. The prior of `known` is flat (our own examples weigh every
category alike), so it is multiplied by the damped shares of a source's events (Saerens, Latinne, Decaestecker
2002: Adjusting the outputs of a classifier to new a priori probabilities). What was learned from labels of
that kind of source contains its prior already, and is not changed.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.model import BATCH, Categorizer, GatheredEvidence, Prediction
from pipeline.refinement.categories.verdict import THRESHOLD
from pipeline.taxonomy import OTHER, SLUGS

Array = npt.NDArray[np.float32]

#: How strongly the prior counts, and the number of flat events that smooth its shares; chosen on held-out
#: sources (docs/decisions/0021).
STRENGTH: Final = 0.7
FLAT_EVENTS: Final = 50.0
#: Fewer events make no prior.
PRIOR_FROM: Final = 20
_GUESSED: Final = np.array([slug != OTHER for slug in SLUGS])
_FLAT: Final = _GUESSED.astype(np.float32) / (len(SLUGS) - 1)


def is_prior(usual: Mapping[str, int]) -> bool:
    """Whether a source has enough events by category (slug to number) for a prior."""
    return sum(count for slug, count in usual.items() if slug != OTHER) >= PRIOR_FROM


def leaning(usual: Mapping[str, int]) -> Array:
    """Log-factors by category (22,) from a source's events by category (slug to number).

    0 everywhere below PRIOR_FROM events. `other` does not count.
    """
    if not is_prior(usual):
        return np.zeros(len(SLUGS), np.float32)
    counts = np.array([usual.get(slug, 0) if slug != OTHER else 0 for slug in SLUGS], np.float32)
    events = counts.sum()
    shares = (counts + FLAT_EVENTS * _FLAT) / (events + FLAT_EVENTS)
    factors = np.zeros(len(SLUGS), np.float32)
    factors[_GUESSED] = STRENGTH * np.log(shares[_GUESSED] / _FLAT[_GUESSED])
    return factors


def leanings(best: npt.NDArray[np.int_], sure: npt.NDArray[np.float64], sources: Sequence[str]) -> Array:
    """The leaning of each event's source (n x 22), from the answers: best category and confidence (n each).

    Answers below THRESHOLD, which are never shown, make no prior. A source without a name has none.
    """
    rows: dict[str, list[int]] = {}
    for row, source in enumerate(sources):
        if source:
            rows.setdefault(source, []).append(row)
    found = np.zeros((len(sources), len(SLUGS)), np.float32)
    for chosen in rows.values():
        reported = best[chosen][sure[chosen] >= THRESHOLD]
        found[chosen] = leaning(
            dict(zip(SLUGS, np.bincount(reported, minlength=len(SLUGS)).tolist(), strict=True))
        )
    return found


def answers_by_source(
    model: Categorizer, texts: Sequence[EventText], sources: Sequence[str]
) -> list[Prediction]:
    """One answer for each text, in order, with the prior of its source taken from that source's texts.

    '' means no source. Each text is read once; a sentence is encoded only where the words and the prior are
    unsure.
    """
    gathered = [model.gather(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    by_words = _leanings_of(_judged(model, gathered, np.zeros((len(texts), len(SLUGS)), np.float32)), sources)
    gathered = [
        model.add_sentences(batch, leanings=own)
        for batch, own in zip(gathered, _parted(by_words), strict=True)
    ]
    return _judged(model, gathered, _leanings_of(_judged(model, gathered, by_words), sources))


def _leanings_of(answers: Sequence[Prediction], sources: Sequence[str]) -> Array:
    best = np.array([SLUGS.index(answer.category) for answer in answers], int)
    return leanings(best, np.array([answer.confidence for answer in answers]), sources)


def _judged(model: Categorizer, gathered: Sequence[GatheredEvidence], together: Array) -> list[Prediction]:
    parted = zip(gathered, _parted(together), strict=True)
    return list(chain.from_iterable(model.judge(batch, leanings=own) for batch, own in parted))


def _parted(rows: Array) -> list[Array]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
