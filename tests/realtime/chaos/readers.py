"""The client of the chaos tests.

A reader over a real socket that stores what it gets, resumes, and notes each violation. It implements only
the parts of WebSocket (RFC 6455) and server-sent events over HTTP/1.1 that it needs, so that thousands fit
into one test.
"""

import asyncio
import json
import os
import random
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx

from tests.realtime.chaos.house import PATIENCE, Process

ALL = "events:all"
GONE = ("event.removed", "event.merged")
#: What a reader waits before it comes back: with jitter, as live.js does, only shorter.
BACK_SECONDS = 0.2


class Reader:
    """Follows `topics` at each of `servers` in turn, until it is closed.

    `held` is what it would show: (version, title, status) of each event. `got` are the numbers of all changes
    that it received, in order, after `since`. `faults` must stay empty.
    """

    def __init__(
        self,
        servers: Sequence[Process],
        over: str,
        *,
        topics: Sequence[str] = (ALL,),
        seed: int = 1,
        after: int | None = None,
    ) -> None:
        self.servers, self.over, self.topics = servers, over, topics
        self.epoch: str | None = None
        self.offset = after
        self.held: dict[str, tuple[int, str, str]] = {}
        self.reported: set[str] = set()
        self.since = after or 0
        self.got: list[int] = []
        self.faults: list[str] = []
        self.came = self.anew = self.turned_away = self.asked = 0
        self.subscribed_at: float | None = None
        self.heard_at = 0.0
        self._chance = random.Random(seed)
        self._at = seed % len(servers)
        self._task: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._transport: Any = None

    def start(self) -> "Reader":
        self._task = asyncio.create_task(self._live())
        return self

    async def close(self) -> None:
        for task in (self._task, self._fetching):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def cut(self) -> None:
        """Cut the network without notice."""
        self.subscribed_at = None
        if self._transport is not None:
            self._transport.abort()

    @property
    def caught_up_in(self) -> float:
        """Seconds from its last `subscribed` to its newest change; 0 where it had that before."""
        return max(0.0, self.heard_at - (self.subscribed_at or self.heard_at))

    @property
    def is_settled(self) -> bool:
        """Whether it is connected, and not reading everything again."""
        return self.subscribed_at is not None and (self._fetching is None or self._fetching.done())

    async def _live(self) -> None:
        while True:
            before = self.came
            with suppress(OSError, EOFError):
                await self._visit(self.servers[self._at])
            self.turned_away += self.came == before
            self.subscribed_at = None
            self._at = (self._at + 1) % len(self.servers)
            await asyncio.sleep(self._chance.uniform(0.1, 1) * BACK_SECONDS)

    async def _visit(self, server: Process) -> None:
        """Run one connection, from its beginning to its end."""
        stream, out = await asyncio.open_connection(*server.address, limit=2**22)
        self._transport = out.transport
        self.asked += 1
        asked = self.offset, self.epoch
        try:
            frames = (
                _socket(stream, out, self._question)
                if self.over == "websocket"
                else _events(stream, out, self.topics, asked)
            )
            async for body in frames:
                self._take(body, server, asked)
        finally:
            out.transport.abort()

    def _question(self, hello: dict[str, Any]) -> dict[str, Any]:
        known = {} if self.offset is None else {"epoch": self.epoch or hello["epoch"], "after": self.offset}
        return {"type": "subscribe", "topics": list(self.topics), **known}

    def _take(self, body: dict[str, Any], server: Process, asked: tuple[int | None, str | None]) -> None:
        match body["type"]:
            case "hello" if self.subscribed_at is not None:  # a new epoch in the midst of it
                self._begin_anew(body["offset"], server)
                self.epoch = body["epoch"]
            case "hello":
                self._met = body["epoch"]
            case "subscribed":
                self._subscribed(body, server, *asked)
            case kind if kind.startswith("event."):
                self._change(body)
            case "error":
                self.faults.append(f"refused: {body}")

    def _subscribed(
        self, body: dict[str, Any], server: Process, after: int | None, epoch: str | None
    ) -> None:
        self.came += 1
        self.subscribed_at = asyncio.get_running_loop().time()
        if not body["recovered"]:
            self._begin_anew(body["offset"], server)
        elif after is not None and body["offset"] != after:
            self.faults.append(f"asked to resume after {after}, was told {body['offset']}")
        elif after is not None and epoch not in (None, self._met):
            self.faults.append(f"resumed {epoch} in epoch {self._met}")
        self.offset, self.epoch = body["offset"], self._met

    def _begin_anew(self, offset: int, server: Process) -> None:
        """Drop everything, continue from `offset`, and read everything again like a page."""
        self.anew += 1
        self.offset = self.since = offset
        for kept in (self.held, self.reported, self.got):
            kept.clear()
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching = asyncio.create_task(self._fetch(server))

    async def _fetch(self, server: Process) -> None:
        """Read `GET /api/v1/events`, until a server answers.

        Changes by frame meanwhile are newer, or will follow.
        """
        host, port = server.address
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            while True:
                with suppress(httpx.HTTPError):
                    answer = await client.get(f"http://{host}:{port}/api/v1/events", params={"limit": 100})
                    if answer.status_code == 200:
                        break
                host, port = self.servers[self._at].address
                await asyncio.sleep(BACK_SECONDS)
        for event in answer.json()["results"]:
            if event["id"] not in self.reported:
                self._hold(event["id"], event)

    def _change(self, body: dict[str, Any]) -> None:
        offset = body["offset"]
        if self.offset is not None and offset <= self.offset:
            self.faults.append(f"{offset} came after {self.offset}")
        self.offset = offset
        self.heard_at = asyncio.get_running_loop().time()
        self.got.append(offset)
        name = body["topic"].rpartition(":")[2]
        self.reported.add(name)
        if body["type"] in GONE:
            self.held.pop(name, None)
        elif "version" in body["data"]:
            self._hold(name, body["data"])

    def _hold(self, name: str, data: dict[str, Any]) -> None:
        self.held[name] = (data["version"], data["title"], data["status"])


@asynccontextmanager
async def reading(*readers: Reader) -> AsyncIterator[list[Reader]]:
    """The subscribed readers; closed at the end."""
    try:
        for reader in readers:
            reader.start()
        await until(lambda: all(reader.subscribed_at is not None for reader in readers), "all are subscribed")
        yield list(readers)
    finally:
        await asyncio.gather(*(reader.close() for reader in readers))


async def until(
    question: Callable[[], Any], what: str | Callable[[], str], patience: float = PATIENCE
) -> None:
    """Wait until `question` is true."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not question():
        assert loop.time() < end, f"{what() if callable(what) else what}: not within {patience:.0f} s"
        await asyncio.sleep(0.02)


async def _socket(
    stream: asyncio.StreamReader, out: asyncio.StreamWriter, question: Callable[[dict[str, Any]], Any]
) -> AsyncIterator[dict[str, Any]]:
    """Frames of a WebSocket. The first one is answered with its `question`; pings are answered."""
    out.write(b"GET /ws/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")  # fmt: skip
    if b" 101 " not in (await stream.readuntil(b"\r\n\r\n")).split(b"\r\n")[0]:
        raise EOFError
    while True:
        kind, size = await stream.readexactly(2)
        if size == 126:
            (size,) = struct.unpack(">H", await stream.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await stream.readexactly(8))
        payload = await stream.readexactly(size)
        if kind & 0x0F == 8:
            raise EOFError
        if kind & 0x0F == 9:
            out.write(_masked(10, payload))
        elif kind & 0x0F == 1:
            body = json.loads(payload)
            if body["type"] == "hello" and question is not None:
                out.write(_masked(1, json.dumps(question(body)).encode()))
                question = None  # type: ignore[assignment]
            yield body


async def _events(
    stream: asyncio.StreamReader,
    out: asyncio.StreamWriter,
    topics: Sequence[str],
    asked: tuple[int | None, str | None],
) -> AsyncIterator[dict[str, Any]]:
    """Events of an event stream in chunked encoding."""
    after, epoch = asked
    mark = "" if after is None else f"Last-Event-ID: {epoch or 'first'}-{after}\r\n"
    out.write(
        f"GET /api/v1/live?topics={','.join(topics)} HTTP/1.1\r\nHost: localhost\r\n{mark}\r\n".encode()
    )
    if b" 200 " not in (await stream.readuntil(b"\r\n\r\n")).split(b"\r\n")[0]:
        raise EOFError
    held = b""
    while size := int((await stream.readuntil(b"\r\n")).strip(), 16):
        held += (await stream.readexactly(size + 2))[:-2]
        *whole, held = held.split(b"\n\n")
        for event in whole:
            for line in event.split(b"\n"):
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
    raise EOFError


def _masked(kind: int, payload: bytes) -> bytes:
    key = os.urandom(4)
    size = (
        bytes([0x80 | len(payload)])
        if len(payload) < 126
        else bytes([0x80 | 126]) + struct.pack(">H", len(payload))
    )
    return (
        bytes([0x80 | kind]) + size + key + bytes(byte ^ key[place % 4] for place, byte in enumerate(payload))
    )
