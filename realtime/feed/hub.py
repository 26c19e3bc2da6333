"""One hub per ASGI process (more exactly: per event loop). It alone listens and asks the database; all local
readers hang on it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from outbox.models import Change
from outbox.queries import Position
from outbox.services import number_changes
from realtime.feed import protocol
from realtime.feed.background import STEP, run_forever
from realtime.feed.backlog import Backlog
from realtime.feed.database_thread import DatabaseThread
from realtime.feed.flag import SECONDS as FLAG_SECONDS
from realtime.feed.flag import LiveFeedFlag
from realtime.feed.listeners import Listeners
from realtime.feed.protocol import Frame, Message
from realtime.feed.queries import news
from realtime.feed.readers import Reader
from realtime.feed.single_flight import SingleFlight
from realtime.feed.snapshots import Snapshots
from realtime.feed.window import Window
from realtime.receivers import GROUP, TRANSIENT

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
#: How many of the newest changes a hub reads when it starts, so that a restart does not send every reader to
#: the database.
PREFETCH = 2000
_PAGE = 1000
#: After so many bytes of a burst the connections get their turn: a burst alone makes nobody look slow.
_BURST_BYTES = 32 * 1024
#: The heartbeats of the streams are spread over so many moments, each stream has one of its own.
_HEARTBEAT_SLOTS = 15


class Hub:
    """Holds the recent changes, and hands each new one to the readers of its topics.

    `offset` is the newest change that was handed out; `pruned_to` and `epoch` as in the outbox. All state
    belongs to the event loop.
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
        self._hint = asyncio.Event()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_on(self) -> bool:
        """Whether the live feed is."""
        return self.flag.is_on

    async def start(self) -> None:
        """Read where the outbox stands, then follow it. All who wait for it share one attempt. Raises
        django.db.Error where the database is away."""
        if not self._tasks:
            await self.single_flight.run("start", self._start)

    async def _start(self) -> None:
        async with self._reading:
            await self.flag.refresh()
            here, changes, _ = await self.database.run(_begin)
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
        """End the tasks and give the database connection back."""
        while left := [task for task in self._tasks if not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(
                left, timeout=0.1
            )  # again, since a Redis client that is just connecting swallows the first
        self._tasks = []
        self.flag.close()
        await self.database.close()

    def add_background_task(self, duty: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do `duty` until the hub stops."""
        self._tasks.append(_task(duty))

    def attach(self, reader: Reader) -> None:
        """From now on `reader`, who has got all up to `offset`, is handed what is new."""
        self.listeners.add(reader)

    def detach(self, reader: Reader) -> None:
        """Hand `reader` nothing more."""
        self.listeners.discard(reader)

    async def refresh(self) -> None:
        """Read what the outbox has beyond `offset`, and hand it out. One at a time. Raises
        django.db.Error."""
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
        """Read on where `offset`, which a reader has seen elsewhere, is beyond what this hub has. A crowd
        shares the reading, which may have begun before that number was given, hence a second one. Raises
        django.db.Error."""
        for _ in range(2):
            if offset > self.offset:
                await self.single_flight.run("reach", self.refresh)

    async def wait_for_change(self, after: int) -> None:
        """Wait until something came after offset `after`, or the numbers began anew."""
        if self.offset <= after:
            await self._news.wait()

    async def _publish(self, changes: list[Change]) -> None:
        burst = 0
        for change in changes:
            message = Message(change, self.epoch)
            burst += message.size
            if burst > _BURST_BYTES:
                burst = message.size
                await asyncio.sleep(0)
            self.window.append(message)
            self.snapshots.forget(message.keys)
            await self._fan_out(message)
            self.offset = message.offset
        if changes:
            self.counts["messages"] += len(changes)
            self.wake_waiting()

    async def _fan_out(self, message: Message) -> None:
        """To each who hears it. Whoever comes, goes or subscribes between two steps finds `message` in the
        window; `seen` keeps it single."""
        work = writes = 0
        for readers in self.listeners.groups(message):
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
        """Hand transient news to those who listen to its topic; it is not kept."""
        if readers := self.listeners.of(topic):
            await self.push_all(readers, protocol.transient(topic, kind, data, offset=self.offset))

    async def push_all(self, readers: Collection[Reader], frame: Frame) -> None:
        """Push `frame` to those who are readers now."""
        for number, reader in enumerate(list(readers), 1):
            reader.push(frame)
            if number % STEP == 0:
                await asyncio.sleep(0)

    def wake_waiting(self) -> None:
        """Let the polls look again."""
        self._news.set()
        self._news = asyncio.Event()

    def _reset(self, here: Position, *, start: int) -> None:
        self.epoch, self.offset, self.pruned_to = here
        self.window = Window(start)
        self.snapshots.clear()

    async def _renew(self, here: Position) -> None:
        """The outbox began a new line of numbers: every reader is greeted anew, and goes on from there. All
        get their new place in one step of the event loop, so that none catches up by numbers of the old
        line."""
        log.warning("outbox_renewed", epoch=here.epoch, number=here.number)
        self._reset(here, start=here.number)
        for reader in self.readers:
            for subscription in reader.subscriptions.values():
                subscription.since = subscription.at = self.offset
            reader.seen = self.offset
        await self.push_all(self.readers, protocol.hello(self.epoch, self.offset))
        self.wake_waiting()

    async def _follow(self) -> None:
        """Read after each hint, and every second in case that one was lost, or that nobody numbered what was
        committed. What has a number is read first: giving numbers tells the other hubs, which takes a second
        where Valkey hangs."""
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
        """Wait for hints. A channel layer that is down costs at most the second until the next poll."""
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
        """One beat for each stream, always at its own moment of the round."""
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
        """Ask whether the live feed is on. Turned off, it sends its readers away."""
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
    """The hub of the running event loop, started. Raises django.db.Error where the database cannot be
    asked."""
    hub = _hubs.setdefault(asyncio.get_running_loop(), Hub())
    await hub.start()
    return hub


def _begin() -> tuple[Position, list[Change], bool]:
    """The position, and the newest changes before it (3 queries)."""
    number_changes()
    here = news(2**62).position
    changes = news(max(here.number - PREFETCH, here.pruned_to), PREFETCH).changes
    return (
        here,
        [change for change in changes if change.number is not None and change.number <= here.number],
        False,
    )


def _task(work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
    return asyncio.create_task(work())
