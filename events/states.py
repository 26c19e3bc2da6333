"""The state machines of an event, one table each. A move outside the table raises `ForbiddenMove`."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from events.enums import Freshness, Happening, Publication, Verification
from events.exceptions import ForbiddenMove

P = Publication
PUBLICATION_MOVES: Mapping[Publication, Set[Publication]] = {
    P.DRAFT: {P.PENDING, P.REMOVED},
    P.PENDING: {P.APPROVED, P.REJECTED, P.FLAGGED, P.REMOVED, P.MERGED, P.ARCHIVED},
    P.APPROVED: {P.PENDING, P.FLAGGED, P.REMOVED, P.MERGED, P.ARCHIVED},
    P.REJECTED: {P.PENDING, P.APPROVED, P.REMOVED, P.MERGED},
    P.FLAGGED: {P.APPROVED, P.PENDING, P.REJECTED, P.REMOVED, P.MERGED, P.ARCHIVED},
    P.ARCHIVED: {P.APPROVED, P.REMOVED, P.MERGED},
    P.REMOVED: {P.PENDING, P.APPROVED},
    P.MERGED: {P.PENDING, P.APPROVED, P.REJECTED, P.FLAGGED, P.ARCHIVED},
}

H = Happening
_ANYTHING_ELSE = {H.SCHEDULED, H.RESCHEDULED, H.POSTPONED, H.MOVED_ONLINE, H.CANCELLED}
HAPPENING_MOVES: Mapping[Happening, Set[Happening]] = {state: _ANYTHING_ELSE - {state} for state in Happening}

FRESHNESS_MOVES: Mapping[Freshness, Set[Freshness]] = {
    Freshness.SEEN: {Freshness.MISSING},
    Freshness.MISSING: {Freshness.SEEN, Freshness.GONE},
    Freshness.GONE: {Freshness.SEEN},
}

VERIFICATION_MOVES: Mapping[Verification, Set[Verification]] = {
    Verification.UNVERIFIED: {Verification.VERIFIED, Verification.OFFICIAL},
    Verification.VERIFIED: {Verification.UNVERIFIED, Verification.OFFICIAL},
    Verification.OFFICIAL: {Verification.UNVERIFIED, Verification.VERIFIED},
}


State = TypeVar("State", bound=StrEnum)


def check_move(table: Mapping[State, Set[State]], before: State, after: State) -> None:
    """Raise `ForbiddenMove` unless `table` allows the move. The present state is always allowed."""
    if before != after and after not in table[before]:
        raise ForbiddenMove(f"{type(before).__name__} cannot go from {before.value} to {after.value}.")
