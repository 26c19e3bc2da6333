"""A reader: the subscriptions of one connection, and the bounded queue of its frames."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.change_filters import Texts, asks_text
from events.filters import EventFilter
from realtime.feed.batches import batch
from realtime.feed.protocol import CLOSE_SLOW, LARGEST_OFFSET, SYSTEM_TOPIC, Frame, Message
from realtime.transport.backpressure import pending_bytes
from realtime.transport.fast_send import FastSend

Send = Callable[[Any], Awaitable[None]]
#: A filter of events, and the types of messages that are wanted; empty for all.
Filtering = tuple[EventFilter | None, frozenset[str]]

#: At most this many bytes wait for one reader. Beyond that the connection is closed; the client comes back
#: and resumes.
QUEUE_BYTES = 256 * 1024
_LOW = QUEUE_BYTES // 4
#: A batching reader waits this many seconds for more of a burst, and gets at most this many bytes in one frame.
BATCH_SECONDS = 0.05
_BATCH_BYTES = 64 * 1024
#: Seconds between two looks at the buffer of a server whose `send` does not wait.
_LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Subscription:
    """One topic of one reader. Of the changes after `since` the reader has received those up to `at`."""

    topic: str
    since: int
    at: int
    wanted: EventFilter | None = None
    types: frozenset[str] = frozenset()

    def passes(self, message: Message, texts: Texts) -> bool:
        is_wanted = not self.types or message.kind in self.types
        return is_wanted and (self.wanted is None or message.passes(self.wanted, texts))

    @property
    def filtering(self) -> Filtering:
        """Readers of one topic with the same filters get the same."""
        return self.wanted, self.types


class Reader:
    """Created by a connection; the hub pushes frames.

    A frame is written by `fast_send` at once if that accepts it, else one task at a time writes with `send`.
    `server` is the ASGI server's own send. `listens` is true while the hub pushes new changes; `seen` is the
    newest change that it was pushed. `overflow` is called once, when the connection must close with `code`.
    With `batching` a burst is sent as one frame.
    """

    __slots__ = (
        "_bytes", "_fast_send", "_queue", "_send", "_server", "_writer", "batching", "code", "ended", "listens", "overflow", "seen", "subscriptions",
        "user_id",
    )  # fmt: skip

    def __init__(
        self, send: Send, *, server: Send, overflow: Callable[[], object], fast_send: FastSend | None = None
    ) -> None:
        self._send = send
        self._server = server
        self._fast_send = fast_send
        self.seen = 0
        self.listens = False
        self._queue: deque[Frame] = deque()
        self._bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self.overflow = overflow
        self.code = 0
        self.batching = False
        self.ended = False
        self.user_id: UUID | None = None
        self.subscriptions: dict[str, Subscription] = {}

    def push(self, frame: Frame) -> None:
        """Write `frame`, or queue it.

        Beyond the limit the reader ends instead. A single frame always fits.
        """
        if self.ended or (
            self._writer is None
            and self._fast_send is not None
            and not self.batching
            and self._fast_send(frame.socket_bytes)
        ):
            return
        self._queue.append(frame)
        self._bytes += frame.size
        if self._bytes > QUEUE_BYTES and len(self._queue) > 1:
            self.end()
            self.dismiss(CLOSE_SLOW)
        elif self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    def dismiss(self, code: int) -> None:
        """Close the connection with `code` after the queued frames. The first code counts."""
        if not self.code:
            self.code = code
            self.overflow()

    def topics(self) -> list[str]:
        """The topics that it subscribed to."""
        return [
            subscription.topic
            for subscription in self.subscriptions.values()
            if subscription.topic != SYSTEM_TOPIC
        ]

    @property
    def queued(self) -> tuple[int, int]:
        """Number and bytes of the queued frames."""
        return len(self._queue), self._bytes

    @property
    def is_full(self) -> bool:
        """Whether a catch-up should pause: half of the queue is reserved for new changes."""
        return self._bytes > QUEUE_BYTES // 2

    async def drained(self) -> None:
        """Wait until the queue is sent."""
        while self._writer is not None:
            await asyncio.wait([self._writer])

    def end(self) -> None:
        """Send nothing more."""
        self.ended = True
        self._queue.clear()
        if self._writer is not None:
            self._writer.cancel()

    def behind(self) -> int:
        """The offset after which changes may be missing."""
        return min((subscription.at for subscription in self.subscriptions.values()), default=LARGEST_OFFSET)

    def resume_state(self) -> frozenset[tuple[str, int, int, Filtering]]:
        """Everything that `late` and the filters depend on.

        Readers of a crowd that comes back together have the same.
        """
        return frozenset(
            (key, each.since, each.at, each.filtering) for key, each in self.subscriptions.items()
        )

    @property
    def asks_text(self) -> bool:
        """Whether any of its filters needs the texts of events."""
        return any(asks_text(each.wanted) for each in self.subscriptions.values())

    def late(self, message: Message, texts: Texts) -> list[Subscription]:
        """The subscriptions that still lack `message`; none where another subscription brought it already."""
        late = []
        for key in message.keys & self.subscriptions.keys():
            subscription = self.subscriptions[key]
            if subscription.at < message.offset:
                late.append(subscription)
            elif subscription.since < message.offset and subscription.passes(message, texts):
                return []
        return late

    def push_change(self, message: Message) -> None:
        """Push a new change, unless another topic or the catch-up brought it already."""
        if self.listens and self.seen < message.offset:
            self.seen = message.offset
            self.push(message)

    def reached(self, offset: int) -> None:
        """Note that all subscriptions have received the changes up to `offset`."""
        for subscription in self.subscriptions.values():
            subscription.at = max(subscription.at, offset)

    def _next(self) -> tuple[Frame, int]:
        """The next frame to send and its size in the queue.

        For a batching reader it holds all queued frames, up to a limit.
        """
        first = self._queue.popleft()
        frames, size = [first], first.size
        while self.batching and self._queue and size + self._queue[0].size <= _BATCH_BYTES:
            frames.append(self._queue.popleft())
            size += frames[-1].size
        return (first if len(frames) == 1 else batch(frames)), size

    async def _write(self) -> None:
        try:
            while self._queue:
                while pending_bytes(self._server) > _LOW:
                    await asyncio.sleep(_LOOK_SECONDS)
                if self.batching and not self.code:
                    await asyncio.sleep(BATCH_SECONDS)
                frame, taken = self._next()
                await self._send(frame)
                self._bytes -= taken
        except (
            OSError,
            RuntimeError,
        ):  # the server raises this after the client has disconnected; the disconnect event follows
            self.ended = True
            self._queue.clear()
        finally:
            self._writer = None
