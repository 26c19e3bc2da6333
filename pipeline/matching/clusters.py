"""From pairs to consistent groups: if a is b, and b is c, then a must not be clearly different from c."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from pipeline.matching.table import Floats, Ints

Pair = tuple[int, int]
#: Scores for the pairs `(left, right)`, both arrays of rows.
Scorer = Callable[[Ints, Ints], Floats]

#: In larger groups missing pairs are not scored and count as unknown. Real events have a handful of sources.
MAX_COMPLETED = 60


def settle(
    left: Ints, right: Ints, scores: Floats, score: Scorer, *, merge_at: float, apart_below: float
) -> tuple[Ints, Ints, Floats]:
    """The pairs to merge, ordered by their rows, with their scores: all pairs within each group.

    So the result is transitive. Groups grow by the strongest pair first. Two groups are joined only if no
    pair across them scores below `apart_below`; a pair that would join contradicting groups is left out, so
    that the caller asks a moderator. The order of the input does not matter.
    """
    strong = scores >= merge_at
    left, right, scores = left[strong], right[strong], scores[strong]
    agreed = _all_agree(left, right)
    open_pairs = zip(left[~agreed].tolist(), right[~agreed].tolist(), strict=True)
    grown = _settle(
        dict(zip(open_pairs, scores[~agreed].tolist(), strict=True)), score, merge_at, apart_below
    )
    if grown:
        a, b = (np.array(side, dtype=np.int64) for side in zip(*grown, strict=True))
        left, right = np.concatenate([left[agreed], a]), np.concatenate([right[agreed], b])
        scores = np.concatenate([scores[agreed], list(grown.values())])
    else:
        left, right, scores = left[agreed], right[agreed], scores[agreed]
    order = np.lexsort((right, left))
    return left[order], right[order], scores[order]


def _all_agree(left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Whether all pairs of the pair's group are among these, so that the group needs no work."""
    rows, both = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b = both[: len(left)], both[len(left) :]
    group = np.arange(len(rows))
    while len(a):
        least = np.minimum(group[a], group[b])
        joined = group.copy()
        np.minimum.at(joined, a, least)
        np.minimum.at(joined, b, least)
        joined = joined[joined]
        if np.array_equal(joined, group):
            break
        group = joined
    members, pairs = np.bincount(group, minlength=len(rows)), np.bincount(group[a], minlength=len(rows))
    return (members * (members - 1) == 2 * pairs)[group[a]] if len(a) else np.zeros(0, dtype=bool)


def _settle(
    known: dict[Pair, float], score: Scorer, merge_at: float, apart_below: float
) -> dict[Pair, float]:
    """The same pair by pair, for the groups that are not complete."""
    groups = _components(known)
    missing = _missing(groups, known)
    if missing:
        a, b = (np.array(side, dtype=np.int64) for side in zip(*missing, strict=True))
        known |= dict(zip(missing, score(a, b).tolist(), strict=True))
    of = {row: number for number, members in enumerate(groups) for row in members}
    inside: list[list[Pair]] = [[] for _ in groups]
    for pair in known:
        inside[of[pair[0]]].append(pair)
    out: dict[Pair, float] = {}
    for members, pairs in zip(groups, inside, strict=True):
        out |= _grow(members, {pair: known[pair] for pair in pairs}, merge_at, apart_below)
    return out


def _components(pairs: Iterable[Pair]) -> list[list[int]]:
    """Groups of rows that are joined by any chain of pairs."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while parent.setdefault(row, row) != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for a, b in pairs:
        x, y = root(a), root(b)
        parent[max(x, y)] = min(x, y)
    groups: dict[int, list[int]] = {}
    for row in sorted(parent):
        groups.setdefault(root(row), []).append(row)
    return list(groups.values())


def _missing(groups: list[list[int]], known: dict[Pair, float]) -> list[Pair]:
    pairs = []
    for members in groups:
        if 2 < len(members) <= MAX_COMPLETED:
            pairs += [(a, b) for k, a in enumerate(members) for b in members[k + 1 :] if (a, b) not in known]
    return pairs


def _grow(
    members: list[int], known: dict[Pair, float], merge_at: float, apart_below: float
) -> dict[Pair, float]:
    strongest = sorted((-s, p) for p, s in known.items() if s >= merge_at)
    group = {row: [row] for row in members}
    out: dict[Pair, float] = {}
    for _, (a, b) in strongest:
        if group[a] is group[b]:
            continue
        across = {_pair(x, y): known.get(_pair(x, y)) for x in group[a] for y in group[b]}
        if any(s is not None and s < apart_below for s in across.values()):
            continue
        out |= {pair: merge_at if s is None else s for pair, s in across.items()}
        joined = group[a] + group[b]
        for row in joined:
            group[row] = joined
    return out


def _pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)
