"""ASGI processes killed and replaced, new epochs, pruned changes, while readers resume."""

import random

from tests.realtime.chaos.house import FULL
from tests.realtime.chaos.readers import Reader, reading, until
from tests.realtime.chaos.truth import SECONDS, beyond, nothing_missed, settled


async def test_a_killed_process_loses_and_doubles_nothing(house, writer, two, seed):
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(4) for over in ("websocket", "sse")]
    async with reading(*readers):
        writer.begin("storm", seed=seed, events=events, count=80, threads=3, pause=0.02)
        for place in (0, 1):
            await beyond(house, house.number() + 10)
            dead, two[place] = two[place], house.start(two[place].kind)
            dead.kill()
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
        assert sum(reader.came for reader in readers) > len(readers)
    nothing_missed(house, *readers)


async def test_a_rolling_restart_loses_nothing(house, writer, two, seed):
    """Each of two servers is asked to go, as a supervisor does it, after its successor has come; it goes
    although its readers are connected."""
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(4) for over in ("websocket", "sse")]
    async with reading(*readers):
        writer.begin("storm", seed=seed, events=events, count=80, threads=3, pause=0.02)
        for place in (0, 1):
            await beyond(house, house.number() + 10)
            old, two[place] = two[place], house.start(two[place].kind)
            await old.retire()
        await until(writer.poll, "the storm ends")
        writer.finish()
        await settled(house, readers, SECONDS)
        assert all(reader.came >= 2 for reader in readers)
    nothing_missed(house, *readers)


async def test_a_new_epoch_while_readers_catch_up(house, writer, two, seed):
    """As after a restore: offsets of before mean nothing, everybody reads anew, and nobody keeps what is not
    so."""
    chance = random.Random(seed)
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(3) for over in ("websocket", "sse")]
    async with reading(*readers):
        for turn in range(4):
            for reader in chance.sample(readers, 3):
                reader.cut()
            writer("storm", seed=seed + turn, events=events, count=8, threads=2)
            writer("renew")
            writer("storm", seed=seed + turn + 100, events=events, count=8, threads=2)
        await settled(house, readers, SECONDS)
        assert all(reader.anew for reader in readers)
    nothing_missed(house, *readers)


async def test_pruned_while_readers_resume_is_said_and_never_a_gap(house, writer, two, seed):
    chance = random.Random(seed)
    events = writer("found", count=20)
    readers = [Reader(two, over, seed=seed + n, after=0) for n in range(3) for over in ("websocket", "sse")]
    async with reading(*readers):
        for turn in range(12 if FULL else 3):
            await settled(house, readers)
            away = chance.sample(readers, 4)
            for reader in away:
                reader.cut()
            writer("storm", seed=seed + turn, events=events, count=10, threads=2)
            two[turn % 2].kill()  # its successor's window begins where the outbox does
            two[turn % 2] = house.start(two[turn % 2].kind)
            writer("age", keep=chance.choice([0, 3, 40]))
        await settled(house, readers, SECONDS)
        assert any(reader.anew for reader in readers)
    nothing_missed(house, *readers)


async def test_a_reader_from_beyond_the_retention_is_told_so(house, writer, two, seed):
    writer("found", count=20)
    assert writer("age", keep=5) == 15
    stale = [Reader([server], over, seed=seed, after=3) for server in two for over in ("websocket", "sse")]
    fresh = [Reader([server], over, seed=seed, after=15) for server in two for over in ("websocket", "sse")]
    async with reading(*stale, *fresh):
        await settled(house, stale, SECONDS)
        await until(lambda: all(reader.offset == 20 for reader in fresh), "the others resume")
    assert [reader.anew for reader in stale + fresh] == [1, 1, 1, 1, 0, 0, 0, 0]
    nothing_missed(house, *stale, *fresh)
