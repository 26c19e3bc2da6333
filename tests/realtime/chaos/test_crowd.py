"""Many readers come back at once, and some never read. `make chaos-live` uses 2,000 of them."""

import json
import os
import resource
import socket
import struct
import time

import pytest

from tests.realtime.chaos.house import FULL, Writer
from tests.realtime.chaos.readers import ALL, Reader, reading, until
from tests.realtime.chaos.truth import SECONDS, nothing_missed, story, visible

CROWD = 2000 if FULL else 200
GOA, MUSIC = "events:city:goa", "events:category:music"
#: What the readers listen to; every change is under all of it.
MIX = [(ALL,), (GOA,), (GOA, ALL), (MUSIC, GOA, ALL)]
#: Statements of a storm, whoever comes. What two hubs ask to catch up: each kind of reader at most two parts,
#: only beyond their windows.
CATCHING_UP = 2 * len(MIX) * 2
#: Any other one: to start two hubs, beside each part, and twice a second (their polls), with some air.
AT_ONCE, A_SECOND = 20 + CATCHING_UP, 3


@pytest.fixture(autouse=True)
def files():
    """Permit as many sockets as the system allows this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


class Cost:
    """The statements that the database executes meanwhile."""

    def __init__(self, house):
        house.forget_statements()
        self.house, self.began = house, time.monotonic()

    def check(self, step):
        """No statement was executed once for each reader."""
        asked, seconds = self.house.statements(), time.monotonic() - self.began
        catching_up = sum(
            calls
            for query, calls in asked.items()
            if "NOT EXISTS" in query and 'FROM "outbox_change"' in query
        )
        story = f"{step}: in {seconds:.1f} s for {CROWD} readers:\n" + "\n".join(
            f"{n:>7} {query[:150]}" for query, n in asked.items()
        )
        assert (1 if step == "old" else 0) <= catching_up <= (CATCHING_UP if step == "old" else 0), story
        assert max(asked.values()) <= AT_ONCE + A_SECOND * seconds, story
        return sum(asked.values()), catching_up, round(seconds, 1)


async def test_a_crowd_that_comes_back_costs_the_database_no_more_than_one_reader(house, two, seed):
    """Thrice: to a running server, to one that has not seen yet what they saw, and to fresh servers whose
    window begins after what they miss."""
    writer = Writer(house.start("writer", lose=1))
    for place in (0, 1):
        two[place].kill()
        two[place] = house.start(two[place].kind, lose=1)
    topics = [ALL, GOA, MUSIC]
    writer("plain", count=60, topics=topics)
    crowd = [
        Reader(two, over, seed=seed + n, after=n % 50, topics=MIX[n % len(MIX)])
        for n in range(CROWD // 2)
        for over in ("websocket", "sse")
    ]
    reported = []
    async with reading(*crowd):
        for step in ("running", "ahead", "old"):
            cost = Cost(house)
            for reader in crowd:
                reader.cut()
            writer("plain", count=40, topics=topics, things=20)
            number = house.final_number()
            if step == "ahead":
                for reader in crowd:
                    reader.got += range(reader.offset + 1, number + 1)  # as if another server had told it
                    reader.offset = number
            if step == "old":
                writer("plain", count=2200, topics=topics, things=20)
                number = house.final_number()  # before those that may be numbering are killed
                for place in (0, 1):
                    two[place].kill()
                    two[place] = house.start(two[place].kind, lose=1)
            await until(
                lambda number=number: all(reader.offset == number and reader.is_settled for reader in crowd),
                lambda number=number: story(house, crowd, number, visible(house)),
            )
            slowest = max(reader.caught_up_in for reader in crowd)
            reported.append((step, round(slowest, 1), *cost.check(step)))
            assert slowest <= SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), reported
    writer.close()
    print(json.dumps({"readers": CROWD, "back": reported}))
    for reader in crowd:
        assert not reader.faults
        assert reader.came >= 4
    nothing_missed(house, *crowd)


@pytest.mark.parametrize("over", ["websocket", "sse"])
@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_readers_that_never_read_do_not_grow_memory(house, writer, kind, over):
    """16 MB go to each of 24 who do not read; beside them one reads everything. Unbounded this would be 400
    MB."""
    server = house.start(kind)
    one = Reader([server], "websocket")
    size, count, idle = 32_000, 500, 24
    async with reading(one):
        await fill(house, writer, one, count, size)  # the window is full from here on
        await fill(house, writer, one, count, size)
        before = server.memory()
        deaf = [ask(server.address, over) for _ in range(idle)]
        await fill(house, writer, one, count, size)
        grown = server.memory() - before
        for client in deaf:
            client.close()
    assert grown < 100 * 2**20, f"{grown / 2**20:.0f} MB for {idle} readers that do not read"
    assert not one.faults


async def fill(house, writer, one, count, size):
    writer.begin("plain", count=count, topics=[ALL], size=size)
    await until(writer.poll, "the changes are committed")
    writer.finish()
    await until(lambda: one.offset == house.number() and not house.unnumbered(), "the one that reads has all")


def ask(address, over):
    """A raw client that has subscribed, with a small buffer, and reads no more."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    client.settimeout(120)
    client.connect(address)
    if over == "websocket":
        client.sendall(b"GET /ws/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")  # fmt: skip
        hear(client, b'"hello"')
        text = json.dumps({"type": "subscribe", "topics": [ALL]}).encode()
        client.sendall(bytes([0x81, 0x80 | len(text)]) + struct.pack(">I", 0) + text)
    else:
        client.sendall(f"GET /api/v1/live?topics={ALL} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    hear(client, b'"subscribed"')
    return client


def hear(client, word):
    """Read until `word` comes, and not much further."""
    reported = b""
    while word not in reported:
        block = client.recv(1)
        assert block, reported
        reported += block
