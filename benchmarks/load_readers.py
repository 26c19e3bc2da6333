"""Readers of the load test: sessions with a connection each, which ask for one page after the other, and a burst."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: A session that gets no answer within so many seconds counts an error.
PATIENCE = 30.0


@dataclass(slots=True)
class Tally:
    """What came of all requests: seconds by kind, errors, and how they were answered (X-Cache)."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, seconds: float, status: int, cache: str) -> None:
        """Count one answer."""
        self.seconds.setdefault(kind, []).append(seconds)
        self.answered[cache or "none"] += 1
        if status not in (200, 304):
            self.errors[f"{kind}: {status}"] += 1


class Session:
    """One reader's connection (HTTP/1.1, kept open between two requests as browsers do)."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, str]:
        """Ask for a page and read it. Returns the status and X-Cache. Raises OSError, TimeoutError, EOFError."""
        async with asyncio.timeout(PATIENCE):
            for is_last in (False, True):
                try:
                    return await self._get(path)
                except (ConnectionError, asyncio.IncompleteReadError):
                    self.close()  # the server ended a connection that was idle
                    if is_last:
                        raise
        raise AssertionError("the second try answers or raises")

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _get(self, path: str) -> tuple[int, str]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Encoding: gzip\r\nUser-Agent: load\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        if headers.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        elif length := int(headers.get("content-length", 0)):
            await reader.readexactly(length)
        if headers.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), headers.get("x-cache", "")


async def ask(session: Session, kind: str, path: str, tally: Tally) -> None:
    """One request and its note; a failure is an error by its name."""
    begun = time.perf_counter()
    try:
        status, cache = await session.get(path)
    except (OSError, TimeoutError, EOFError, ValueError) as error:
        session.close()
        tally.errors[f"{kind}: {type(error).__name__}"] += 1
        return
    tally.note(kind, time.perf_counter() - begun, status, cache)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """`sessions` readers who join within `ramp` seconds, then `seconds` of one request per `every` seconds each."""

    sessions: int
    every: float
    ramp: float
    seconds: float
    burst: int


@dataclass(frozen=True, slots=True)
class Tallies:
    """What came of those who were joining, of all sessions after that, of the burst, and of what watches the site."""

    joining: Tally = field(default_factory=Tally)
    usual: Tally = field(default_factory=Tally)
    burst: Tally = field(default_factory=Tally)
    watched: Tally = field(default_factory=Tally)


async def read_pages(port: int, pages: Mapping[str, Sequence[str]], crowd: Crowd) -> Tallies:
    """Let the crowd read over all kinds of `pages` alike.

    In the middle of its `seconds`, `burst` more come at once. From when all have joined, what watches the site and the list of
    cities is asked once a second.
    """
    told = Tallies()
    joined = time.perf_counter() + crowd.ramp
    sessions = [
        asyncio.create_task(_session(port, pages, crowd, joined, told, random.Random(number)))
        for number in range(crowd.sessions)
    ]
    await asyncio.sleep(crowd.ramp)
    watching = asyncio.create_task(_watch(port, joined + crowd.seconds, told.watched))
    await asyncio.sleep(crowd.seconds / 2)
    chance = random.Random(0)
    await asyncio.gather(*(_once(port, pages, told.burst, chance) for _ in range(crowd.burst)))
    await asyncio.gather(*sessions, watching)
    return told


async def _session(
    port: int,
    pages: Mapping[str, Sequence[str]],
    crowd: Crowd,
    joined: float,
    told: Tallies,
    chance: random.Random,
) -> None:
    session = Session(port)
    due = joined - crowd.ramp + chance.uniform(0, max(crowd.ramp, crowd.every))
    with contextlib.closing(session):
        while due < joined + crowd.seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            kind = chance.choice(sorted(pages))
            await ask(session, kind, chance.choice(pages[kind]), told.joining if due < joined else told.usual)
            due += crowd.every


async def _once(port: int, pages: Mapping[str, Sequence[str]], tally: Tally, chance: random.Random) -> None:
    kind = chance.choice(sorted(pages))
    with contextlib.closing(Session(port)) as session:
        await ask(session, kind, chance.choice(pages[kind]), tally)


async def _watch(port: int, ends: float, tally: Tally) -> None:
    with contextlib.closing(Session(port)) as session:
        while time.perf_counter() < ends:
            await ask(session, "healthz", "/healthz", tally)
            await ask(session, "cities", "/api/v1/cities", tally)
            await asyncio.sleep(1)
