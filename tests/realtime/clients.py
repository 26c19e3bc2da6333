"""Clients of the live feed within the process: the real ASGI application, PostgreSQL and Valkey, no socket."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from uuid_utils.compat import uuid7

SECONDS = 8


async def in_time(work: Any) -> Any:
    """The result of `work`, with a time limit; nothing here waits for a fixed time."""
    async with asyncio.timeout(SECONDS):
        return await work


class Connection:
    """One ASGI connection. While `gate` is cleared the client does not read: `send` waits, as in uvicorn."""

    def __init__(self, scope: dict[str, Any]) -> None:
        from config.asgi import application

        self.incoming: asyncio.Queue = asyncio.Queue()
        self.outgoing: asyncio.Queue = asyncio.Queue()
        self.gate = asyncio.Event()
        self.gate.set()
        self.task = asyncio.create_task(application(scope, self.incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        await self.gate.wait()
        self.outgoing.put_nowait(message)

    async def next(self) -> dict[str, Any]:
        return await in_time(self.outgoing.get())

    async def ended(self) -> None:
        await in_time(self.task)


def scope_of(
    kind: str, path: str, *, query: str = "", cookie: str = "", headers: tuple = (), method: str = "GET"
) -> dict[str, Any]:
    found = [(b"host", b"localhost"), *headers, *([(b"cookie", cookie.encode())] if cookie else [])]
    return {
        "type": kind, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": found,
        "client": ("127.0.0.1", 50000), "server": ("localhost", 8000), "method": method, "scheme": "http", "http_version": "1.1",
        "subprotocols": [],
    }  # fmt: skip


class Socket:
    """A WebSocket client."""

    over = "websocket"

    def __init__(self, *, cookie: str = "", headers: tuple = (), path: str = "/ws/live") -> None:
        self.wire = Connection(scope_of("websocket", path, cookie=cookie, headers=headers))
        self.wire.incoming.put_nowait({"type": "websocket.connect"})

    async def accepted(self) -> "Socket":
        assert (await self.wire.next())["type"] == "websocket.accept"
        return self

    def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.wire.incoming.put_nowait({"type": "websocket.receive", "text": text})

    async def text(self) -> str:
        event = await self.wire.next()
        assert event["type"] == "websocket.send", event
        return event["text"]

    async def frame(self) -> dict[str, Any]:
        return json.loads(await self.text())

    async def close(self) -> None:
        self.wire.incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.wire.ended()

    async def refusal(self) -> str:
        return (await self.frame())["code"]

    async def cut_off(self) -> None:
        """Read until the server has closed, and check that it gave the reason."""
        self.wire.gate.set()
        event = await self.wire.next()
        while event["type"] != "websocket.close":
            event = await self.wire.next()
        assert event["code"] == 4008


class Stream:
    """A client of server-sent events."""

    over = "sse"

    def __init__(self, query: str, *, cookie: str = "", headers: tuple = (), method: str = "GET") -> None:
        self.wire = Connection(
            scope_of("http", "/api/v1/live", query=query, cookie=cookie, headers=headers, method=method)
        )
        self.marks: list[str] = []

    async def accepted(self) -> "Stream":
        start = await self.wire.next()
        assert start["status"] == 200, await self.wire.next()
        assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
        return self

    async def chunk(self) -> str:
        return (await self.wire.next())["body"].decode()

    async def text(self) -> str:
        while True:
            lines = dict(
                line.split(": ", 1) for line in (await self.chunk()).strip().split("\n") if ": " in line
            )
            if "data" in lines:
                assert json.loads(lines["data"])["type"] == lines["event"]
                self.marks.append(lines.get("id", ""))
                return lines["data"]

    async def frame(self) -> dict[str, Any]:
        return json.loads(await self.text())

    async def close(self) -> None:
        self.wire.incoming.put_nowait({"type": "http.disconnect"})
        await self.wire.ended()

    async def refusal(self) -> str:
        assert (await self.wire.next())["status"] == 403
        return "forbidden"

    async def cut_off(self) -> None:
        self.wire.gate.set()
        await self.wire.ended()


class Poll:
    """A client that polls repeatedly; `subscribed` holds the result of the first answer."""

    over = "poll"

    def __init__(self, topics: tuple[str, ...], *, epoch: str, after: int) -> None:
        self._ask = {"topics": ",".join(topics), "epoch": epoch, "wait": "25", "limit": "2"}
        self._after = after
        self._held: list[str] = []

    async def opened(self) -> "Poll":
        """After a first answer that does not wait: `wait=0` is the plain view's, so a client that has just
        gone asks."""
        page = await self._page(leave=True)
        self.subscribed = {"type": "subscribed", "recovered": page["recovered"], "offset": page["offset"]}
        if not page["recovered"]:
            self._ask["epoch"], self._after = page["epoch"], page["offset"]
        return self

    async def text(self) -> str:
        while not self._held:
            page = await self._page()
            self._after = page["offset"]
            self._held = [
                json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in page["results"]
            ]
        return self._held.pop(0)

    async def frame(self) -> dict[str, Any]:
        return json.loads(await self.text())

    async def close(self) -> None:
        """Nothing: there is no connection between two polls."""

    async def _page(self, *, leave: bool = False) -> dict[str, Any]:
        wire = Connection(
            scope_of("http", "/api/v1/changes", query=urlencode({**self._ask, "after": self._after}))
        )
        if leave:
            wire.incoming.put_nowait({"type": "http.disconnect"})
        start = await wire.next()
        assert (start["status"], dict(start["headers"])[b"cache-control"]) == (200, b"no-store")
        return json.loads((await wire.next())["body"])


async def listen(
    over: str,
    *topics: str,
    epoch: str = "",
    after: int | None = None,
    filters: dict | None = None,
    cookie: str = "",
    headers: tuple = (),
) -> Any:
    """A client over "websocket" or "sse" that has requested `topics`."""
    if over == "sse":
        query = {"topics": ",".join(topics), **(filters or {})}
        if after is not None:
            query["after"] = f"{epoch}-{after}"
        return Stream(urlencode(query), cookie=cookie, headers=headers)
    client = await Socket(cookie=cookie, headers=headers).accepted()
    ask: dict[str, Any] = {"type": "subscribe", "topics": list(topics)}
    ask |= {"filters": filters} if filters else {}
    ask |= {"epoch": epoch, "after": after} if after is not None else {}
    assert (await client.frame())["type"] == "hello"
    client.say(ask)
    return client


async def listening(over: str, *topics: str, **more: Any) -> Any:
    """The same after its `subscribed`, which is kept as `.subscribed`.

    Also over "poll", from the present or `after`.
    """
    if over == "poll":
        from outbox.queries import position

        here = await asyncio.to_thread(_closing, position)
        after, epoch = more.get("after"), more.get("epoch") or here.epoch
        return await Poll(topics, epoch=epoch, after=here.number if after is None else after).opened()
    client = await listen(over, *topics, **more)
    if over == "sse":
        await client.accepted()
        assert (await client.frame())["type"] == "hello"
    client.subscribed = await client.frame()
    assert client.subscribed["type"] == "subscribed", client.subscribed
    return client


def write(
    *topics: str, kind: str = "event.changed", thing: UUID | None = None, hook: bool = True, **more: Any
) -> UUID:
    """Commit one change.

    Runs in a thread. Without `hook` like a process that died right after the commit.
    """
    from django.db import connection, transaction

    from outbox.models import Change
    from outbox.records import NewChange
    from outbox.services import record

    thing = thing or uuid7()
    try:
        if hook:
            with transaction.atomic():
                record([NewChange(type=kind, object_type="event", object_id=thing, topics=topics, **more)])
        else:
            Change.objects.create(
                type=kind, object_type="event", object_id=thing, topics=sorted(topics), **more
            )
    finally:
        connection.close()
    return thing


def _closing(ask: Any) -> Any:
    """The result of a query in a thread."""
    from django.db import connection

    try:
        return ask()
    finally:
        connection.close()


async def commit(*topics: str, **more: Any) -> UUID:
    return await asyncio.to_thread(write, *topics, **more)
