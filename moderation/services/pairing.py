"""What a moderator says beside the verdict that events, or venues, are one or are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

#: The most events that one verdict names beside the review's own.
MOST_OTHERS: Final = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """What a moderator says beside MERGE or DIFFERENT.

    `others` are the events that the verdict is about, beside the review's own. `survivor` is the event, or the
    venue, that stays. `values` are fields whose value was chosen, each with the id of the event or venue that
    has it. `seen` are the versions of the events that the moderator looked at.
    """

    others: tuple[UUID, ...] = ()
    survivor: UUID | None = None
    values: Mapping[str, UUID] = field(default_factory=dict)
    seen: Mapping[UUID, int] = field(default_factory=dict)
