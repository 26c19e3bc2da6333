"""Counts the engine's readers by topic.

The counts go to the registry (the staff's view, Prometheus) and, rounded, to the readers.
"""

import asyncio
import time
from typing import Final

import structlog
from redis.exceptions import RedisError

from realtime.connections.presence import Presence
from realtime.connections.registry import ENGINE, MOST_TOPICS, HubStats, open_registry, readers_by_topic
from realtime.feed.hub import Hub
from realtime.feed.protocol import SYSTEM_TOPIC
from realtime.nchan.engine import Engine, EngineDown
from realtime.nchan.engine_state import KEPT_SECONDS, EngineStateStore

log = structlog.get_logger(__name__)
REPORT_SECONDS: Final = 5.0
#: So many topics are counted in one round, the least recently counted first; each costs a request to the
#: engine.
AT_ONCE: Final = 100


class ReaderCounts:
    """The last counts of the engine. Only the publisher has an instance."""

    def __init__(self, engine: Engine, store: EngineStateStore) -> None:
        self._engine, self._store = engine, store
        self._readers: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        """Forget the counts that readers were sent."""
        self._presence, self._news = Presence(), dict[str, int]()

    def news(self) -> dict[str, int]:
        """The counts by topic that differ from those sent last. They count as sent from now on."""
        news, self._news = self._news, {}
        return news

    async def run(self, hub: Hub) -> None:
        """Count every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            try:
                await self.look(hub)
            except (EngineDown, RedisError, OSError) as error:
                log.warning("live_engine_not_counted", error=str(error))

    async def look(self, hub: Hub) -> None:
        """Count and report. Raises EngineDown and RedisError."""
        total = await self._engine.readers(SYSTEM_TOPIC)  # every reader has this topic
        await self._ask()
        topics = dict(sorted(self._readers.items(), key=lambda each: -each[1])[:MOST_TOPICS])
        stats = HubStats(connections={ENGINE: total}, topics=topics, epoch=hub.epoch, offset=hub.offset)
        readers = await asyncio.to_thread(_exchange, stats)
        self._news |= self._presence.news(
            {topic: count for topic, count in readers.items() if topic in self._readers}
        )

    async def _ask(self) -> None:
        """Count the readers of some topics.

        A topic without readers is removed, unless one may be connecting.
        """
        noted, now = await self._store.noted(), time.time()
        for topic in noted:
            self._readers.setdefault(topic, 0)
        gone = []
        for topic in list(self._readers)[:AT_ONCE]:
            count = await self._engine.readers(topic)
            del self._readers[topic]
            if count or noted.get(topic, 0.0) > now - KEPT_SECONDS:
                self._readers[topic] = count  # moves it to the end of the dict
            else:
                gone.append(topic)
        await self._store.forget(gone)


def _exchange(stats: HubStats) -> dict[str, int]:
    registry = open_registry()
    registry.report(ENGINE, stats, {}, now=time.time())
    return readers_by_topic(registry.hub_stats())
