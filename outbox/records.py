"""The input record for a change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from outbox.enums import Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class NewChange:
    """A change to write.

    `topics` is the union of before and after, so that readers of the old category get the change too. `data`
    is small JSON.
    """

    type: str
    object_type: str
    object_id: UUID
    topics: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.PUBLIC
    user_id: UUID | None = None
