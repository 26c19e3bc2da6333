"""The watched places: a hint in the cache for connectors. It expires half an hour after the last report."""

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
    """Store these as the only watched places."""
    try:
        cache.set(_KEY, [str(one) for one in place_ids], timeout=_SECONDS)
    except RedisError as error:
        log.warning("watched_places_not_noted", error=str(error))


def watched_places() -> list[UUID]:
    """The stored places; none where the cache is unreachable."""
    try:
        return [UUID(one) for one in cache.get(_KEY) or ()]
    except RedisError as error:
        log.warning("watched_places_unknown", error=str(error))
        return []
