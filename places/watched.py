"""Which places are watched: a hint in the cache for whoever asks platforms. It expires half an hour after the
last report."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
_KEY: Final = "places:watched"
_SECONDS: Final = 1_800


def note_watched(place_ids: Sequence[UUID]) -> None:
    """Remember these, and these alone."""
    try:
        cache.set(_KEY, [str(one) for one in place_ids], timeout=_SECONDS)
    except RedisError as error:
        log.warning("watched_places_not_noted", error=str(error))


def watched_places() -> list[UUID]:
    """What was noted last; none where the cache is away."""
    try:
        return [UUID(one) for one in cache.get(_KEY) or ()]
    except RedisError as error:
        log.warning("watched_places_unknown", error=str(error))
        return []
