"""Predicts the state of the places that readers watch."""

from typing import Final
from uuid import UUID

import structlog
from celery import shared_task
from django.utils.timezone import now
from redis.exceptions import RedisError

from events.services import refresh_watched
from places.watched import note_watched
from realtime.connections.registry import open_registry, readers_by_topic

log = structlog.get_logger(__name__)
_PLACE: Final = "place:"
#: At most so many places, the most watched first.
MOST: Final = 500


@shared_task
def refresh_watched_places() -> int:
    """Update the predictions of places whose topics have readers, as the hubs report them (every 15 minutes).

    Platforms are asked for these places first. Returns how many answers changed; 0 without Valkey.
    """
    try:
        readers = readers_by_topic(open_registry().hub_stats())
    except RedisError as error:
        log.warning("watched_places_unknown", error=str(error))
        return 0
    watched = [
        UUID(topic.removeprefix(_PLACE)) for topic, _ in readers.most_common() if topic.startswith(_PLACE)
    ][:MOST]
    note_watched(watched)
    return refresh_watched(watched, now=now())
