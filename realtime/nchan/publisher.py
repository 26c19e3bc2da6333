"""The one process that hands the numbered changes to the engine, topic by topic. It follows the outbox by a
hub of its own."""

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
#: The engine answers no `ping` of a client; so everybody is told `pong` unasked, before any client gives the
#: connection up.
PONG_SECONDS = 20.0


class Publisher:
    """`run` waits for the lease, then publishes until it is lost. A second publisher waits, and goes on where
    the first one stopped."""

    def __init__(self, hub: Hub, engine: Engine, store: EngineStateStore) -> None:
        self._hub, self._engine, self._store = hub, engine, store
        self._lease = store.lease()
        self._reader_counts = ReaderCounts(engine, store)
        self._epoch, self._at = "", 0

    async def run(self) -> None:
        """Until cancelled. What fails is tried again; a change is published at least once, and in order."""
        try:
            while True:
                try:
                    if await self._lease.acquire(blocking=False):
                        async with self._watching():
                            await self._lead()
                except (EngineDown, RedisError, OSError) as error:  # a lost lease among them
                    log.warning("live_engine_unreachable", error=str(error))
                    await self._let_go()  # for the one that waits, or for the next try
                await asyncio.sleep(TICK_SECONDS)
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        with contextlib.suppress(RedisError, LockError, OSError):
            await self._lease.release()

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        """Ask meanwhile how many listen, which must not hold up a change."""
        task = asyncio.create_task(self._reader_counts.run(self._hub))
        try:
            yield
        finally:
            task.cancel()

    async def _lead(self) -> None:
        self._reader_counts.begin()
        await self._store.forget_told()
        await self._take_over()
        clock, told = asyncio.get_running_loop().time, 0.0
        while True:
            await self._lease.reacquire()
            if clock() - told > PONG_SECONDS:
                told = clock()
                pong = await self._engine.publish(SYSTEM_TOPIC, protocol.PONG.text)
                await self._store.finish(self._epoch, self._at, {SYSTEM_TOPIC: pong})
            if self._hub.epoch != self._epoch or self._at < self._hub.window.start:
                await self._renew()
            for message in list(self._hub.window.after(self._at)):
                await self._publish(message)
            if news := self._reader_counts.news():
                await self._store.save_told(news)  # first, so that who comes after it is greeted with it
            for topic, watching in news.items():
                frame = protocol.transient(topic, presence.KIND, {"watching": watching}, offset=self._at)
                await self._store.finish(
                    self._epoch, self._at, {topic: await self._engine.publish(topic, frame.text)}
                )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._hub.wait_for_change(self._at)

    async def _take_over(self) -> None:
        """Go on where the last publisher stopped. Where nobody knows, wait until the engine has forgotten
        what it holds, and have all read anew."""
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
        """A second greeting means: read everything anew, and go on from there."""
        self._epoch, self._at = self._hub.epoch, self._hub.offset
        await self._store.begin(-1)
        greeting = await self._engine.publish(SYSTEM_TOPIC, protocol.hello(self._epoch, self._at).text)
        await self._store.finish(self._epoch, self._at, {SYSTEM_TOPIC: greeting})

    async def _publish(self, message: Message) -> None:
        """One change to all its topics. What is not public is left to the hubs."""
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
