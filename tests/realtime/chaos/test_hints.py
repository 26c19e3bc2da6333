"""Lost hints are compensated by the poll."""

import pytest

from tests.realtime.chaos.house import Writer
from tests.realtime.chaos.readers import Reader, reading
from tests.realtime.chaos.truth import SECONDS, nothing_missed, settled


@pytest.mark.parametrize("share", [0.01, 1.0])
async def test_lost_hints_cost_a_poll_and_nothing_else(house, seed, share):
    writer = Writer(house.start("writer", lose=share))
    servers = [house.start(kind, lose=share) for kind in ("daphne", "uvicorn")]
    events = writer("found", count=20)
    readers = [
        Reader([server], over, seed=seed, after=0) for server in servers for over in ("websocket", "sse")
    ]
    async with reading(*readers):
        writer("storm", seed=seed, events=events, count=60, threads=3)
        await settled(house, readers, SECONDS)
        writer("plain", count=1, topics=["events:all"], hook=False)
        await settled(house, readers, SECONDS)
        for reader in readers:
            reader.cut()
        writer("storm", seed=seed + 1, events=events, count=30, threads=3)
        await settled(house, readers, SECONDS)
        assert all(reader.came >= 2 for reader in readers)
    nothing_missed(house, *readers)
    writer.close()
