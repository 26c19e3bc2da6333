"""`GET /api/v1/live`: the same feed as server-sent events, as a bare ASGI application (Django's middleware would hold or compress the stream)."""

import asyncio
from typing import Any

from django.db import Error as DatabaseError

from realtime import protocol
from realtime.consumers.http import SECURITY, Answered, explained, header, open_hub, parameters, problem
from realtime.filters import read_filters
from realtime.hub import Hub
from realtime.identity import check_rights
from realtime.protocol import Subscribe, read_mark, read_topics
from realtime.readers import Reader
from realtime.replay import subscribe

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    *SECURITY,
]


async def live_stream(scope: Any, receive: Any, send: Any) -> None:
    """One stream, from its request to its end. `?topics=a,b`; Last-Event-ID, else `?after=EPOCH-OFFSET`; filters as in `/api/v1/events`."""
    try:
        with explained():
            hub = await open_hub(scope)
            asked = _read(scope)
            person = await check_rights(asked.topics, scope)
    except Answered as answered:
        await problem(scope, send, answered)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    task = asyncio.current_task()
    reader = Reader(lambda frame: send(frame.stream), server=send, overflow=lambda: task and task.cancel())
    reader.user_id = person.user_id if person else None
    await _stream(hub, reader, asked, receive, send)


async def _stream(hub: Hub, reader: Reader, asked: Subscribe, receive: Any, send: Any) -> None:
    task = asyncio.current_task()
    hub.readers.add(reader)
    hub.streams.add(reader)
    try:
        reader.push(protocol.RETRY)
        reader.push(protocol.hello(hub.epoch, hub.offset))
        await subscribe(hub, reader, asked)
        while (await receive())["type"] != "http.disconnect":
            pass
    except DatabaseError:  # the stream ends, and its reader comes back to resume
        await reader.drained()
        await send({"type": "http.response.body", "body": b""})
    except asyncio.CancelledError:
        if not reader.ended or task is None:
            raise
        task.uncancel()
        await send({"type": "http.response.body", "body": b""})
    finally:
        reader.end()
        hub.detach(reader)
        hub.readers.discard(reader)
        hub.streams.discard(reader)


def _read(scope: Any) -> Subscribe:
    """What the request asks for. Raises Answered and Refused."""
    given = parameters(scope)
    topics = read_topics([topic for topic in given.pop("topics", "").split(",") if topic])
    mark = given.pop("after", "")
    mark = header(scope, b"last-event-id") or mark
    wanted = read_filters(given)
    epoch, after = read_mark(mark) if mark else (None, None)
    return Subscribe(topics=topics, epoch=epoch, after=after, wanted=wanted)
