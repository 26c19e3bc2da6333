"""Figures that cost a scan are kept for a minute, with the moment at which they were counted."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

#: Seconds.
KEPT: Final = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """A figure, and when it was counted."""

    value: T
    at: datetime


def kept(name: str, count: Callable[[], T], *, now: datetime) -> Counted[T]:
    """What `count` returned within the last minute, or returns now. Without Valkey it counts each time."""
    key = f"dashboard:{name}"
    with suppress(RedisError):
        held: Counted[T] | None = cache.get(key)
        if held is not None and held.at <= now:
            return held
    fresh = Counted(count(), now)
    with suppress(RedisError):
        cache.set(key, fresh, KEPT)
    return fresh
