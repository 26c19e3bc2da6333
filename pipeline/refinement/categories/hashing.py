"""Words and letters of a batch as hashed columns.

CRC-32 of each name, the same on all machines and in all processes. For speed, the hash of each word is
cached, that of a pair continues from the hash of its first word, and runs of letters are hashed for the whole
batch at once (a title has a hundred of them).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.text.words import bucket

Array = npt.NDArray[Any]
#: Runs of these lengths in a title are features.
_SHORTEST_RUN, _LONGEST_RUN = 3, 5
#: The cache holds the hashes of so many words; when it is full, it is emptied.
_MOST_KEPT: Final = 50_000


@dataclass(frozen=True, slots=True)
class Read:
    """The folded words of an event by field, and the length of its description in letters."""

    title: list[str]
    description: list[str]
    venue: list[str]
    city: list[str]
    length: int


@dataclass(frozen=True, slots=True)
class _Hashes:
    """The hash of a word for each use, and what it adds to the hash of the word before it."""

    title: int
    any: int
    stem: int
    venue: int
    city: int
    mark: int
    tail: bytes


class _Rows:
    """A matrix that is built row by row from groups of names.

    Each group has the same total length, whatever the number of its names.
    """

    def __init__(self, size: int) -> None:
        self._mask = size - 1
        self._hashes: list[int] = []
        self._counts: list[int] = []
        self._values: list[float] = []
        self._rows: list[int] = []

    def add(self, row: int, hashes: Sequence[int], length: float) -> None:
        """Add one group to a row: hashes of different names."""
        if hashes:
            self.add_each(row, hashes, length / float(len(hashes)) ** 0.5)

    def add_each(self, row: int, hashes: Sequence[int], value: float) -> None:
        """Add names that have the value `value` each."""
        self._hashes.extend(hashes)
        self._counts.append(len(hashes))
        self._values.append(value)
        self._rows.append(row)

    def matrix(self, height: int, more: tuple[Array, Array, Array] | None = None) -> Any:
        """The rows as CSR (height x size, float32), columns in order.

        `more` are further rows, hashes and values.
        """
        counts = np.array(self._counts, np.intp)
        rows = np.repeat(np.array(self._rows, np.int32), counts)
        values = np.repeat(np.array(self._values, np.float64), counts)
        hashes = np.array(self._hashes, np.uint32)
        if more is not None:
            rows, hashes, values = (
                np.concatenate((rows, more[0])),
                np.concatenate((hashes, more[1])),
                np.concatenate((values, more[2])),
            )
        columns = (hashes & np.uint32(self._mask)).astype(np.int32)
        return (
            sparse.coo_matrix((values, (rows, columns)), shape=(height, self._mask + 1))
            .tocsr()
            .astype(np.float32)
        )


def hashed(read: Sequence[Read], *, words: int, marks: int) -> tuple[Any, Any]:
    """Two sparse matrices: features of the words (n x words), and marks of the kind of source (n x marks).

    The words stand in groups of equal total length, whatever the number of names: title, title and
    description, stems, letters of the title, venue, city. The marks are the words, the city, the venues and
    the text length.
    """
    word_rows, mark_rows = _Rows(words), _Rows(marks)
    for row, one in enumerate(read):
        both, venue = _known(one.title + one.description), _known(one.venue)
        title_pairs, venue_pairs = set(pairwise(one.title)), set(pairwise(one.venue))
        pairs = title_pairs | set(pairwise(one.description))
        titled = [
            *(both[word].title for word in set(one.title)),
            *(crc32(both[b].tail, both[a].title) for a, b in title_pairs),
        ]
        word_rows.add(row, titled, 1.0)
        word_rows.add(
            row,
            [*(known.any for known in both.values()), *[crc32(both[b].tail, both[a].any) for a, b in pairs]],
            1.0,
        )
        word_rows.add(row, list({word[:5]: known.stem for word, known in both.items()}.values()), 0.7)
        housed = [
            *(known.venue for known in venue.values()),
            *(crc32(venue[b].tail, venue[a].venue) for a, b in venue_pairs),
        ]
        word_rows.add(row, housed, 0.7)
        word_rows.add(row, [known.city for known in _known(one.city).values()], 0.5)
        mark_rows.add(row, [known.mark for known in both.values()], 1.0)
        mark_rows.add_each(
            row,
            [*(bucket(name, marks) for name in _shape(one)), *(venue[word].venue for word in one.venue[:8])],
            0.5,
        )
    return word_rows.matrix(
        len(read), _runs([f" {' '.join(one.title)} " for one in read], 0.7)
    ), mark_rows.matrix(len(read))


def _shape(one: Read) -> tuple[str, ...]:
    return (
        f"city:{' '.join(one.city)}",
        f"length:{min(8, one.length // 50) if one.length else -1}",
        f"venue:{min(3, len(one.venue))}",
        f"title:{min(8, len(one.title))}",
    )


_kept: Final[dict[str, _Hashes]] = {}


def _known(words: Iterable[str]) -> dict[str, _Hashes]:
    """The hashes of the distinct words."""
    return {word: _kept.get(word) or _keep(word) for word in words}


def _keep(word: str) -> _Hashes:
    reported = word.encode("utf-8", "surrogatepass")
    stem = word[:5].encode("utf-8", "surrogatepass")
    found = _Hashes(
        title=crc32(b"t:" + reported),
        any=crc32(b"b:" + reported),
        stem=crc32(b"s:" + stem),
        venue=crc32(b"v:" + reported),
        city=crc32(b"g:" + reported),
        mark=crc32(b"w:" + reported),
        tail=b" " + reported,
    )
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[word] = found
    return found


def _runs(texts: Sequence[str], length: float) -> tuple[Array, Array, Array]:
    """The distinct runs of 3, 4 and 5 letters of each text as rows, hashes and values.

    The runs of one text have the total length `length`.
    """
    sizes = np.array([len(text) for text in texts], np.int64)
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    reported, places = _as_bytes(letters)
    rows = np.repeat(np.arange(len(texts)), sizes)
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(
        len(letters)
    )  # number of letters from here to the end of the text
    state = np.full(len(letters), np.uint32(crc32(b"c:")) ^ np.uint32(0xFFFFFFFF), np.uint32)
    found = []
    for step in range(_LONGEST_RUN):
        ahead = np.minimum(np.arange(len(letters)) + step, len(letters) - 1)
        state = _taken(state, reported[places[ahead]])
        if step + 1 >= _SHORTEST_RUN:
            whole = left > step
            found.append(
                rows[whole] << 35 | step << 32 | (state[whole] ^ np.uint32(0xFFFFFFFF)).astype(np.int64)
            )
    keys = np.sort(np.concatenate(found))
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    rows = (keys >> 35).astype(np.int32)
    counts = np.bincount(rows, minlength=len(texts)).astype(np.float64)
    return rows, (keys & 0xFFFFFFFF).astype(np.uint32), (length / np.maximum(counts, 1) ** 0.5)[rows]


def _as_bytes(letters: Array) -> tuple[Array, Array]:
    """The UTF-8 bytes of each distinct letter (kinds x 4, padded with -1), and each letter's kind."""
    kinds, places = np.unique(letters, return_inverse=True)
    reported = np.full((len(kinds), 4), -1, np.int16)
    for kind, code in enumerate(kinds.tolist()):
        encoded = chr(code).encode("utf-8", "surrogatepass")
        reported[kind, : len(encoded)] = list(encoded)
    return reported[:, : int((reported >= 0).sum(axis=1).max(initial=1))], places


def _taken(state: Array, reported: Array) -> Array:
    """The CRC states after the bytes of one letter each."""
    for byte in reported.T:
        after = _STEP[(state ^ byte.astype(np.uint32)) & np.uint32(0xFF)] ^ (state >> np.uint32(8))
        state = np.where(byte >= 0, after, state) if byte.min(initial=0) < 0 else after
    return state


def _step_table() -> Array:
    """The CRC-32 table by bytes (reflected 0xEDB88320, as in zlib).

    The new state for the lowest byte of the old one.
    """
    states = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        states = np.where(
            states & np.uint32(1), (states >> np.uint32(1)) ^ np.uint32(0xEDB88320), states >> np.uint32(1)
        )
    return states


_STEP: Final = _step_table()
