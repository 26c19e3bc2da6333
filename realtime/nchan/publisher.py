"""The single process that publishes numbered changes to the engine, topic by topic.

It has a hub of its own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from redis.exceptions import LockError, RedisError

from realtime.connections import presence
from realtime.feed import protocol
from realtime.feed.hub import Hub
from realtime.feed.protocol import SYSTEM_TOPIC, Message
from realtime.nchan.engine import Engine, EngineDown
from realtime.nchan.engine_state import KEPT_SECONDS, EngineStateStore
from realtime.nchan.reader_counts import ReaderCounts

log = structlog.get_logger(__name__)
TICK_SECONDS = 1.0
#: The engine does not answer a client's `ping`, so every client is sent `pong` unasked, before it would
#: disconnect.
PONG_SECONDS = 20.0


class Publisher:
    """Waits for the lease, then publishes until it is lost.

    A second publisher waits, and continues where the first one stopped.
    """

    def __init__(self, hub: Hub, engine: Engine, store: EngineStateStore) -> None:
        self._hub, self._engine, self._store = hub, engine, store
        self._lease = store.lease()
        self._reader_counts = ReaderCounts(engine, store)
        self._epoch, self._at = "", 0

    async def run(self) -> None:
        """Run until cancelled, and retry after errors.

        Each change is published at least once, and in order.
        """
        try:
            while True:
                try:
                    if await self._lease.acquire(blocking=False):
                        async with self._watching():
                            await self._lead()
                except (EngineDown, RedisError, OSError) as error:  # includes a lost lease
                    log.warning("live_engine_unreachable", error=str(error))
                    await self._let_go()  # for the waiting publisher, or for the next attempt
                await asyncio.sleep(TICK_SECONDS)
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        with contextlib.suppress(RedisError, LockError, OSError):
            await self._lease.release()

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        """Count readers in the background, which must not delay a change."""
        task = asyncio.create_task(self._reader_counts.run(self._hub))
        try:
            yield
        finally:
            task.cancel()

    async def _lead(self) -> None:
        self._reader_counts.begin()
        await self._store.forget_told()
        await self._take_over()
        clock, reported = asyncio.get_running_loop().time, 0.0
        while True:
            await self._lease.reacquire()
            if clock() - reported > PONG_SECONDS:
                reported = clock()
                pong = await self._engine.publish(SYSTEM_TOPIC, protocol.PONG.text)
                await self._store.finish(self._epoch, self._at, {SYSTEM_TOPIC: pong})
            if self._hub.epoch != self._epoch or self._at < self._hub.window.start:
                await self._renew()
            for message in list(self._hub.window.after(self._at)):
                await self._publish(message)
            if news := self._reader_counts.news():
                await self._store.save_told(news)  # first, so that new readers are greeted with it
            for topic, watching in news.items():
                frame = protocol.transient(topic, presence.KIND, {"watching": watching}, offset=self._at)
                await self._store.finish(
                    self._epoch, self._at, {topic: await self._engine.publish(topic, frame.text)}
                )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._hub.wait_for_change(self._at)

    async def _take_over(self) -> None:
        """Continue where the last publisher stopped.

        If that is unknown, wait until the engine has dropped its messages, and make all readers read
        everything again.
        """
        last = await self._store.last()
        if last is not None:
            self._epoch, self._at = last
            return
        waited = 0.0
        while waited < KEPT_SECONDS and await self._engine.stored():
            await asyncio.sleep(TICK_SECONDS)
            waited += TICK_SECONDS
            await self._lease.reacquire()
        await self._renew()

    async def _renew(self) -> None:
        """Publish a second greeting, after which readers read everything again and continue from there."""
        self._epoch, self._at = self._hub.epoch, self._hub.offset
        await self._store.begin(-1)
        greeting = await self._engine.publish(SYSTEM_TOPIC, protocol.hello(self._epoch, self._at).text)
        await self._store.finish(self._epoch, self._at, {SYSTEM_TOPIC: greeting})

    async def _publish(self, message: Message) -> None:
        """Publish one change to all its public topics. The hubs serve the others."""
        ids: dict[str, str] = {}
        if message.is_public:
            await self._store.begin(message.offset)
            keys = sorted(message.keys)
            ids = dict(
                zip(
                    keys,
                    await asyncio.gather(*(self._engine.publish(key, message.text) for key in keys)),
                    strict=True,
                )
            )
            await self._lease.reacquire()
        await self._store.finish(self._epoch, message.offset, ids)
        self._at = message.offset
