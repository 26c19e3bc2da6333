"""Knowledge about categories that needs no labelled events.

It consists of category words, our own examples of every category, and the rule that a bare name at a venue is
a performer. It is of medium quality everywhere, so it is the best model for an unfamiliar kind of source.

Each piece of knowledge is a column of evidence for every category. A few weights, the same for all
categories, set how much each counts. So few numbers cannot learn the prior of a source; therefore they hold
for the next source too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.refinement.categories.features import FIELDS, Matrices
from pipeline.taxonomy import SLUGS

Array = npt.NDArray[Any]
MUSIC: Final = SLUGS.index("music")
#: The pieces of knowledge in the order of their weights; the last one is used only with sentence vectors.
PIECES: Final[tuple[str, ...]] = (*FIELDS, "examples", "bare name", "sentences")


@dataclass(frozen=True)
class Known:
    """The fitted numbers.

    `words` (COLUMNS x 22) and `sentences` (512 x 22) are learned from our own examples. `weights` has a
    weight for each piece without the sentences (n - 1), `weights_asked` with them (n).
    """

    words: Array
    sentences: Array
    weights: Array
    weights_asked: Array

    def logits(self, read: Matrices, vectors: Array | None) -> Array:
        """Evidence for each category (texts x 22)."""
        weights = self.weights if vectors is None else self.weights_asked
        return weighed(pieces(read, self.words, self.sentences, vectors), weights)


def pieces(read: Matrices, words: Array, sentences: Array, vectors: Array | None) -> list[Array]:
    """Each piece of knowledge as (texts x 22), in the order of PIECES.

    Without vectors the last one is missing.
    """
    fields = read.evidence.reshape(len(read.evidence), len(FIELDS), len(SLUGS))
    bare = np.zeros((len(read.bare), len(SLUGS)), np.float32)
    bare[:, MUSIC] = read.bare
    found = [*np.moveaxis(fields, 1, 0), np.asarray(read.words @ words), bare]
    return found if vectors is None else [*found, vectors @ sentences]


def weighed(found: Sequence[Array], weights: Array) -> Array:
    """The weighted sum of the pieces."""
    total = np.zeros_like(found[0])
    for piece, weight in zip(found, weights, strict=True):
        total = total + np.float32(weight) * piece
    return total
