"""The publisher, with an engine that fails on demand.

A waiting publisher takes over at once, and readers are counted.
"""

import asyncio
import secrets
import time

import pytest

from realtime.connections.registry import HubRegistry, readers_by_topic
from realtime.nchan import engine_state as engine_state
from realtime.nchan import publisher as publishers
from realtime.nchan import reader_counts as reader_counts
from realtime.nchan.engine import EngineDown
from realtime.nchan.engine_state import EngineStateStore
from realtime.nchan.publisher import Publisher
from tests.realtime.clients import in_time

GOA, PUNE = "events:city:goa", "events:city:pune"


class Engine:
    """Stores nothing. `readers_of` is its count for each channel."""

    def __init__(self, *, is_down=False):
        self.is_down, self.asked, self.published = is_down, asyncio.Event(), []
        self.readers_of = {}

    async def stored(self):
        return 0

    async def publish(self, channel, text):
        self.asked.set()
        if self.is_down:
            raise EngineDown
        self.published.append((channel, text))
        return f"{len(self.published)}:0"

    async def readers(self, channel):
        return self.readers_of.get(channel, 0)


@pytest.fixture
async def store():
    found = EngineStateStore()
    found._prefix = f"test:{secrets.token_hex(6)}:"
    yield found
    await found._redis.delete(
        *[key async for key in found._redis.scan_iter(found._prefix + "*")], found._prefix
    )
    await found.close()


async def test_after_a_publish_that_failed_another_one_may_take_over_at_once(hub, store, monkeypatch):
    monkeypatch.setattr(engine_state, "_LEASE_SECONDS", 600.0)
    monkeypatch.setattr(publishers, "TICK_SECONDS", 600.0)  # so that it does not try again
    engine = Engine(is_down=True)
    task = asyncio.create_task(Publisher(hub, engine, store).run())
    await in_time(engine.asked.wait())
    lease = store.lease()
    async with asyncio.timeout(30):
        while not await lease.acquire(blocking=False):
            await asyncio.sleep(0.01)
    await lease.release()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_engines_readers_are_counted_reported_and_told(hub, store, monkeypatch):
    registry = HubRegistry(reader_counts.open_registry()._client, prefix=store._prefix)
    monkeypatch.setattr(reader_counts, "open_registry", lambda: registry)
    monkeypatch.setattr(reader_counts, "AT_ONCE", 2)
    engine = Engine()
    engine.readers_of = {"system": 25, GOA: 20, PUNE: 3}
    counts = reader_counts.ReaderCounts(engine, store)
    await store.note([GOA, PUNE, "events:all"], now=time.time() - 3600)
    for _ in range(2):
        await counts.look(hub)
    (stats,) = registry.hub_stats()
    assert stats.connections == {"engine": 25}
    assert readers_by_topic([stats]) == {GOA: 20, PUNE: 3}
    assert set(await store.noted()) == {GOA, PUNE}  # nobody listens to the third
    assert counts.news() == {GOA: 20}
    assert counts.news() == {}
    engine.readers_of[GOA] = 0
    await store.note([GOA], now=time.time() + 3600)  # somebody is on the way
    for _ in range(2):
        await counts.look(hub)
    assert counts.news() == {GOA: 0}
    assert GOA in await store.noted()
