"""Whether the live feed is on. Its flag is asked beside the feed, in a thread of its own: a cache that hangs
must not hold up a change."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import Error as DatabaseError
from django.db import connections
from redis.exceptions import RedisError

from flags.models import Flag
from flags.services import is_on

log = structlog.get_logger(__name__)

#: The flag is asked at most so often.
SECONDS = 5.0


class LiveFeedFlag:
    """What was known last; on, until something is known."""

    def __init__(self) -> None:
        self.is_on = True
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-flag")

    async def refresh(self) -> bool:
        """Ask now. While the cache or the database cannot be asked, it stays as it was."""
        try:
            self.is_on = await asyncio.get_running_loop().run_in_executor(self._executor, _ask)
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("live_flag_unknown", error=str(error))
        return self.is_on

    def close(self) -> None:
        """Ask no more."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _ask() -> bool:
    """The cache knows nearly always; a database connection that was needed all the same is given back."""
    try:
        return is_on(Flag.LIVE_FEED)
    finally:
        connections.close_all()
