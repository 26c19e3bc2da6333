"""Who looks at a review now: a hint in the cache, from the signs of life of the page. It expires by itself."""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.rights import Actor, is_person

log = structlog.get_logger(__name__)
#: Seconds after its last sign of life for which somebody counts as present; the page sends one every 20.
HERE: Final = 50


def note_presence(review_id: UUID, *, by: Actor, now: datetime) -> list[str]:
    """Keep that the person is at the review. Returns the names of the others who are."""
    if not is_person(by):
        return []
    try:
        here = _here(review_id, now) | {str(by.pk): (str(by), now.timestamp())}
        cache.set(_key(review_id), here, timeout=HERE)
    except RedisError as error:
        log.warning("presence_not_kept", error=str(error))
        return []
    return [name for who, (name, _) in here.items() if who != str(by.pk)]


def note_departure(review_id: UUID, *, by: Actor, now: datetime) -> None:
    """Forget that the person is at the review."""
    try:
        left = {who: told for who, told in _here(review_id, now).items() if who != str(getattr(by, "pk", ""))}
        cache.set(_key(review_id), left, timeout=HERE)
    except RedisError as error:
        log.warning("presence_not_kept", error=str(error))


def others_at(review_id: UUID, *, by: Actor, now: datetime) -> list[str]:
    """The names of the others who look at the review; none where the cache is unreachable."""
    try:
        here = _here(review_id, now)
    except RedisError as error:
        log.warning("presence_unknown", error=str(error))
        return []
    return [name for who, (name, _) in here.items() if who != str(getattr(by, "pk", ""))]


def _here(review_id: UUID, now: datetime) -> dict[str, tuple[str, float]]:
    kept = cache.get(_key(review_id)) or {}
    return {who: told for who, told in kept.items() if told[1] > now.timestamp() - HERE}


def _key(review_id: UUID) -> str:
    return f"moderation:presence:{review_id}"
