"""Category hints from a source's own categories and tags, by their names, never by the source's identity."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.refinement.categories.lexicon import lexicon
from pipeline.taxonomy import OTHER, SLUGS, canonical
from pipeline.text.words import words

#: How much likelier a category becomes when the source names it, and when a tag or a vague label points to
#: it.
NAMED: Final = 60.0
POINTED: Final = 15.0
#: How much likelier the source's default category becomes for an event without other hints.
DEFAULTED: Final = 8.0
_MOST_LABELS: Final = 12
_MOST_TAGS: Final = 8


def label_hints(label: str) -> Mapping[int, float]:
    """Category number -> factor for one label of a source: by its name, or by the category words in it.

    Empty for "Campus Wide".
    """
    return _label_hints(label[:100])


def hints_of(
    categories: Sequence[str], tags: Sequence[str] = (), default: str = ""
) -> npt.NDArray[np.float32]:
    """Factors by category (22,): 1 where the source gives no hint.

    `default` counts only where no label gives one.
    """
    factors = np.ones(len(SLUGS), np.float32)
    for label in categories[:_MOST_LABELS]:
        for number, factor in label_hints(label).items():
            factors[number] = max(factors[number], factor)
    for tag in tags[:_MOST_TAGS]:
        for number, factor in label_hints(tag).items():
            factors[number] = max(factors[number], min(factor, POINTED))
    fallback = canonical(default) if default else ""
    if fallback and fallback != OTHER and factors.max() <= 1.0:
        factors[SLUGS.index(fallback)] = DEFAULTED
    return factors


@lru_cache(maxsize=4096)
def _label_hints(label: str) -> Mapping[int, float]:
    named = canonical(label)
    if named == OTHER:
        return {}
    if named:
        return {SLUGS.index(named): NAMED}
    evidence = lexicon().counts(words(label, 6))
    if not evidence.any():
        return {}
    strongest = float(evidence.max())
    return {
        number: POINTED * float(value) / strongest
        for number, value in enumerate(evidence)
        if value > strongest / 2
    }
