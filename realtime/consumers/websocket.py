"""`/ws/live`: the live protocol over a WebSocket, as a bare ASGI application."""

import asyncio
from collections import deque
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError

from realtime.connections.identity import with_token
from realtime.connections.manager import ConnectionManager, current_manager
from realtime.connections.saved_filters import with_saved_search
from realtime.consumers.http import HttpRefusal, read_query
from realtime.exceptions import Code, Refused
from realtime.feed import protocol
from realtime.feed.protocol import Auth, Ping, Subscribe, Unsubscribe, read_command
from realtime.feed.readers import Reader
from realtime.feed.replay import subscribe, unsubscribe
from realtime.transport.fast_send import fast_send_of
from realtime.transport.sockets import bound_silence, close

log = structlog.get_logger(__name__)
_CLOSE_SECONDS = 5.0


async def live_socket(scope: Any, receive: Any, send: Any) -> None:
    """Serve one connection, from its opening to its end."""
    await receive()
    try:
        manager = await current_manager()
    except DatabaseError as error:
        log.warning("live_unavailable", error=str(error))
        await send({"type": "websocket.close", "code": protocol.CLOSE_TRY_LATER})
        return
    if not manager.hub.is_on:
        await send({"type": "websocket.close", "code": protocol.CLOSE_OFF})
        return
    await send({"type": "websocket.accept"})
    bound_silence(send, settings.LIVE_SILENCE_SECONDS)
    await Conversation(manager, scope, receive, send).run()


class Conversation:
    """Reads what one client sends and answers it; the frames of the feed come through its Reader."""

    __slots__ = ("_address", "_hub", "_manager", "_receive", "_recent", "_scope", "_send", "_task", "reader")

    def __init__(self, manager: ConnectionManager, scope: Any, receive: Any, send: Any) -> None:
        self._manager, self._hub, self._scope, self._receive, self._send = (
            manager,
            manager.hub,
            scope,
            receive,
            send,
        )
        self._address = ""
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._recent: deque[float] = deque()
        self.reader = Reader(self._put, server=send, overflow=self._leave, fast_send=fast_send_of(send))

    async def run(self) -> None:
        """Run until the client disconnects, is too slow, exceeds a limit, or is dismissed."""
        try:
            with self._manager.admitted(self._scope, "websocket", self.reader) as self._address:
                await self._converse()
        except Refused as refused:
            self._refuse(refused)
            self.reader.code = protocol.CLOSE_RATE
            await self._end()
        finally:
            self.reader.end()

    async def _converse(self) -> None:
        self._hub.readers.add(self.reader)
        self._manager.note_whether_idle(self.reader)
        try:
            self.reader.push(protocol.hello(self._hub.epoch, self._hub.offset))
            if self._manager.is_shutting_down:
                self.reader.push(self._manager.restart_notice())
                self.reader.code = protocol.CLOSE_RESTART
            elif b"topics=" in self._scope.get("query_string", b""):
                await self._answer(None)
            while not self.reader.code and (event := await self._receive())["type"] == "websocket.receive":
                await self._answer(event)
            if self.reader.code:
                await self._end()
        except asyncio.CancelledError:
            if not self.reader.code or self._task is None:
                raise
            self._task.uncancel()
            await self._end()
        finally:
            self._hub.detach(self.reader)
            self._hub.readers.discard(self.reader)

    async def _answer(self, event: Any) -> None:
        """Handle one message, or the address before the first one.

        The reader's `code` is set when the conversation ends.
        """
        try:
            if event is None:
                await self._subscribe(read_query(self._scope))
                return
            self._count(event)
            await self._execute(event.get("text") or "")
        except Refused as refused:
            self._refuse(refused)
            if refused.code in (Code.RATE, Code.SIZE):
                self.reader.code = (
                    protocol.CLOSE_RATE if refused.code is Code.RATE else protocol.CLOSE_TOO_BIG
                )
        except HttpRefusal as refusal:
            self._refuse(Refused(Code.TOPICS, refusal.detail))
        except DatabaseError as error:
            log.warning("live_unavailable", error=str(error))
            self.reader.code = protocol.CLOSE_TRY_LATER

    def _refuse(self, refused: Refused) -> None:
        self._hub.counts[f"refused|{refused.code}"] += 1
        self.reader.push(protocol.error(refused))

    def _count(self, event: Any) -> None:
        """Count a message. Raises Refused for one that is too long or exceeds the limit."""
        if (
            len((event.get("text") or "").encode()) > protocol.MOST_BYTES_IN
            or len(event.get("bytes") or b"") > protocol.MOST_BYTES_IN
        ):
            raise Refused(Code.SIZE, f"At most {protocol.MOST_BYTES_IN} bytes a message.")
        self._take(1)

    def _take(self, weight: int) -> None:
        """Count a message as `weight` messages. Raises Refused at the limit."""
        now = asyncio.get_running_loop().time()
        recent = self._recent
        while recent and now - recent[0] >= protocol.MESSAGES_SECONDS:
            recent.popleft()
        if len(recent) + weight > protocol.MOST_MESSAGES:
            raise Refused(
                Code.RATE, f"At most {protocol.MOST_MESSAGES} messages in {protocol.MESSAGES_SECONDS:.0f} s."
            )
        recent.extend([now] * weight)
        self._manager.limiter.count_message(self._address, self.reader.user_id, weight)

    async def _execute(self, text: str) -> None:
        match read_command(text):
            case Ping():
                self.reader.push(protocol.PONG)
            case Subscribe() as asked:
                await self._subscribe(asked)
            case Unsubscribe(topics):
                unsubscribe(self._hub, self.reader, topics)
                self._manager.note_whether_idle(self.reader)
            case Auth(token):
                await self._sign_in(token)

    async def _sign_in(self, token: str) -> None:
        """A later token takes the place of the former, so that a client renews it before it expires."""
        self._take(protocol.WEIGHT_OF_SIGNING_IN - 1)
        scope = with_token(self._scope, token)
        person = await self._manager.rights.sign_in(self.reader, scope)
        self._scope = scope
        self.reader.push(protocol.authenticated(person.until))

    async def _subscribe(self, asked: Subscribe) -> None:
        if len({*self.reader.topics(), *asked.topics}) > protocol.MOST_TOPICS:
            raise Refused(Code.LIMIT, f"At most {protocol.MOST_TOPICS} topics.")
        if asked.is_judged:
            self._take(protocol.WEIGHT_OF_JUDGING - 1)
        await self._manager.rights.grant(self.reader, asked.topics, self._scope)
        asked = await with_saved_search(asked, self._scope)
        if asked.batch is not None:
            self.reader.batching = asked.batch
        await subscribe(self._hub, self.reader, asked)
        self._manager.note_whether_idle(self.reader)
        self._manager.send_watching(self.reader, asked.topics)

    async def _put(self, frame: protocol.Frame) -> None:
        await self._send(frame.socket)

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _end(self) -> None:
        """Close with the fitting code after the queued frames.

        A client that does not read them is left to the server's time limits.
        """
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.reader.drained()
                await close(self._send, self.reader.code, "Come back and resume.")
        except (TimeoutError, OSError, RuntimeError):
            log.info("live_reader_gone")
