"""Which events the same people did something with: what may be said as "people who …"."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from insights.models.factors import K
from insights.recommending.arrays import Acts, Ints

#: For each event to come so many others, those that go together more than chance would have it first.
_MOST: Final = 20
_CHUNK: Final = 1_000


def pairs_of(acts: Acts, is_coming: Ints, count: int) -> Iterator[tuple[int, int, int]]:
    """Rows of two events and how many of `count` people did something with both, at least `K`; the second is to come."""
    from scipy.sparse import csr_matrix  # only where a model is trained

    liked = acts.weight > 0
    size = len(is_coming)
    done = csr_matrix(
        (np.ones(int(liked.sum())), (acts.person[liked], acts.item[liked])), shape=(count, size)
    )
    done.sum_duplicates()
    done.data[:] = 1
    people = np.asarray(done.sum(axis=0)).ravel()
    often = people >= K
    columns, known = np.flatnonzero(often & (is_coming > 0)), np.flatnonzero(often)
    by_event = done.tocsc()
    rest = by_event[:, known]
    for begin in range(0, len(columns), _CHUNK):
        some = columns[begin : begin + _CHUNK]
        both = (by_event[:, some].T @ rest).tocsr()
        for at, other in enumerate(some):
            row = both[at]
            event = known[row.indices]
            good = (row.data >= K) & (event != other)
            lift = row.data[good] / people[event[good]]
            for one in np.lexsort((event[good], -lift))[:_MOST]:
                yield int(event[good][one]), int(other), int(row.data[good][one])
