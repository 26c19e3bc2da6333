"""Records of what a person keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from events.models import Event
from personal.enums import FollowKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """Something that can be followed: its name, the path of its page, its key (an id, or a name in addresses), and its city's name, if any."""

    kind: FollowKind
    key: UUID | str
    name: str
    path: str
    city: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row that follows it."""
        column = {
            FollowKind.VENUE: "place_id",
            FollowKind.ORGANIZER: "organizer_id",
            FollowKind.AREA: "area_id",
        }
        return {column.get(self.kind, "performer"): self.key}

    @property
    def same(self) -> Q:
        """The condition for rows that follow it, also by a venue that was merged into it."""
        if self.kind is FollowKind.VENUE:
            return Q(place=self.key) | Q(place__merged_into=self.key)
        return Q(**self.columns)


@dataclass(frozen=True, kw_only=True, slots=True)
class ForMe:
    """Coming events for a person, the soonest first. `why` has for each by its id what they follow of it; `saved` are those that they saved."""

    events: Sequence[Event]
    why: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    saved: frozenset[UUID] = frozenset()
