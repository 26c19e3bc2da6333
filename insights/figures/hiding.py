"""Numbers about few people are not shown. Pure."""

from collections.abc import Sequence
from typing import Final

#: A number about fewer people than this is hidden.
K: Final = 10
#: Sums of acts of people with an account or an address. Views, shares and clicks are counted without knowing anybody.
OF_PEOPLE: Final = frozenset({"saves", "registrations", "cancelled", "attended", "accounts"})


def hidden_at(values: Sequence[int], *, k: int = K) -> frozenset[int]:
    """The places of a breakdown that are hidden: numbers from 1 to k - 1, and as many more, the smallest first, that the total does not tell them.

    Nothing is hidden where there is nothing below k. The sum of what is hidden is k or more, or nothing is shown but zeros.
    """
    hidden = {place for place, value in enumerate(values) if 0 < value < k}
    if not hidden:
        return frozenset()
    shown = sorted((value, place) for place, value in enumerate(values) if value >= k)
    while shown and (len(hidden) < 2 or sum(values[place] for place in hidden) < k):
        hidden.add(shown.pop(0)[1])
    return frozenset(hidden)


def hide(values: Sequence[int], *, k: int = K) -> list[int | None]:
    """The numbers of a breakdown, None for what is hidden."""
    hidden = hidden_at(values, k=k)
    return [None if place in hidden else value for place, value in enumerate(values)]
