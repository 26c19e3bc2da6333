"""A cheap test of a pair before its features are computed, since most pairs with a common key are no match.

Exact similarities of strings are expensive, so bounds come first: two strings cannot be more similar than
their common letters allow, and where no word is shared, rapidfuzz's `token_set_ratio` equals the plain ratio
of the sorted words. Neither bound changes the result.
"""

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pipeline.matching.parts import BAGS
from pipeline.matching.rooms import one_room
from pipeline.matching.table import Ints, Table, take
from pipeline.matching.titles import part_likeness, put_together, short_name

Bools = npt.NDArray[np.bool_]

#: Titles whose words and letters are all less similar than this (of 100) are not scored.
GATE = 55
#: So many pairs are tested together: their letters fit the processor's cache.
_CHUNK = 16_384


def worth_scoring(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether the titles, the short names, the links, or the room and the start of a pair are alike."""
    keep = np.zeros(len(left), dtype=bool)
    if not len(left):
        return keep
    names = _signatures(table, "name", ("acronyms", "initials"))
    words = _signatures(table, "title", ("title",))
    words[table.column["many_words"]] = np.uint64(2**64 - 1)
    sizes = {text: _sizes(table, text) for text in BAGS}
    for start in range(0, len(left), _CHUNK):
        i, j = left[start : start + _CHUNK], right[start : start + _CHUNK]
        good = same_link(table, i, j) | one_room(table, i, j)
        some = np.flatnonzero(~good & ((names[i] & names[j]) != 0))
        good[some] = short_name(table, i[some], j[some]) > 0
        for text in ("bare", "squeezed"):
            rest = np.flatnonzero(~good)
            rest = rest[_may_be_alike(table, sizes, text, i[rest], j[rest])]
            good[rest] = _alike(getattr(table, text), i[rest], j[rest], fuzz.ratio)
        rest = np.flatnonzero(~good)
        a, b = i[rest], j[rest]
        rest = rest[((words[a] & words[b]) != 0) | _may_be_alike(table, sizes, "core", a, b)]
        good[rest] = _alike(table.core, i[rest], j[rest], fuzz.token_set_ratio)
        rest = np.flatnonzero(~good)
        good[rest] = part_likeness(table, i[rest], j[rest]) >= GATE / 100
        rest = np.flatnonzero(~good)
        good[rest] = put_together(table, i[rest], j[rest])
        keep[start : start + len(i)] = good
    return keep


def same_link(table: Table, i: Ints, j: Ints) -> Bools:
    """Whether both give the same page or ticket link."""
    url, ticket = table.column["url"], table.column["ticket"]
    return ((url[i] == url[j]) & (url[i] != 0)) | ((ticket[i] == ticket[j]) & (ticket[i] != 0))


def _alike(values: list[str], i: Ints, j: Ints, scorer: object) -> Bools:
    return cpdist(take(values, i), take(values, j), scorer=scorer, dtype=np.uint8, score_cutoff=GATE) > 0  # type: ignore[arg-type]


def _signatures(table: Table, owner: str, columns: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    """A bit for each word of a row: rows without a common bit have no common word."""
    bits = np.uint64(1) << (table.hashes(owner) % np.uint64(64))
    bits[0] = 0
    found = np.zeros(len(table), np.uint64)
    for name in columns:
        for place in range(table.column[name].shape[1]):
            found |= bits[table.column[name][:, place]]
    return found


def _sizes(table: Table, text: str) -> npt.NDArray[np.int32]:
    """The lengths of the texts whose letters were counted.

    0 for texts too long for that, which may match any text.
    """
    letters = table.column[BAGS[text]]
    return np.where(letters.min(axis=1, initial=255) == 255, 0, letters.sum(axis=1, dtype=np.int32)).astype(
        np.int32
    )


def _may_be_alike(
    table: Table, sizes: dict[str, npt.NDArray[np.int32]], text: str, i: Ints, j: Ints
) -> Bools:
    """All pairs but those less similar than `GATE` by their common letters."""
    letters = table.column[BAGS[text]]
    common = np.minimum(letters[i], letters[j]).sum(axis=1, dtype=np.int32)
    return 200 * common >= GATE * (sizes[text][i] + sizes[text][j])
