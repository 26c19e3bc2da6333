"""Records without a start, and without a venue of their own, are venues.

Their titles are names, their locations addresses. The venue matcher of `pipeline.geography.likeness` compares
them.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.contract.candidates import Candidate, MatchedPair
from pipeline.contract.enums import MatchOutcome, PlaceVerdict
from pipeline.geography.likeness import Venue, match_venues

_OUTCOMES = {PlaceVerdict.MERGE: MatchOutcome.MERGE, PlaceVerdict.ASK: MatchOutcome.ASK}


def parted(candidates: Iterable[Candidate]) -> tuple[list[Candidate], Iterator[Candidate]]:
    """(venues, events).

    All records are venues where none has a start or a venue of its own and some have a location. Otherwise
    all are events, still read one at a time.
    """
    stream = iter(candidates)
    leading: list[Candidate] = []
    for candidate in stream:
        leading.append(candidate)
        if candidate.start is not None or candidate.venue:
            return [], chain(leading, stream)
    located = any(candidate.location or candidate.lat is not None for candidate in leading)
    return (leading, iter(())) if located else ([], iter(leading))


def match_as_venues(candidates: list[Candidate], *, ask: bool = False) -> list[MatchedPair]:
    """The pairs that are one venue; with `ask` also those for a moderator. In the order of the records."""
    pairs = match_venues([_venue(candidate) for candidate in candidates], ask=ask)
    return [
        MatchedPair(
            id1=candidates[pair.first].id,
            id2=candidates[pair.second].id,
            score=pair.likeness.score,
            outcome=_OUTCOMES[pair.likeness.outcome],
            reasons=pair.likeness.reasons,
        )
        for pair in pairs
    ]


def _venue(candidate: Candidate) -> Venue:
    return Venue(
        id=candidate.id,
        name=candidate.title,
        address=candidate.location,
        city=candidate.city,
        phone=candidate.phone,
        website=candidate.url,
        lat=candidate.lat,
        lng=candidate.lon,
        source=candidate.source,
    )
