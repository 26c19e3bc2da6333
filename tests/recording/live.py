"""Frames over WebSocket, event stream and poll, for readers of many topics, while the script runs."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from tests.realtime.clients import Connection, Socket, scope_of
from tests.recording.desk import signed_in
from tests.recording.lines import Recording
from tests.recording.script import steps

#: A listener is done when it has heard nothing for so long (seconds of the real clock).
SILENCE = 4.0
LISTENERS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "all": (("events:all",), {}),
    "city": (("events:city:bengaluru", "weather:bengaluru"), {}),
    "music": (("events:category:music",), {}),
    "filtered": (("events:all",), {"category": "music"}),
}
STAFF = ("events:all", "desk:queue")


async def record(recording: Recording) -> None:
    """Open all readers, run the script, record what each got."""
    script, cookie = await asyncio.to_thread(_begin, recording)
    heard: dict[str, list[Any]] = {}
    readers = []
    for name, (topics, filters) in LISTENERS.items():
        readers.append(
            asyncio.create_task(_socket(heard.setdefault(f"websocket {name}", []), topics, filters))
        )
        readers.append(asyncio.create_task(_stream(heard.setdefault(f"sse {name}", []), topics, filters)))
    readers.append(asyncio.create_task(_socket(heard.setdefault("websocket staff", []), STAFF, {}, cookie)))
    readers.append(asyncio.create_task(_stream(heard.setdefault("sse refused", []), STAFF, {})))
    await asyncio.sleep(SILENCE)
    for step in script:
        await asyncio.to_thread(_in_thread, step)
        await asyncio.sleep(0.3)
    done, waiting = await asyncio.wait(readers, timeout=60)
    for task in waiting:
        task.cancel()
    for task in done:
        task.result()
    for name, frames in heard.items():
        # how many wait at the desk is told as it is counted, beside the numbered line of changes
        counts = [frame for frame in frames if '"type":"desk.queue"' in frame]
        numbered = [frame for frame in frames if frame not in counts]
        recording.write("frames", name, frames=numbered, told_at_the_desk=bool(counts))


def _begin(recording: Recording) -> tuple[list[Any], str]:
    try:
        session = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
        return steps(recording), f"{settings.SESSION_COOKIE_NAME}={session}"
    finally:
        connection.close()


def _in_thread(step: Any) -> None:
    try:
        step()
    finally:
        connection.close()


async def _socket(
    heard: list[Any], topics: tuple[str, ...], filters: dict[str, Any], cookie: str = ""
) -> None:
    client = await Socket(cookie=cookie).accepted()
    client.say({"type": "subscribe", "topics": list(topics), **({"filters": filters} if filters else {})})
    await _hear(client.wire, heard)


async def _stream(heard: list[Any], topics: tuple[str, ...], filters: dict[str, Any]) -> None:
    query = urlencode({"topics": ",".join(topics), **filters})
    await _hear(Connection(scope_of("http", "/api/v1/live", query=query)), heard)


async def _hear(wire: Connection, heard: list[Any]) -> None:
    """Read all messages, except those that only keep the connection open, until the script is over."""
    patience = 4 * SILENCE + 30
    while True:
        try:
            message = await asyncio.wait_for(wire.outgoing.get(), patience)
        except TimeoutError:
            return
        text = message.get("text") or (message.get("body") or b"").decode()
        if message["type"] == "http.response.start":
            text = json.dumps(
                [message["status"], sorted((k.decode(), v.decode()) for k, v in message["headers"])]
            )
        if text.startswith(":") or '"type":"ping"' in text:
            continue
        heard.append(text or message["type"])
        if message["type"] == "websocket.close" or (
            message["type"] == "http.response.body" and not message.get("more_body")
        ):
            return
