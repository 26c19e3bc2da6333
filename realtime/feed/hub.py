"""The hub: one per ASGI process (more exactly, per event loop).

It reads new changes from the outbox and sends each to the local readers of its topics. Nothing else in the
process reads the outbox for them.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from events.change_filters import Texts
from events.queries import search_texts
from outbox.models import Change
from outbox.queries import Position, position
from outbox.services import number_changes
from pipeline import tracing
from realtime.feed import protocol
from realtime.feed.background import STEP, run_forever
from realtime.feed.backlog import Backlog
from realtime.feed.database_thread import DatabaseThread
from realtime.feed.flag import SECONDS as FLAG_SECONDS
from realtime.feed.flag import LiveFeedFlag
from realtime.feed.hints import GROUP, TRANSIENT
from realtime.feed.listeners import Listeners
from realtime.feed.protocol import Frame, Message
from realtime.feed.queries import news
from realtime.feed.readers import Reader
from realtime.feed.single_flight import SingleFlight
from realtime.feed.snapshots import Snapshots
from realtime.feed.window import Window

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
#: How many of the newest changes a hub reads when it starts, so that readers who come back after a restart are
#: served from memory.
PREFETCH = 2000
_PAGE = 1000
#: So many texts of events are in memory at once: a long one takes half a megabyte once it is read.
TEXTS_AT_ONCE = 100
#: After this many bytes of a burst the hub yields to the event loop, so that a burst alone makes no reader slow.
_BURST_BYTES = 32 * 1024
#: The heartbeats of the event streams are spread over this many slots of one period.
_HEARTBEAT_SLOTS = 15


class Hub:
    """Holds the recent changes in memory and sends each new one to the readers of its topics.

    `offset` is the newest change that was sent; `pruned_to` and `epoch` as in the outbox. Only the event loop touches
    its state.
    """

    def __init__(
        self, *, poll_seconds: float = POLL_SECONDS, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        self.database = DatabaseThread()
        self.backlog = Backlog(self.database)
        self.single_flight = SingleFlight()
        self.epoch = ""
        self.offset = 0
        self.pruned_to = 0
        self.flag = LiveFeedFlag()
        self.window = Window(0)
        self.readers: set[Reader] = set()
        self.streams: set[Reader] = set()
        self.counts: Counter[str] = Counter()
        self.notices: dict[str, Callable[[dict[str, Any]], object]] = {}
        self.listeners = Listeners()
        self.snapshots = Snapshots(self.database)
        self._poll_seconds, self._heartbeat_seconds = poll_seconds, heartbeat_seconds
        self._reading = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._hint = asyncio.Event()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_on(self) -> bool:
        """Whether the live feed is switched on."""
        return self.flag.is_on

    async def start(self) -> None:
        """Read the position of the outbox, then follow it.

        Concurrent callers share one attempt. Raises django.db.Error where the database is unreachable.
        """
        if not self._tasks:
            await self.single_flight.run("start", self._start)

    async def _start(self) -> None:
        async with self._reading:
            await self.flag.refresh()
            here, changes = await self.database.run(_begin)
            self._reset(here, start=max(here.number - PREFETCH, here.pruned_to))
            for change in changes:
                self.window.append(Message(change, self.epoch))
            self._tasks = [
                _task(lambda: run_forever(self._follow, task="follow", pause=self._poll_seconds)),
                _task(lambda: run_forever(self._listen, task="hints", pause=self._poll_seconds)),
                _task(
                    lambda: run_forever(self._send_heartbeats, task="beats", pause=self._heartbeat_seconds)
                ),
                _task(lambda: run_forever(self._watch_flag, task="flag", pause=FLAG_SECONDS)),
            ]

    async def stop(self) -> None:
        """End the background tasks and close the database connection."""
        while left := [task for task in self._tasks if not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(
                left, timeout=0.1
            )  # cancelled again, since a Redis client that is connecting swallows the first cancellation
        self._tasks = []
        self.flag.close()
        await self.database.close()

    def add_background_task(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work` until the hub stops."""
        self._tasks.append(_task(work))

    def attach(self, reader: Reader) -> None:
        """Send new changes to `reader`, which has received everything up to `offset`."""
        self.listeners.add(reader)

    def detach(self, reader: Reader) -> None:
        """Send `reader` no new changes."""
        self.listeners.discard(reader)

    async def refresh(self) -> None:
        """Read the changes after `offset` from the outbox and send them.

        One call at a time. Raises django.db.Error.
        """
        async with self._reading:
            more = True
            while more:
                here, changes, more = await self.database.run(news, self.offset, _PAGE)
                self.pruned_to = here.pruned_to
                if here.epoch != self.epoch or here.number < self.offset:
                    await self._renew(here)
                    return
                await self._publish(changes)
                if not more:
                    self.offset = max(self.offset, here.number)

    async def catch_up_to(self, offset: int) -> None:
        """Read on where a reader has seen a newer `offset` at another hub.

        Concurrent callers share the query. It may have begun before that number existed, hence a second one.
        Raises django.db.Error.
        """
        for _ in range(2):
            if offset > self.offset:
                await self.single_flight.run("reach", self.refresh)

    async def wait_for_change(self, after: int) -> None:
        """Wait for a change after offset `after`, or for a new epoch."""
        if self.offset <= after:
            await self._news.wait()

    async def _publish(self, changes: list[Change]) -> None:
        burst = 0
        for first in range(0, len(changes), TEXTS_AT_ONCE):
            messages = [Message(change, self.epoch) for change in changes[first : first + TEXTS_AT_ONCE]]
            texts = await self._texts([message for message in messages if self.listeners.ask_text(message)])
            begun, frames = time.monotonic(), self.counts["frames"]
            for message in messages:
                burst += message.size
                if burst > _BURST_BYTES:
                    burst = message.size
                    await asyncio.sleep(0)
                self.window.append(message)
                self.snapshots.forget(message.keys)
                await self._fan_out(message, texts)
                self.offset = message.offset
            if tracing.is_on():
                sent = self.counts["frames"] - frames
                _trace(changes[first : first + TEXTS_AT_ONCE], sent, time.monotonic() - begun)
        if changes:
            self.counts["messages"] += len(changes)
            self.wake_waiting()

    async def texts(self, messages: Sequence[Message]) -> Texts:
        """The search texts of the events of these consecutive changes, at most TEXTS_AT_ONCE.

        Concurrent callers share the query. Raises django.db.Error.
        """
        key = "texts", messages[0].offset, messages[-1].offset, len(messages)
        found: Texts = await self.single_flight.run(key, lambda: self._texts(messages))
        return found

    async def _texts(self, messages: Sequence[Message]) -> Texts:
        ids = {key for kind, key in (message.object_key for message in messages) if kind == "event"}
        return await self.database.run(search_texts, ids) if ids else {}

    async def _fan_out(self, message: Message, texts: Texts) -> None:
        """Send `message` to each reader of its topics.

        A reader that subscribes meanwhile finds it in the window; `Reader.seen` prevents a second copy.
        """
        work = writes = 0
        async with self._sending:
            for readers in self.listeners.groups(message, texts):
                work += 1
                for reader in readers:
                    reader.push_change(message)
                    writes += 1
                    work += 1
                    if work >= STEP:
                        work = 0
                        await asyncio.sleep(0)
                if work >= STEP:
                    work = 0
                    await asyncio.sleep(0)
        self.counts["frames"] += writes

    async def send_transient(self, topic: str, kind: str, data: Mapping[str, Any]) -> None:
        """Send a transient message to the readers of its topic. It is not kept."""
        if readers := self.listeners.of(topic, kind):
            await self.push_all(readers, protocol.transient(topic, kind, data, offset=self.offset))

    async def push_all(self, readers: Collection[Reader], frame: Frame) -> None:
        """Push `frame` to each of `readers`. A change that comes meanwhile goes before what is left."""
        everyone = list(readers)
        for first in range(0, len(everyone), STEP):
            async with self._sending:
                for reader in everyone[first : first + STEP]:
                    reader.push(frame)
            await asyncio.sleep(0)

    def wake_waiting(self) -> None:
        """Wake the waiting polls, which then look again."""
        self._news.set()
        self._news = asyncio.Event()

    def _reset(self, here: Position, *, start: int) -> None:
        self.epoch, self.offset, self.pruned_to = here
        self.window = Window(start)
        self.snapshots.clear()

    async def _renew(self, here: Position) -> None:
        """The outbox has a new epoch: send every reader a new `hello`.

        All readers get their new offset in one step of the event loop, so that none resumes with an offset of
        the old epoch.
        """
        log.warning("outbox_renewed", epoch=here.epoch, number=here.number)
        self._reset(here, start=here.number)
        for reader in self.readers:
            for subscription in reader.subscriptions.values():
                subscription.since = subscription.at = self.offset
            reader.seen = self.offset
        await self.push_all(self.readers, protocol.hello(self.epoch, self.offset))
        self.wake_waiting()

    async def _follow(self) -> None:
        """Read after each hint, and every second in case a hint was lost or nobody numbered a commit.

        Numbered changes are read first: numbering also notifies the other hubs, which takes a second while
        Valkey hangs.
        """
        await self._wait_for_hint()
        await self.refresh()
        if await self.database.run(number_changes) is not None:
            await self.refresh()

    async def _wait_for_hint(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await self._hint.wait()
        self._hint.clear()

    async def _listen(self) -> None:
        """Receive messages of the channel layer.

        While it is down, changes wait at most a second for the next poll.
        """
        layer = get_channel_layer()
        if layer is None:
            await asyncio.get_running_loop().create_future()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        while True:
            message = await layer.receive(channel)
            if message["type"] == TRANSIENT:
                await self.send_transient(message["topic"], message["kind"], message["data"])
            elif message["type"] in self.notices:
                self.notices[message["type"]](message)
            else:
                self._hint.set()

    async def _send_heartbeats(self) -> None:
        """Send each event stream one heartbeat a period, each in its own slot."""
        for moment in range(_HEARTBEAT_SLOTS):
            await asyncio.sleep(self._heartbeat_seconds / _HEARTBEAT_SLOTS)
            await self.push_all(
                [reader for reader in self.streams if hash(reader) % _HEARTBEAT_SLOTS == moment],
                protocol.HEARTBEAT,
            )

    async def _watch_flag(self) -> None:
        await asyncio.sleep(FLAG_SECONDS)
        await self.apply_flag()

    async def apply_flag(self) -> None:
        """Read the flag of the live feed. If it is off, close all connections."""
        if not await self.flag.refresh():
            for reader in list(self.readers):
                reader.dismiss(protocol.CLOSE_OFF)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


async def close_hub() -> None:
    """Stop the hub of the running event loop, where there is one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()


def running_hub() -> Hub | None:
    """The hub of the running event loop, where there is one."""
    return _hubs.get(asyncio.get_running_loop())


async def current_hub() -> Hub:
    """The hub of the running event loop, started.

    Raises django.db.Error where the database is unreachable.
    """
    loop = asyncio.get_running_loop()
    if (hub := _hubs.get(loop)) is None:
        hub = _hubs[loop] = Hub()
    await hub.start()
    return hub


def _begin() -> tuple[Position, list[Change]]:
    """The position of the outbox and the newest changes up to it."""
    number_changes()
    here = position()
    changes = news(max(here.number - PREFETCH, here.pruned_to), PREFETCH).changes
    return here, [change for change in changes if change.number is not None and change.number <= here.number]


def _task(work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
    return asyncio.create_task(work())


def _trace(changes: Sequence[Change], frames: int, seconds: float) -> None:
    """A span for each request or task whose changes were sent together. `frames` are those of all of them."""
    for request_id, count in Counter(change.request_id for change in changes).items():
        if request_id:
            with tracing.span("frame", of=request_id, ago=seconds, changes=count, frames=frames):
                pass
