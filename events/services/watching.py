"""Passes current events to the predictions of places, which are independent of events."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from events.queries import running_at
from places.services import refresh_places


def refresh_watched(place_ids: Collection[UUID], *, now: datetime) -> int:
    """Update the predictions of these places with the events that run there.

    Returns how many answers changed.
    """
    return refresh_places(place_ids, running=running_at(place_ids, now=now), now=now) if place_ids else 0
