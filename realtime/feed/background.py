"""Work that a hub does for as long as it lives."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: After so many writes, judgements or looks the connections get their turn; some milliseconds of work.
STEP = 500


async def run_forever(turn: Callable[[], Coroutine[Any, Any, None]], *, task: str, pause: float) -> None:
    """Do `turn` again and again. Whatever it raises is written down as `duty`'s, and after `pause` seconds it
    goes on: a duty that ended by an error would leave its readers deaf, or a right that was taken back in
    force, and nobody would know."""
    while True:
        try:
            await turn()
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("live_duty_waits", duty=task, error=str(error))
            await asyncio.sleep(pause)
        except Exception:
            log.exception("live_duty_failed", duty=task)
            await asyncio.sleep(pause)
