"""Valkey and PostgreSQL restarted and wiped while events change and readers come and go."""

import os
import random
import signal
import time

import redis

from realtime.feed.flag import SECONDS as FLAG_SECONDS
from tests.realtime.chaos.house import FULL, wait
from tests.realtime.chaos.readers import ALL, Reader, reading, until
from tests.realtime.chaos.truth import SECONDS, beyond, nothing_missed, settled


def listeners(house):
    """How many hubs listen for hints."""
    with redis.Redis.from_url(house.services.redis_url) as client:
        return sum(count for _, count in client.pubsub_numsub(*client.pubsub_channels("*live.hubs*")))


async def test_no_reader_misses_a_change_while_valkey_is_killed(house, writer, two, seed):
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(3) for over in ("websocket", "sse")]
    async with reading(*readers):
        await until(lambda: listeners(house) == 2, "both hubs listen for hints")
        writer.begin("storm", seed=seed, events=events, count=80, threads=2, pause=0.02)
        await beyond(house, 30)
        pid = house.services.valkey.pid()
        os.kill(pid, signal.SIGKILL)
        house.services.valkey._child.wait()
        readers[0].cut()
        await beyond(house, house.number() + 10)
        house.services.valkey.start()
        readers[1].cut()
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
        await until(lambda: listeners(house) == 2, "both hubs listen for hints again")
    nothing_missed(house, *readers)


async def test_valkey_that_hangs_holds_up_no_change(house, writer, two, seed):
    """Stopped, not dead: connections to it open, and nothing answers. Readers who stay, who come back and who
    come to a server that starts now hear all while it hangs, and it hangs for longer than the hubs go without
    asking it for the flag."""
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(3) for over in ("websocket", "sse")]
    async with reading(*readers):
        await until(lambda: listeners(house) == 2, "both hubs listen for hints")
        pid = house.services.valkey.pid()
        late = Reader([house.start("uvicorn")], "websocket", seed=seed, after=0)
        os.kill(pid, signal.SIGSTOP)
        try:
            hung, rounds = time.monotonic(), 0
            readers.append(late.start())
            while time.monotonic() - hung < FLAG_SECONDS + 2:
                writer.begin("plain", count=3, topics=[ALL])
                await until(writer.poll, "the changes are committed")
                writer.finish()
                readers[rounds % len(readers)].cut()
                rounds += 1
                await settled(house, readers, SECONDS)
                assert house.number() == 3 * rounds
            os.kill(pid, signal.SIGCONT)
            writer("plain", count=3, topics=[ALL])
            await settled(house, readers, SECONDS)
            await until(lambda: listeners(house) == 3, "all hubs listen for hints")
        finally:
            os.kill(pid, signal.SIGCONT)
            await late.close()
    nothing_missed(house, *readers)


async def test_no_reader_misses_a_change_while_valkey_is_wiped(house, writer, two, seed):
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(2) for over in ("websocket", "sse")]
    async with reading(*readers):
        writer.begin("storm", seed=seed, events=events, count=60, threads=2, pause=0.01)
        for number in (25, 35, 45):
            await beyond(house, number)
            house.wipe()
            readers[number % 4].cut()
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
    nothing_missed(house, *readers)


async def test_no_reader_misses_a_change_while_postgresql_is_restarted_and_killed(house, writer, two, seed):
    """Readers who come while it is away are told to try later, and do."""
    chance = random.Random(seed)
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(3) for over in ("websocket", "sse")]
    async with reading(*readers):
        writer.begin("storm", seed=seed, events=events, count=90, threads=3, pause=0.02)
        for sign in (signal.SIGINT, signal.SIGKILL):
            await beyond(house, house.number() + 10)
            for reader in chance.sample(readers, 3):
                reader.cut()
            down(house, sign)
            for reader in chance.sample(readers, 2):
                reader.cut()
            house.services.postgres.start()
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
    nothing_missed(house, *readers)


async def test_a_server_that_starts_without_its_database_serves_as_soon_as_there_is_one(house, writer, seed):
    events = writer("found", count=5)
    down(house, signal.SIGINT)
    server = [house.start("daphne")], [house.start("uvicorn")]
    readers = [
        Reader(servers, over, seed=seed, after=0).start()
        for servers in server
        for over in ("websocket", "sse")
    ]
    try:
        await until(
            lambda: all(reader.turned_away if FULL else reader.asked for reader in readers),
            "all have come, or are told to try later",
        )
        house.services.postgres.start()
        await settled(house, readers, SECONDS)
        writer("storm", seed=seed, events=events, count=5, threads=1)
        await settled(house, readers, SECONDS)
    finally:
        for reader in readers:
            await reader.close()
    nothing_missed(house, *readers)


def down(house, sign):
    """PostgreSQL is down: stopped, or killed with all its processes."""
    pid = house.services.postgres.pid()
    os.kill(pid, sign)
    house.services.postgres._child.wait()
    wait(lambda: house.services.postgres.pid() is None, "PostgreSQL is gone")
