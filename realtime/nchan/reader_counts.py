"""How many listen through the engine: asked of it topic by topic, told to the ledger (the staff's view,
Prometheus) and, rounded, to the readers themselves."""

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
#: So many topics are asked about in one look, those first that were asked about longest ago; each question is
#: a request to the engine.
AT_ONCE: Final = 100


class ReaderCounts:
    """What the engine said last. There is one, since there is one publisher."""

    def __init__(self, engine: Engine, store: EngineStateStore) -> None:
        self._engine, self._store = engine, store
        self._readers: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        """Nobody knows what the readers were told."""
        self._presence, self._news = Presence(), dict[str, int]()

    def news(self) -> dict[str, int]:
        """How many watch, by topic, where that differs from what was told; told once."""
        news, self._news = self._news, {}
        return news

    async def run(self, hub: Hub) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            try:
                await self.look(hub)
            except (EngineDown, RedisError, OSError) as error:
                log.warning("live_engine_not_counted", error=str(error))

    async def look(self, hub: Hub) -> None:
        """Ask and report. Raises EngineDown and RedisError."""
        total = await self._engine.readers(SYSTEM_TOPIC)  # to which each of them listens
        await self._ask()
        topics = dict(sorted(self._readers.items(), key=lambda each: -each[1])[:MOST_TOPICS])
        stats = HubStats(connections={ENGINE: total}, topics=topics, epoch=hub.epoch, offset=hub.offset)
        readers = await asyncio.to_thread(_exchange, stats)
        self._news |= self._presence.news(
            {topic: count for topic, count in readers.items() if topic in self._readers}
        )

    async def _ask(self) -> None:
        """About some of the topics; what nobody listens to is forgotten, unless somebody may be on the
        way."""
        noted, now = await self._store.noted(), time.time()
        for topic in noted:
            self._readers.setdefault(topic, 0)
        gone = []
        for topic in list(self._readers)[:AT_ONCE]:
            count = await self._engine.readers(topic)
            del self._readers[topic]
            if count or noted.get(topic, 0.0) > now - KEPT_SECONDS:
                self._readers[topic] = count  # at the end
            else:
                gone.append(topic)
        await self._store.forget(gone)


def _exchange(stats: HubStats) -> dict[str, int]:
    registry = open_registry()
    registry.report(ENGINE, stats, {}, now=time.time())
    return readers_by_topic(registry.hub_stats())
