"""Records of choosing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of an event, and what it looks like (`marks.mark_of`)."""

    id: UUID
    mark: str
    start_at: datetime
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a digest says in one line: an event with its dates, the soonest first.

    `quality` and `trend` are 0 to 1; `venue` is the same for all that is on in one place, '' where none is known. `follows`
    are what somebody may follow of it: ids of its venue, organizer and area, and its performers as in addresses.
    """

    dates: tuple[Occurrence, ...]
    title: str
    venue: str
    category: str
    quality: float
    trend: float
    follows: frozenset[UUID | str] = frozenset()
    is_sample: bool = False

    @property
    def first(self) -> Occurrence:
        """Its next date."""
        return self.dates[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taste:
    """What one person likes, of a pool: what they follow, what they saved, which events fulfil their preferences.

    `liked` has for categories, venues and organizers of what they saved how often each occurs, 0 to 1. `learnt` has for events how
    well they fit what the person did, 0 to 1; empty where nothing is learnt of them.
    """

    follows: frozenset[UUID | str] = frozenset()
    saved: frozenset[UUID] = frozenset()
    preferred: frozenset[UUID] = frozenset()
    liked: dict[str, float] = field(default_factory=dict)
    learnt: Mapping[UUID, float] = field(default_factory=dict)


#: Somebody who is not known.
NOBODY: Final = Taste()
