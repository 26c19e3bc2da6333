"""The flag that switches the live feed on and off.

It is read in a thread of its own, since a cache that hangs must not delay a change.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import Error as DatabaseError
from django.db import connections
from redis.exceptions import RedisError

from flags.models import Flag
from flags.services import is_on

log = structlog.get_logger(__name__)

#: Seconds between two readings of the flag.
SECONDS = 5.0


class LiveFeedFlag:
    """The last value of the flag; on, until it was read."""

    def __init__(self) -> None:
        self.is_on = True
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-flag")

    async def refresh(self) -> bool:
        """Read the flag. While neither cache nor database answers, it keeps its value."""
        try:
            self.is_on = await asyncio.get_running_loop().run_in_executor(self._executor, _ask)
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("live_flag_unknown", error=str(error))
        return self.is_on

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _ask() -> bool:
    """Read the flag, mostly from the cache. A database connection that was needed is closed again."""
    try:
        return is_on(Flag.LIVE_FEED)
    finally:
        connections.close_all()
