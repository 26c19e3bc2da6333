"""Finds the equal ones among many venues.

Pairs that share a key are compared, and each venue of a list is joined to at most one of another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.likeness.compare import MERGE_AT, Look, compare, look
from pipeline.geography.likeness.names import weight_of
from pipeline.geography.likeness.venues import Venue, VenueLikeness

#: A word, street or cell of more venues is no key: the number of its pairs would be the square.
MOST_SHARED: Final = 60
#: A cell of the grid in degrees, about 500 m; its neighbours are searched too.
CELL: Final = 0.005
#: One list seldom contains a venue twice: within a list only almost certain pairs count.
SAME_SOURCE_AT: Final = 0.995


@dataclass(frozen=True, slots=True)
class VenuePair:
    """Two venues by their positions, the smaller first, and their similarity."""

    first: int
    second: int
    likeness: VenueLikeness


def match_venues(
    venues: Sequence[Venue], *, ask: bool = False, across_only: bool = False, merge_at: float = MERGE_AT
) -> list[VenuePair]:
    """The pairs of equal venues; with `ask` also those for a moderator.

    With `across_only`, no pair of one source. A venue of a list that is joined to one of another list is
    joined to no second one there: the most similar pair goes first. `merge_at`: the score from which pairs
    are equal. A higher value gives a subset of the pairs of a lower one.
    """
    looks = [look(venue) for venue in venues]
    scored = [
        VenuePair(first, second, likeness)
        for first, second in candidate_pairs(looks)
        if not (across_only and venues[first].source == venues[second].source)
        and (
            likeness := _settled(
                compare(looks[first], looks[second], merge_at=merge_at),
                venues[first].source,
                venues[second].source,
            )
        ).outcome
        is not PlaceVerdict.DIFFERENT
    ]
    scored.sort(key=lambda pair: (-pair.likeness.score, pair.first, pair.second))
    taken: set[tuple[int, str]] = set()
    kept = []
    for pair in scored:
        sources = venues[pair.first].source, venues[pair.second].source
        keys = {(pair.first, sources[1]), (pair.second, sources[0])} if sources[0] != sources[1] else set()
        if pair.likeness.outcome is PlaceVerdict.MERGE:
            if keys & taken:
                continue
            taken |= keys
            kept.append(pair)
        elif ask and not keys & taken:
            kept.append(pair)
    return sorted(kept, key=lambda pair: (pair.first, pair.second))


def _settled(likeness: VenueLikeness, one: str, other: str) -> VenueLikeness:
    if one and one == other and likeness.outcome is PlaceVerdict.MERGE and likeness.score < SAME_SOURCE_AT:
        return VenueLikeness(
            score=likeness.score, outcome=PlaceVerdict.ASK, reasons=likeness.reasons, fields=likeness.fields
        )
    return likeness


def candidate_pairs(looks: Sequence[Look]) -> list[tuple[int, int]]:
    """Positions of venues that share a telephone number, a site, an address, a word in one city, or a spot.

    Sorted.
    """
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, one in enumerate(looks):
        for key in set(_keys(one)):
            buckets[key].append(position)
    pairs = {
        (first, second)
        for members in buckets.values()
        if len(members) <= MOST_SHARED
        for index, first in enumerate(members)
        for second in members[index + 1 :]
    }
    return sorted(pairs)


def _keys(one: Look) -> Iterator[tuple[str, ...]]:
    if one.phone:
        yield "phone", one.phone
    if one.site:
        yield "site", one.site
    if one.address.reported:
        yield "address", one.address.number, *sorted(one.address.street)
    yield "whole", one.name.whole
    yield from (("word", word) for word in _distinctive(one.name.words))
    if one.venue.lat is not None and one.venue.lng is not None:
        row, column = round(one.venue.lat / CELL), round(one.venue.lng / CELL)
        yield from (
            ("spot", word, str(row + up), str(column + aside))
            for word in _distinctive(one.name.words)
            for up in (0, 1)
            for aside in (0, 1)
        )


def _distinctive(words: Iterable[str]) -> list[str]:
    """Distinctive words, without the ending that a plural or a typing error changes."""
    return [word[:5] for word in words if weight_of(word) >= 1.0]
