"""Background tasks of a hub."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: After this many writes or filter checks (a few milliseconds) a loop yields to the event loop.
STEP = 500


async def run_forever(turn: Callable[[], Coroutine[Any, Any, None]], *, task: str, pause: float) -> None:
    """Repeat `turn` until cancelled.

    An error is logged with the name `task`, and after `pause` seconds the work continues: a task that ended
    by an error would leave readers without changes, or a revoked right in force.
    """
    while True:
        try:
            await turn()
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("live_duty_waits", duty=task, error=str(error))
            await asyncio.sleep(pause)
        except Exception:
            log.exception("live_duty_failed", duty=task)
            await asyncio.sleep(pause)
