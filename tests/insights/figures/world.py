"""What the tests of figures share."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from insights.figures import adding

NOW = datetime(2026, 11, 26, 12, 30, 20, tzinfo=UTC)


def happened(event_id: UUID | None, at: datetime = NOW, **acts: Any) -> None:
    """Note that this happened to an event."""
    adding.note([(event_id, act, times) for act, times in acts.items()], at=at)
