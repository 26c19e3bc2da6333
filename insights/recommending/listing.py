"""From scores to a list: a floor for small and new venues, and variety."""

from typing import Final

import numpy as np

from insights.recommending.arrays import Bools, Floats, Ints

#: One of so many places in a row is of a small or new venue, where there is one.
FLOOR_EVERY: Final = 5
#: Venues with the fewest openings, which together have this share of all, are the small ones.
_SMALL_SHARE: Final = 0.2
#: The place of the floor is drawn among so many of the best of small venues.
_DRAWN: Final = 3
#: No more than so many in a row of one venue, or of one series.
_IN_A_ROW: Final = 2
_LOOKED_AT: Final = 12


def small_venues(openings: Floats) -> Bools:
    """Which venues are small, by the openings of their events; one without any is, so that a new one is."""
    order = np.argsort(openings, kind="stable")
    is_small = np.zeros(len(openings), np.bool_)
    is_small[order] = np.cumsum(openings[order]) <= _SMALL_SHARE * openings.sum()
    return is_small


def arrange(scores: Floats, *, venue: Ints, series: Ints, is_small: Bools, places: int, seed: int) -> Ints:
    """The rows of at most `places` events, the best first. The same seed gives the same list.

    -inf is no candidate; -1 of `venue` or `series` is none. A fifth of the places is of small venues where there are enough of them, and
    no three in a row are of one venue or series where another one is left.
    """
    wanted = min(places * _LOOKED_AT, len(scores))
    ranked = _best(scores, wanted)
    small = _best(np.where(is_small, scores, -np.inf), min(places, len(scores)))
    chance = np.random.default_rng(seed)
    chosen: list[int] = []
    left, kept = list(ranked), list(small)
    while len(chosen) < places and (left or kept):
        window = chosen[len(chosen) - len(chosen) % FLOOR_EVERY :]
        is_last = len(window) == FLOOR_EVERY - 1
        if is_last and kept and not is_small[window].any():
            pool = [row for row in kept if _varies(row, chosen, venue, series)] or kept
            row = pool[int(chance.integers(min(_DRAWN, len(pool))))]
        elif left:
            row = next((row for row in left if _varies(row, chosen, venue, series)), left[0])
        else:
            row = kept[0]
        chosen.append(row)
        left = [one for one in left if one != row]
        kept = [one for one in kept if one != row]
    return np.array(chosen, np.int64)


def _best(scores: Floats, count: int) -> list[int]:
    rows = np.argpartition(-scores, count - 1)[:count] if 0 < count < len(scores) else np.arange(len(scores))
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    return [int(row) for row in rows if np.isfinite(scores[row])]


def _varies(row: int, chosen: list[int], venue: Ints, series: Ints) -> bool:
    last = chosen[-_IN_A_ROW:]
    if len(last) < _IN_A_ROW:
        return True
    return not any(
        label[row] >= 0 and all(label[one] == label[row] for one in last) for label in (venue, series)
    )
