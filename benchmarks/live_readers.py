"""The load generator of the live benchmarks: many bare WebSocket readers in a process of their own."""

import asyncio
import json
import multiprocessing
import resource
import struct
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

TOPIC = "events:all"
#: How many may be on their way in at once.
_AT_ONCE = 200
_SUBSCRIBE = json.dumps({"type": "subscribe", "topics": [TOPIC]}).encode()
_MASKED = bytes([0x81, 0x80 | len(_SUBSCRIBE)]) + bytes(4) + _SUBSCRIBE
_HANDSHAKE = (
    b"GET /ws/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass(slots=True)
class Tally:
    """What all readers have got: for each message its number and the moment (monotonic clock, the same in every process)."""

    arrivals: list[tuple[int, float]] = field(default_factory=list)
    known: dict[bytes, Any] = field(default_factory=dict)
    closed: int = 0


class BareReader(asyncio.Protocol):
    """Enough of RFC 6455 to listen."""

    def __init__(self, tally: Tally) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._open = False
        self._held = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(_HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._held += data
        if not self._open:
            head, found, rest = self._held.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self._transport.close()
                return
            self._open, self._held = True, rest
        while (frame := self._frame()) is not None:
            self._take(frame, now)

    def connection_lost(self, error: Exception | None) -> None:
        self._tally.closed += 1
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionError("closed"))

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._held
        if len(held) < 2:
            return None
        size, start = held[1] & 0x7F, 2
        if size == 126:
            size, start = (struct.unpack_from(">H", held, 2)[0] if len(held) >= 4 else 1 << 62), 4
        elif size == 127:
            size, start = (struct.unpack_from(">Q", held, 2)[0] if len(held) >= 10 else 1 << 62), 10
        if len(held) < start + size:
            return None
        self._held = held[start + size :]
        return held[0] & 0x0F, held[start : start + size]

    def _take(self, frame: tuple[int, bytes], now: float) -> None:
        kind, payload = frame
        if kind == 9:  # ping: a pong with the same bytes
            self._transport.write(bytes([0x8A, 0x80 | len(payload)]) + bytes(4) + payload)
        if kind != 1:
            return
        body = self._tally.known.get(payload)
        if body is None:
            body = self._tally.known[payload] = json.loads(payload)
        if body["type"] == "hello":
            self._transport.write(_MASKED)
        elif body["type"] == "subscribed":
            self.ready.set_result(None)
        elif body["type"].startswith("event."):
            self._tally.arrivals.append((body["data"]["n"], now))


class Crowd:
    """`connections` readers in another process, from the start to the tally."""

    def __init__(self, port: int, connections: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_listen, args=(theirs, port, connections), daemon=True)
        self._process.start()

    def connect_seconds(self) -> float:
        """How long it took until the last one was subscribed."""
        return float(self._pipe.recv())

    def tally(self, expected: int, patience: float = 15.0) -> tuple[list[tuple[int, float]], int]:
        """Arrivals, and how many connections were lost: when all `expected` are there, or nothing more has come for `patience` seconds."""
        self._pipe.send((expected, patience))
        arrivals, closed = self._pipe.recv()
        self._process.join(30)
        return arrivals, closed


def _listen(pipe: Connection, port: int, connections: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_crowd(pipe, port, connections))


async def _crowd(pipe: Connection, port: int, connections: int) -> None:
    tally, gate, loop = Tally(), asyncio.Semaphore(_AT_ONCE), asyncio.get_running_loop()

    async def come() -> None:
        async with gate:
            _, reader = await loop.create_connection(lambda: BareReader(tally), "127.0.0.1", port)
            await reader.ready

    began = time.monotonic()
    await asyncio.gather(*(come() for _ in range(connections)))
    pipe.send(time.monotonic() - began)
    expected, patience = await loop.run_in_executor(None, pipe.recv)
    held, last = -1, time.monotonic()
    while len(tally.arrivals) < expected and time.monotonic() - last < patience:
        if len(tally.arrivals) != held:
            held, last = len(tally.arrivals), time.monotonic()
        await asyncio.sleep(0.05)
    pipe.send((tally.arrivals, tally.closed))


def commit(number: int) -> float:
    """Commit one change that carries `number`; the moment right after COMMIT."""
    from django.db import transaction
    from uuid_utils.compat import uuid7

    from outbox.records import NewChange
    from outbox.services import record

    moment: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moment.append(time.monotonic()))  # before the hook that numbers
        record([NewChange(type="event.changed", object_type="event", object_id=uuid7(), topics=(TOPIC,), data=_card(number))])
    return moment[0]


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1) if ordered else float("nan")


def _card(number: int) -> dict[str, Any]:
    """Data of the size that a real event's has."""
    return {
        "n": number, "slug": "moonlit-jazz-at-the-blue-room", "title": "Moonlit Jazz at the Blue Room", "start": "2026-11-21T20:00:00+05:30",
        "end": None, "timezone": "Asia/Kolkata", "all_day": False, "time_known": True, "city": "bengaluru", "area": "indiranagar",
        "venue": "Blue Room", "lat": 12.9784, "lng": 77.6408, "category": "music", "tags": ["jazz", "live"], "language": "en", "online": "no",
        "price": {"type": "paid", "min": 499.0, "max": 999.0, "currency": "INR"}, "status": "scheduled", "publication": "approved", "version": 1,
    }  # fmt: skip
