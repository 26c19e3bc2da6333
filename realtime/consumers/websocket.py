"""`/ws/live`: the live protocol over a WebSocket, as a bare ASGI application."""

import asyncio
from collections import deque
from typing import Any

import structlog
from django.db import Error as DatabaseError

from realtime import protocol
from realtime.exceptions import Code, Refused
from realtime.hub import Hub, current_hub
from realtime.identity import check_rights
from realtime.protocol import Auth, Ping, Subscribe, Unsubscribe, read_command
from realtime.readers import Reader
from realtime.replay import subscribe, unsubscribe
from realtime.wires import wire_of

log = structlog.get_logger(__name__)
_CLOSE_SECONDS = 5.0


async def live_socket(scope: Any, receive: Any, send: Any) -> None:
    """One connection, from its opening to its end."""
    await receive()
    try:
        hub = await current_hub()
    except DatabaseError as error:
        log.warning("live_unavailable", error=str(error))
        await send({"type": "websocket.close", "code": protocol.CLOSE_TRY_LATER})
        return
    if not hub.is_on:
        await send({"type": "websocket.close", "code": protocol.CLOSE_OFF})
        return
    await send({"type": "websocket.accept"})
    await Conversation(hub, scope, receive, send).run()


class Conversation:
    """Reads what one client sends and answers it; the frames of the feed come through its Reader."""

    __slots__ = ("_close", "_hub", "_receive", "_recent", "_scope", "_send", "_task", "reader")

    def __init__(self, hub: Hub, scope: Any, receive: Any, send: Any) -> None:
        self._hub, self._scope, self._receive, self._send = hub, scope, receive, send
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._recent: deque[float] = deque(maxlen=protocol.MOST_MESSAGES)
        self._close = protocol.CLOSE_SLOW
        self.reader = Reader(self._put, server=send, overflow=self._leave, wire=wire_of(send))

    async def run(self) -> None:
        """Until the client goes, is too slow or asks too much."""
        self._hub.readers.add(self.reader)
        try:
            self.reader.push(protocol.hello(self._hub.epoch, self._hub.offset))
            while (event := await self._receive())["type"] == "websocket.receive":
                if not await self._answer(event):
                    await self._end()
                    break
        except asyncio.CancelledError:
            if not self.reader.ended or self._task is None:
                raise
            self._task.uncancel()
            await self._end()
        finally:
            self.reader.end()
            self._hub.detach(self.reader)
            self._hub.readers.discard(self.reader)

    async def _answer(self, event: Any) -> bool:
        """False to close."""
        try:
            self._count(event)
            await self._obey(event.get("text") or "")
        except Refused as refused:
            self.reader.push(protocol.error(refused))
            if refused.code in (Code.RATE, Code.SIZE):
                self._close = protocol.CLOSE_RATE if refused.code is Code.RATE else protocol.CLOSE_TOO_BIG
                return False
        except DatabaseError as error:
            log.warning("live_unavailable", error=str(error))
            self._close = protocol.CLOSE_TRY_LATER
            return False
        return True

    def _count(self, event: Any) -> None:
        """Raises Refused for a message that is too long, or one too many."""
        if len((event.get("text") or "").encode()) > protocol.MOST_BYTES_IN or len(event.get("bytes") or b"") > protocol.MOST_BYTES_IN:
            raise Refused(Code.SIZE, f"At most {protocol.MOST_BYTES_IN} bytes a message.")
        now = asyncio.get_running_loop().time()
        recent = self._recent
        if len(recent) == protocol.MOST_MESSAGES and now - recent[0] < protocol.MESSAGES_SECONDS:
            raise Refused(Code.RATE, f"At most {protocol.MOST_MESSAGES} messages in {protocol.MESSAGES_SECONDS:.0f} s.")
        recent.append(now)

    async def _obey(self, text: str) -> None:
        match read_command(text):
            case Ping():
                self.reader.push(protocol.PONG)
            case Subscribe() as asked:
                await self._subscribe(asked)
            case Unsubscribe(topics):
                unsubscribe(self._hub, self.reader, topics)
            case Auth():
                raise Refused(Code.AUTH, "The token is not known here. Sign in, and the session's cookie is enough.")

    async def _subscribe(self, asked: Subscribe) -> None:
        held = {subscription.topic for subscription in self.reader.subscriptions.values()}
        if len(held.union(asked.topics)) > protocol.MOST_TOPICS:
            raise Refused(Code.LIMIT, f"At most {protocol.MOST_TOPICS} topics.")
        person = await check_rights(asked.topics, self._scope)
        if person is not None:
            self.reader.user_id = person.user_id
        await subscribe(self._hub, self.reader, asked)

    async def _put(self, frame: protocol.Frame) -> None:
        await self._send(frame.socket)

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _end(self) -> None:
        """Close with the code that fits, after what is queued; a client that does not even take that is left to the server's time limits."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.reader.drained()
                await self._send({"type": "websocket.close", "code": self._close, "reason": "Come back and resume."})
        except (TimeoutError, OSError, RuntimeError):
            log.info("live_reader_gone")
