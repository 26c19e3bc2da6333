"""Updates events when their places are merged, un-merged or get a point."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events.services import placing
from places.models import Place
from places.signals import merged, pointed, unmerged


@receiver(merged, dispatch_uid="events.follow_places")
def follow_places(*, survivor_id: UUID, child_id: UUID, now: datetime, **_: Any) -> dict[str, list[str]]:
    """Move the events of a merged place to its survivor. Returns their ids, for the undo."""
    return {"events": [str(pk) for pk in placing.follow_merge(child_id, survivor_id, now=now)]}


@receiver(unmerged, dispatch_uid="events.return_from_places")
def return_from_places(
    *, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], now: datetime, **_: Any
) -> None:
    """Move the events that followed a merge back to their own place."""
    kept = undo.get(f"{follow_places.__module__}.{follow_places.__qualname__}") or {}
    placing.follow_unmerge([UUID(pk) for pk in kept.get("events", [])], survivor_id, child_id, now=now)


@receiver(pointed, dispatch_uid="events.take_points")
def take_points(*, place_id: UUID, now: datetime, **_: Any) -> None:
    """Give the place's new point to its events."""
    placing.give_point(Place.objects.get(pk=place_id), now=now)
