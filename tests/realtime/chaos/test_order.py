"""Transactions commit in another order than they began, on machines with different clocks.

Readers miss none, and get the newest change of an object last.
"""

import asyncio

import pytest

from tests.realtime.chaos.house import FULL
from tests.realtime.chaos.readers import Reader, reading, until
from tests.realtime.chaos.truth import SECONDS, nothing_missed, polled, settled


@pytest.mark.parametrize("turn", range(10 if FULL else 2))
async def test_commits_out_of_order_are_never_skipped(house, writer, two, seed, turn):
    """Few events and many threads with own connections, so that they wait for one another; two clients poll
    all the while, one of each server."""
    events = writer("found", count=6)
    readers = [Reader([server], over, seed=seed, after=0) for server in two for over in ("websocket", "sse")]
    seen: list[list[int]] = [[], []]
    over = asyncio.Event()

    async def poll(place):
        after, last = 0, False
        while not last:
            last = over.is_set()
            found, after = await polled(two[place], after)
            seen[place] += found

    async with reading(*readers):
        polls = [asyncio.create_task(poll(place)) for place in (0, 1)]
        writer.begin("storm", seed=f"{seed}/{turn}", events=events, count=96, threads=12, pause=0.02, skew=60)
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
        over.set()
        await asyncio.gather(*polls)
    nothing_missed(house, *readers)
    everything = list(range(1, house.number() + 1))
    assert [row[0] for row in house.run("SELECT number FROM outbox_change ORDER BY number")] == everything
    assert seen == [everything, everything]
    assert all(reader.got == everything for reader in readers if reader.came == 1)
