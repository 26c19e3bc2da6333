"""The connection manager of a hub.

It admits and counts connections, closes idle ones, has their rights checked again, reports the hub's stats,
and shuts down gracefully.
"""

import asyncio
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from accounts.addresses import network_of_scope
from realtime.connections import presence
from realtime.connections.limiter import ConnectionLimiter
from realtime.connections.registry import MOST_TOPICS, HubStats, open_registry, readers_by_topic
from realtime.connections.rights import Rights
from realtime.connections.shutdown import run_before_shutdown
from realtime.feed import protocol
from realtime.feed.background import run_forever
from realtime.feed.hints import RIGHTS
from realtime.feed.hub import Hub, current_hub
from realtime.feed.protocol import OWN_TOPIC, SYSTEM_TOPIC, Frame
from realtime.feed.readers import Reader

log = structlog.get_logger(__name__)

#: Seconds between two reports to the other processes, which also tell readers how many watch. Rights are checked
#: again every SWEEP_EVERY reports.
REPORT_SECONDS: Final = 5.0
SWEEP_EVERY: Final = 6
#: A WebSocket without a subscription is closed after this many seconds. The check runs every 5 s.
IDLE_SECONDS: Final = 45.0
#: How many seconds a stopping process waits for its connections to close.
LEAVE_SECONDS: Final = 5.0
_SIGN_OFF_SECONDS: Final = 1.0
_NOTICE_VARIANTS: Final = 32
_DROP_REASONS: Final = {
    protocol.CLOSE_SLOW: "slow", protocol.CLOSE_RATE: "rate", protocol.CLOSE_TOO_BIG: "size", protocol.CLOSE_IDLE: "idle",
    protocol.CLOSE_OFF: "off", protocol.CLOSE_KEY: "key", protocol.CLOSE_RESTART: "restart", protocol.CLOSE_TRY_LATER: "unavailable",
}  # fmt: skip


class ConnectionManager:
    """The connection manager; each hub has one.

    `connections` counts open ones by kind: websocket, sse, poll.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub, self.limiter = hub, ConnectionLimiter()
        self.rights, self.presence = Rights(hub, self.limiter), presence.Presence()
        self.connections: Counter[str] = Counter()
        self.is_shutting_down = False
        self._name = secrets.token_hex(6)
        self._idle: dict[Reader, float] = {}
        self._notices: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)

    def open(self) -> None:
        """Start the background tasks. They end with the hub."""
        self.hub.notices[RIGHTS] = self._queue_notice
        self.hub.add_background_task(
            lambda: run_forever(self._report_when_due, task="report", pause=REPORT_SECONDS)
        )
        self.hub.add_background_task(lambda: run_forever(self._sweep, task="rights", pause=REPORT_SECONDS))
        self.hub.add_background_task(lambda: run_forever(self._handle_notice, task="notices", pause=0.0))
        self.hub.add_background_task(lambda: run_before_shutdown(self.shut_down))

    @contextmanager
    def admitted(self, scope: Any, over: str, reader: Reader | None = None) -> Iterator[str]:
        """Count a connection while it is open.

        Yields its address. Raises Refused where the address has too many.
        """
        address = network_of_scope(scope)
        self.limiter.add_connection(address)
        self.connections[over] += 1
        self.hub.counts[f"opened|{over}"] += 1
        try:
            yield address
        finally:
            self.connections[over] -= 1
            self.limiter.remove_connection(address, reader.user_id if reader else None)
            if reader is not None:
                self._gone(reader)

    def note_whether_idle(self, reader: Reader) -> None:
        """Note whether a WebSocket has a subscription, since one without is closed after a while."""
        if reader.topics():
            self._idle.pop(reader, None)
        else:
            self._idle.setdefault(reader, time.monotonic())

    def send_watching(self, reader: Reader, topics: Sequence[str]) -> None:
        """Send a new subscriber the number of watchers that the other readers have already."""
        for topic in topics:
            subscription = reader.subscriptions.get(topic)
            is_wanted = subscription is None or not subscription.types or presence.KIND in subscription.types
            if is_wanted and (watching := self.presence.of(topic)):
                reader.push(
                    protocol.transient(topic, presence.KIND, {"watching": watching}, offset=self.hub.offset)
                )

    def close_idle(self, *, now: float) -> None:
        """Close the WebSockets that had no subscription for IDLE_SECONDS before `now` (monotonic clock)."""
        for reader, since in list(self._idle.items()):
            if now - since > IDLE_SECONDS:
                reader.dismiss(protocol.CLOSE_IDLE)

    def restart_notice(self) -> Frame:
        """A frame that asks a reader to reconnect after a random delay."""
        longest = max(1, int(settings.LIVE_RETURN_SECONDS * 1000))
        return protocol.restart_notice(random.randint(longest // 20, longest), offset=self.hub.offset)

    async def shut_down(self) -> None:
        """Tell every reader when to come back, then close its connection.

        New connections are refused. Takes at most LEAVE_SECONDS and a second.
        """
        self.is_shutting_down = True
        shades = [self.restart_notice() for _ in range(_NOTICE_VARIANTS)]
        for number, reader in enumerate(list(self.hub.readers)):
            reader.push(shades[number % _NOTICE_VARIANTS])
            reader.dismiss(protocol.CLOSE_RESTART)
            if number % 200 == 199:
                await asyncio.sleep(0)
        self.hub.wake_waiting()
        until = time.monotonic() + LEAVE_SECONDS
        while self.connections.total() and time.monotonic() < until:
            await asyncio.sleep(0.02)
        try:
            async with asyncio.timeout(_SIGN_OFF_SECONDS):
                await asyncio.to_thread(open_registry().forget, self._name)
        except (RedisError, TimeoutError) as error:
            log.warning("live_not_signed_off", error=str(error))

    def stats(self) -> HubStats:
        """The stats of this hub now."""
        queued = [reader.queued for reader in self.hub.readers]
        topics: Counter[str] = Counter()
        for key, count in self.hub.listeners.counts().items():
            topics[OWN_TOPIC if key.startswith("user:") else key] += count
        del topics[SYSTEM_TOPIC]
        return HubStats(
            connections=dict(+self.connections),
            topics=dict(topics.most_common(MOST_TOPICS)),
            queued_frames=sum(frames for frames, _ in queued),
            queued_bytes=sum(size for _, size in queued),
            longest_queue_bytes=max((size for _, size in queued), default=0),
            epoch=self.hub.epoch,
            offset=self.hub.offset,
        )

    async def report(self) -> None:
        """Report the hub's stats to the registry, then send readers the watcher counts of all processes.

        Without Valkey neither happens.
        """
        counts, self.hub.counts = self.hub.counts, Counter()
        try:
            readers = await asyncio.to_thread(self._exchange, self.stats(), counts)
        except RedisError as error:
            self.hub.counts.update(counts)
            log.warning("live_not_reported", error=str(error))
            return
        for topic, number in self.presence.news(readers).items():
            await self.hub.send_transient(topic, presence.KIND, {"watching": number})

    def _exchange(self, stats: HubStats, counts: Counter[str]) -> Counter[str]:
        registry = open_registry()
        registry.report(self._name, stats, counts, now=time.time())
        return readers_by_topic(registry.hub_stats())

    def _gone(self, reader: Reader) -> None:
        self.rights.forget(reader)
        self._idle.pop(reader, None)
        if reader.code:
            self.hub.counts[f"dropped|{_DROP_REASONS.get(reader.code, 'other')}"] += 1

    async def _report_when_due(self) -> None:
        await asyncio.sleep(REPORT_SECONDS)
        self.close_idle(now=time.monotonic())
        await self.report()

    async def _sweep(self) -> None:
        """A task of its own, since a report may wait for Valkey and a revoked right must not."""
        await asyncio.sleep(REPORT_SECONDS * SWEEP_EVERY)
        await self.rights.sweep()

    def _queue_notice(self, message: dict[str, Any]) -> None:
        if not self._notices.full():  # what does not fit is found by the next sweep
            self._notices.put_nowait(message)

    async def _handle_notice(self) -> None:
        """A failed check is not repeated here: the next sweep checks everybody."""
        message = await self._notices.get()
        await self.rights.noticed(user=message.get("user", ""), session=message.get("session", ""))


_managers: WeakKeyDictionary[asyncio.AbstractEventLoop, ConnectionManager] = WeakKeyDictionary()


async def current_manager() -> ConnectionManager:
    """The connection manager of the running event loop's hub, opened.

    Raises django.db.Error where the database is unreachable.
    """
    hub = await current_hub()
    loop = asyncio.get_running_loop()
    manager = _managers.get(loop)
    if manager is None or manager.hub is not hub:
        manager = _managers[loop] = ConnectionManager(hub)
        manager.open()
    return manager
