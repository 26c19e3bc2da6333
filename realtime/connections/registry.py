"""What the hubs of all processes tell of themselves, kept in Valkey: counts that only grow, and how each
stands now (decisions/0018).

A hint like everything there: wiped, the counts begin at 0, and the next report of each hub fills the rest.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import redis
from django.conf import settings

from egress.doors import open_valkey

#: A hub that has not reported for so long (seconds) is gone.
EXPIRY: Final = 20
#: As many topics as one hub reports, the most heard first.
MOST_TOPICS: Final = 5_000
#: As many hubs as are read.
MOST_HUBS: Final = 500

#: How somebody listens: at a hub, or through nginx with nchan, whose publisher reports beside the hubs.
ENGINE: Final = "engine"
WAYS: Final = ("websocket", "sse", "poll", ENGINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubStats:
    """One hub now: connections by way, readers by topic (`user:me` for all persons together), what is queued,
    and the newest change handed out."""

    connections: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    queued_frames: int = 0
    queued_bytes: int = 0
    longest_queue_bytes: int = 0
    epoch: str = ""
    offset: int = 0


class HubRegistry:
    """Reports of hubs. Every method raises redis.RedisError where Valkey cannot be asked."""

    def __init__(self, client: "redis.Redis", *, prefix: str) -> None:
        self._client, self._totals, self._hub, self._hubs = (
            client,
            f"{prefix}live:counts",
            f"{prefix}live:hub:",
            f"{prefix}live:hubs",
        )

    def report(self, name: str, stats: HubStats, counts: Mapping[str, int], *, now: float) -> None:
        """Hub `name` stands so; add `counts` to those of all hubs. `now` in seconds since 1970. One round
        trip."""
        pipe = self._client.pipeline(transaction=True)
        for key, number in counts.items():
            pipe.hincrby(self._totals, key, number)
        pipe.set(self._hub + name, json.dumps(asdict(stats)), ex=EXPIRY)
        pipe.zadd(self._hubs, {name: now})
        pipe.zremrangebyscore(self._hubs, "-inf", now - EXPIRY)
        pipe.execute()

    def forget(self, name: str) -> None:
        """Hub `name` has ended."""
        self._client.delete(self._hub + name)
        self._client.zrem(self._hubs, name)

    def hub_stats(self) -> list[HubStats]:
        """How the hubs of all processes stand. Two round trips."""
        names: Any = self._client.zrevrange(self._hubs, 0, MOST_HUBS - 1)
        found: Any = self._client.mget([self._hub + name.decode() for name in names]) if names else []
        return [HubStats(**json.loads(text)) for text in found if text]

    def counts(self) -> Counter[str]:
        """What all hubs counted since Valkey was last empty, by name."""
        held: Any = self._client.hgetall(self._totals)
        return Counter({name.decode(): int(number) for name, number in held.items()})


def readers_by_topic(hub_stats: list[HubStats]) -> Counter[str]:
    """Readers of each topic over all processes."""
    return sum((Counter(each.topics) for each in hub_stats), Counter())


def open_registry() -> HubRegistry:
    """The ledger of this installation."""
    return HubRegistry(open_valkey(), prefix=f"{settings.CACHES['default']['KEY_PREFIX']}:")
