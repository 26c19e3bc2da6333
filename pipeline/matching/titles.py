"""The features of two titles: letters, words, parts and short names.

Columns of `features`, in the order of the pairs.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pipeline.matching.table import Floats, Ints, Table, take
from pipeline.matching.text import spells

#: Titles with letters this similar, ignoring spaces, count as equal; for short names letters mean less.
GLUED = 0.97
GLUED_LETTERS = 4

Bools = npt.NDArray[np.bool_]


def title_columns(table: Table, left: Ints, right: Ints) -> dict[str, Floats]:
    """The features of the titles of the pairs `(left[k], right[k])`, by name."""
    letters = _by_letters(table, left, right)
    return (
        letters
        | _by_words(table, left, right, letters)
        | {
            "acronym": np.maximum(short_name(table, left, right), 0.8 * put_together(table, left, right)),
            "numbers_differ": numbers_differ(table, left, right),
            "years_differ": disjoint(table.column["years"], left, right),
        }
    )


def _by_letters(table: Table, left: Ints, right: Ints) -> dict[str, Floats]:
    whole = ratio(fuzz.token_sort_ratio, take(table.full, left), take(table.full, right))
    a, b = take(table.core, left), take(table.core, right)
    core = ratio(fuzz.token_sort_ratio, a, b)
    tail, rows = core.copy(), _parted(table, left, right)
    tail[rows] = np.maximum(
        core[rows], _best_ratio(((table.tail, table.core), (table.core, table.tail)), left[rows], right[rows])
    )
    return {
        "title_ratio": whole,
        "core_sorted": core,
        "core_set": ratio(fuzz.token_set_ratio, a, b),
        "core_partial": np.maximum(core, ratio(fuzz.partial_ratio, a, b)),
        # The order of words means little: a score of letters in sequence must not punish "Food Festival at X"
        # for "X Food Festival".
        "letters_ratio": np.maximum(
            whole, ratio(fuzz.ratio, take(table.squeezed, left), take(table.squeezed, right))
        ),
        "bare_ratio": np.maximum(core, ratio(fuzz.ratio, take(table.bare, left), take(table.bare, right))),
        "head_ratio": np.maximum(core, part_likeness(table, left, right)),
        "tail_ratio": tail,
    }


def ratio(scorer: Any, one: list[str], other: list[str]) -> Floats:
    """Similarity of the texts of two lists, 0 to 1."""
    return cpdist(one, other, scorer=scorer, dtype=np.float32).astype(np.float64) / 100


def _best_ratio(sides: Iterable[tuple[list[str], list[str]]], left: Ints, right: Ints) -> Floats:
    """The greatest similarity of the texts in any of `sides`; an empty text is similar to nothing."""
    best = np.zeros(len(left))
    for one, other in sides:
        a, b = take(one, left), take(other, right)
        said = np.fromiter(map(bool, a), bool, len(a)) & np.fromiter(map(bool, b), bool, len(b))
        best = np.maximum(best, np.where(said, ratio(fuzz.token_sort_ratio, a, b), 0.0))
    return best


def part_likeness(table: Table, left: Ints, right: Ints) -> Floats:
    """Similarity of one title's first part with the whole or the first part of the other, 0 to 1.

    0 where neither has parts, which costs no time.
    """
    out, rows = np.zeros(len(left)), _parted(table, left, right)
    sides = ((table.head, table.core), (table.core, table.head), (table.head, table.head))
    out[rows] = _best_ratio(sides, left[rows], right[rows])
    return out


def _parted(table: Table, left: Ints, right: Ints) -> Ints:
    """Where either title has parts."""
    parted = table.column["parted"]
    return np.flatnonzero(parted[left] | parted[right])


def _by_words(table: Table, left: Ints, right: Ints, letters: dict[str, Floats]) -> dict[str, Floats]:
    """Weights of shared and of remaining words, and how many of the latter are distinctive."""
    rows, weight, own = table.column["title"], table.title_weight, table.title_own
    a, b = rows[left], rows[right]
    in_a, in_b = in_both(a, b)
    extra_a, extra_b = _left_over(table, a, in_a, right), _left_over(table, b, in_b, left)
    shared = (weight[a] * in_a).sum(axis=1)
    # Words written as one ("SymfonyLive", "Symfony Live") are the same words.
    shorter = np.minimum(table.column["letters"][left], table.column["letters"][right])
    glued = (letters["letters_ratio"] > GLUED) | (
        (letters["bare_ratio"] > GLUED) & (shorter >= GLUED_LETTERS)
    )
    left_a, left_b = (weight[a] * extra_a).sum(axis=1), (weight[b] * extra_b).sum(axis=1)
    shared = np.where(glued, np.maximum(shared, np.maximum(left_a, left_b)), shared)
    own_a, own_b = (own[a] * extra_a).sum(axis=1), (own[b] * extra_b).sum(axis=1)
    own_shared = np.where(glued, np.maximum(1.0, (own[a] * in_a).sum(axis=1)), (own[a] * in_a).sum(axis=1))
    left_a, left_b, own_a, own_b = (np.where(glued, 0.0, part) for part in (left_a, left_b, own_a, own_b))
    less, more = np.minimum(left_a, left_b), np.maximum(left_a, left_b)
    return {
        "shared_weight": shared,
        "shared_of_shorter": share(shared, shared + less),
        "shared_of_all": share(shared, shared + less + more),
        "left_over_less": less,
        "left_over_more": more,
        "own_words_less": np.minimum(own_a, own_b),
        "own_words_more": np.maximum(own_a, own_b),
        "own_shared": share(own_shared, own_shared + np.minimum(own_a, own_b)),
    }


def _left_over(table: Table, words: npt.NDArray, shared: Bools, others: Ints) -> Bools:
    """Which words of a title the other record has neither in its title nor as its place.

    None for "droidcon London" and "Droidcon" in London.
    """
    extra = ~shared & (words > 0)
    rows = np.flatnonzero(extra.any(axis=1))
    extra[rows] &= ~in_both(words[rows], table.column["where"][others[rows]])[0]
    return extra


def in_both(a: npt.NDArray, b: npt.NDArray) -> tuple[Bools, Bools]:
    """Which words of each row of `a` are in the same row of `b`, and which of `b` in `a`."""
    same = a[:, :, None] == b[:, None, :]
    return same.any(axis=2) & (a > 0), same.any(axis=1) & (b > 0)


def overlap(a: npt.NDArray, b: npt.NDArray, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Weight of the words in both, in the first, in the second. Rows hold each word once."""
    weights = weight[a]
    return (weights * in_both(a, b)[0]).sum(axis=1), weights.sum(axis=1), weight[b].sum(axis=1)


def share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 1e-9)


def short_name(table: Table, left: Ints, right: Ints) -> Floats:
    """1 where both titles give the same short name.

    0.8 (four letters or more) or 0.6 (three) where one gives the initials of the other's words. Initials
    alone prove nothing.
    """
    names, initials = table.column["acronyms"], table.column["initials"]
    spelled = np.maximum(
        _letters_met(table, names[left], initials[right]), _letters_met(table, initials[left], names[right])
    )
    return np.where(
        meet(names[left], names[right]), 1.0, np.where(spelled >= 4, 0.8, np.where(spelled > 0, 0.6, 0.0))
    )


def put_together(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Whether one title is a single word made of the beginnings of the other's, in one place.

    "GORUCO" for "Gotham Ruby Conference". Only pairs of one word with several cost time (about 2
    microseconds).
    """
    words, region = table.column["core_words"], table.column["region"]
    found = (
        ((words[left] == 1) != (words[right] == 1)) & (region[left] == region[right]) & (region[left] != 0)
    )
    for k in np.flatnonzero(found).tolist():
        one, several = (left[k], right[k]) if words[left[k]] == 1 else (right[k], left[k])
        found[k] = spells(table.core[one], table.core[several])
    return found


def _letters_met(table: Table, a: npt.NDArray, b: npt.NDArray) -> Ints:
    """Letters of the longest name that both rows have."""
    return (table.name_letters[a] * in_both(a, b)[0]).max(axis=1)


def meet(a: npt.NDArray, b: npt.NDArray) -> npt.NDArray[np.bool_]:
    return ((a[:, :, None] == b[:, None, :]) & (a > 0)[:, :, None]).any(axis=(1, 2))


def disjoint(rows: npt.NDArray, left: Ints, right: Ints) -> Floats:
    """1 where both have some and share none, 0.5 where only one has some, else 0."""
    a, b = rows[left], rows[right]
    has_a, has_b = (a > 0).any(axis=1), (b > 0).any(axis=1)
    return np.where(has_a & has_b & ~meet(a, b), 1.0, np.where(has_a != has_b, 0.5, 0.0))


def numbers_differ(table: Table, left: Ints, right: Ints) -> Floats:
    """1 where each has one that the other lacks, 0.5 where one of them does, else 0.

    1 for "Session 1, Class B" and "Session 1, Class C".
    """
    rows = table.column["numbers"]
    a, b = rows[left], rows[right]
    more_a = ((a > 0) & ~(a[:, :, None] == b[:, None, :]).any(axis=2)).any(axis=1)
    more_b = ((b > 0) & ~(b[:, :, None] == a[:, None, :]).any(axis=2)).any(axis=1)
    return (more_a.astype(np.float64) + more_b) / 2
