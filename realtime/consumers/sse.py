"""`GET /api/v1/live`: the feed as server-sent events, as a bare ASGI application.

Django's middleware would buffer or compress the stream.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError

from realtime.connections.manager import ConnectionManager
from realtime.connections.origins import is_ours
from realtime.connections.saved_filters import with_saved_search
from realtime.consumers.http import (
    SECURITY,
    HttpRefusal,
    header,
    open_manager,
    problem,
    read_query,
    refusals_as_http,
)
from realtime.feed import protocol
from realtime.feed.protocol import Subscribe
from realtime.feed.readers import Reader
from realtime.feed.replay import subscribe
from realtime.transport.sockets import bound_silence

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    *SECURITY,
]
#: How many seconds to wait for a client that does not read its last frames.
_CLOSE_SECONDS = 5.0


async def live_stream(scope: Any, receive: Any, send: Any) -> None:
    """Serve one stream, from its request to its end.

    `?topics=a,b`; Last-Event-ID, else `?after=EPOCH-OFFSET`; filters as in `/api/v1/events`; `type=a,b`; `batch=1`.
    """
    task = asyncio.current_task()
    reader = Reader(lambda frame: send(frame.stream), server=send, overflow=lambda: task and task.cancel())
    try:
        with refusals_as_http():
            headers = _allowed(scope)
            manager = await open_manager(scope)
            asked = read_query(scope)
            with manager.admitted(scope, "sse", reader) as address:
                manager.limiter.count_message(
                    address, None, protocol.WEIGHT_OF_JUDGING if asked.is_judged else 1
                )
                await manager.rights.grant(reader, asked.topics, scope)
                asked = await with_saved_search(asked, scope)
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                bound_silence(send, settings.LIVE_SILENCE_SECONDS)
                await _stream(manager, reader, asked, receive, send)
    except HttpRefusal as refusal:
        await problem(scope, send, refusal)


async def _stream(
    manager: ConnectionManager, reader: Reader, asked: Subscribe, receive: Any, send: Any
) -> None:
    hub, task = manager.hub, asyncio.current_task()
    hub.readers.add(reader)
    hub.streams.add(reader)
    reader.batching = bool(asked.batch)
    try:
        reader.push(protocol.RETRY)
        reader.push(protocol.hello(hub.epoch, hub.offset))
        await subscribe(hub, reader, asked)
        manager.send_watching(reader, asked.topics)
        while (await receive())["type"] != "http.disconnect":
            pass
    except DatabaseError:  # the stream ends, and its client comes back to resume
        await _end(reader, send)
    except asyncio.CancelledError:
        if not reader.code or task is None:
            raise
        task.uncancel()
        await _end(reader, send)
    finally:
        reader.end()
        hub.detach(reader)
        hub.readers.discard(reader)
        hub.streams.discard(reader)


async def _end(reader: Reader, send: Any) -> None:
    """End the stream after the queued frames. A client that does not read them is left to the server."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await reader.drained()
            await send({"type": "http.response.body", "body": b""})
    except (TimeoutError, OSError, RuntimeError):
        reader.end()


def _allowed(scope: Any) -> list[tuple[bytes, bytes]]:
    """The headers of the response.

    A page of another site is refused, since its requests carry cookies. Raises HttpRefusal.
    """
    origin = header(scope, b"origin")
    if not origin:
        return _HEADERS
    if not is_ours(origin):
        raise HttpRefusal(HTTPStatus.FORBIDDEN, "Pages of other sites may poll /api/v1/changes.")
    shared = [
        (b"access-control-allow-origin", origin.encode("latin1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]
    return [*_HEADERS, *shared]
