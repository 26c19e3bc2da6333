"""The registry of hubs, in Valkey.

Each process reports its hub's stats, and counters that only grow (decisions/0018). The data may be lost: when
Valkey is wiped, the counters begin at 0, and the next report of each hub brings its stats back.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import redis
from django.conf import settings

from egress.factory import open_valkey

#: A hub that has not reported for this many seconds counts as gone.
EXPIRY: Final = 20
#: A hub reports at most this many topics, those with the most readers first.
MOST_TOPICS: Final = 5_000
#: At most this many hubs are read.
MOST_HUBS: Final = 500

#: The ways to connect: three at a hub, and one through nginx with nchan, whose publisher reports like a hub.
ENGINE: Final = "engine"
WAYS: Final = ("websocket", "sse", "poll", ENGINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubStats:
    """Stats of one hub.

    Open connections by way, readers by topic (`user:me` stands for all users together), what is queued, and
    the newest change that was sent.
    """

    connections: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    queued_frames: int = 0
    queued_bytes: int = 0
    longest_queue_bytes: int = 0
    epoch: str = ""
    offset: int = 0


class HubRegistry:
    """Reports of hubs. Every method raises redis.RedisError where Valkey is unreachable."""

    def __init__(self, client: "redis.Redis", *, prefix: str) -> None:
        self._client, self._totals, self._hub, self._hubs = (
            client,
            f"{prefix}live:counts",
            f"{prefix}live:hub:",
            f"{prefix}live:hubs",
        )

    def report(self, name: str, stats: HubStats, counts: Mapping[str, int], *, now: float) -> None:
        """Store the stats of hub `name` and add `counts` to the counters of all hubs.

        `now` in seconds since 1970. One round trip.
        """
        pipe = self._client.pipeline(transaction=True)
        for key, number in counts.items():
            pipe.hincrby(self._totals, key, number)
        pipe.set(self._hub + name, json.dumps(asdict(stats)), ex=EXPIRY)
        pipe.zadd(self._hubs, {name: now})
        pipe.zremrangebyscore(self._hubs, "-inf", now - EXPIRY)
        pipe.execute()

    def forget(self, name: str) -> None:
        """Remove hub `name`, which has stopped."""
        self._client.delete(self._hub + name)
        self._client.zrem(self._hubs, name)

    def hub_stats(self) -> list[HubStats]:
        """The stats of the hubs of all processes. Two round trips."""
        names: Any = self._client.zrevrange(self._hubs, 0, MOST_HUBS - 1)
        found: Any = self._client.mget([self._hub + name.decode() for name in names]) if names else []
        return [HubStats(**json.loads(text)) for text in found if text]

    def is_missed(self) -> bool:
        """Whether a hub reported and ended without signing off, and none has reported since. One round trip."""
        return bool(self._client.zcard(self._hubs))

    def counts(self) -> Counter[str]:
        """The counters of all hubs by name, since Valkey was last empty."""
        held: Any = self._client.hgetall(self._totals)
        return Counter({name.decode(): int(number) for name, number in held.items()})


def readers_by_topic(hub_stats: list[HubStats]) -> Counter[str]:
    """Readers of each topic over all processes."""
    return sum((Counter(each.topics) for each in hub_stats), Counter())


def open_registry() -> HubRegistry:
    """The registry of this installation."""
    return HubRegistry(open_valkey(), prefix=f"{settings.CACHES['default']['KEY_PREFIX']}:")
