"""What the publisher has sent to the engine, for the gates: in Valkey, as a hint.

If it is lost, the hubs serve new readers until it is written again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.lock import Lock

#: The engine keeps a message for 30 s (deploy/nginx); an older id is no longer valid.
KEPT_SECONDS = 30
_LEASE_SECONDS = 5.0
#: The number of connections, and how many seconds a request waits for a free one.
_LINKS, _SECONDS = 16, 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineState:
    """All changes up to `offset` are in the engine.

    `ids` are the engine's newest messages by topic, where it may still have them.
    """

    epoch: str
    offset: int
    ids: Mapping[str, str]


class EngineStateStore:
    """One hash of short keys, and the lease of the one publisher."""

    def __init__(self) -> None:
        layers: Mapping[str, Any] = settings.CHANNEL_LAYERS
        pool = BlockingConnectionPool.from_url(
            settings.REDIS_URL, max_connections=_LINKS, timeout=_SECONDS, decode_responses=True
        )
        self._redis = Redis(connection_pool=pool)
        self._prefix = f"{layers['default']['CONFIG']['prefix']}:live:engine:"

    def lease(self) -> Lock:
        """The lease of the publisher. While nobody holds it, `read` returns None."""
        return self._redis.lock(self._prefix + "lease", timeout=_LEASE_SECONDS, thread_local=False)

    async def read(self, topics: Sequence[str]) -> EngineState | None:
        """The engine's state.

        None without a publisher, or while a change is being published. Raises RedisError.
        """
        keys = ["lease", "epoch", "begun", "done", *(f"id:{topic}" for topic in topics)]
        found: list[Any] = await self._redis.mget([self._prefix + key for key in keys])
        lease, epoch, begun, done, *ids = found
        if lease is None or done is None or begun != done:
            return None
        return EngineState(
            epoch=epoch,
            offset=int(done),
            ids={topic: mark for topic, mark in zip(topics, ids, strict=True) if mark},
        )

    async def last(self) -> tuple[str, int] | None:
        """The epoch and offset that a publisher wrote last."""
        found: list[Any] = await self._redis.mget([self._prefix + "epoch", self._prefix + "done"])
        epoch, done = found
        return (epoch, int(done)) if done is not None else None

    async def begin(self, offset: int) -> None:
        """Note that a change is being published; `read` returns None until `finish`."""
        await self._redis.set(self._prefix + "begun", offset)

    async def finish(self, epoch: str, offset: int, ids: Mapping[str, str]) -> None:
        """Note that the change is in the engine."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.mset(
                {self._prefix + "epoch": epoch, self._prefix + "begun": offset, self._prefix + "done": offset}
            )
            for topic, found in ids.items():
                pipe.set(f"{self._prefix}id:{topic}", found, ex=KEPT_SECONDS * 2)
            await pipe.execute()

    async def note(self, topics: Sequence[str], *, now: float) -> None:
        """Note that a reader is sent to the engine for these topics. `now` in seconds since 1970."""
        await self._redis.zadd(self._prefix + "topics", dict.fromkeys(topics, now))

    async def noted(self) -> dict[str, float]:
        """The topics for which readers were sent to the engine, and when last."""
        found: Any = await self._redis.zrange(self._prefix + "topics", 0, -1, withscores=True)
        return dict(found)

    async def forget(self, topics: Sequence[str]) -> None:
        """Remove topics without readers."""
        if topics:
            await self._redis.zrem(self._prefix + "topics", *topics)

    async def save_told(self, watching: Mapping[str, int]) -> None:
        """Store the watcher counts that are about to be sent to readers. 0 counts as none."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for topic, number in watching.items():
                pipe.hset(self._prefix + "watching", topic, number)
            await pipe.execute()

    async def reported(self, topics: Sequence[str]) -> dict[str, int]:
        """The watcher counts of these topics that readers were sent."""
        found: Any = await self._redis.hmget(self._prefix + "watching", list(topics))
        return {
            topic: int(number) for topic, number in zip(topics, found, strict=True) if number and int(number)
        }

    async def forget_told(self) -> None:
        """Remove all watcher counts."""
        await self._redis.delete(self._prefix + "watching")

    async def close(self) -> None:
        await self._redis.aclose()
