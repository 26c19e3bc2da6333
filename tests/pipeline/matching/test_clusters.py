import numpy as np

from pipeline.matching.clusters import settle
from pipeline.matching.table import Floats, Ints


def settled(scores: dict[tuple[int, int], float], rest: float = 0.6) -> dict[tuple[int, int], float]:
    left, right = (np.array(side, dtype=np.int64) for side in zip(*scores, strict=True))

    def score(a: Ints, b: Ints) -> Floats:
        return np.array([scores.get((int(x), int(y)), rest) for x, y in zip(a, b, strict=True)])

    a, b, found = settle(left, right, np.array(list(scores.values())), score, merge_at=0.8, apart_below=0.4)
    return dict(zip(zip(a.tolist(), b.tolist(), strict=True), found.tolist(), strict=True))


def test_all_pairs_of_a_group_are_given() -> None:
    assert settled({(0, 1): 0.9, (1, 2): 0.95}) == {(0, 1): 0.9, (1, 2): 0.95, (0, 2): 0.6}


def test_a_contradiction_leaves_out_the_weakest_pair() -> None:
    assert settled({(0, 1): 0.9, (1, 2): 0.95, (0, 2): 0.1}) == {(1, 2): 0.95}


def test_a_contradiction_may_be_one_that_was_never_blocked() -> None:
    assert settled({(0, 1): 0.9, (1, 2): 0.95}, rest=0.0) == {(1, 2): 0.95}


def test_pairs_below_the_threshold_join_nothing() -> None:
    assert settled({(0, 1): 0.79, (2, 3): 0.8}) == {(2, 3): 0.8}


def test_groups_grow_across_chains() -> None:
    pairs = settled({(0, 1): 0.9, (2, 3): 0.9, (1, 2): 0.85})
    assert set(pairs) == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}


def test_a_group_that_agrees_is_taken_as_it_is() -> None:
    whole = {(0, 1): 0.9, (0, 2): 0.85, (1, 2): 0.8, (5, 9): 0.99}
    assert settled(whole, rest=0.0) == whole


def test_a_long_chain_is_one_group() -> None:
    assert len(settled({(n, n + 1): 0.9 for n in range(40)})) == 40 * 41 // 2


def test_nothing_to_settle() -> None:
    assert settled({(0, 1): 0.1}) == {}
