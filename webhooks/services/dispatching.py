"""Serves many endpoints at once, so that one that hangs delays only itself.

Half of the threads serve only endpoints whose last try was quick, the other half any. Endpoints that fail, hang or are
new can thus fill at most half of them.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Final

import structlog
from django.core.cache import cache
from django.db import connections
from django.utils.timezone import now as clock
from redis.exceptions import RedisError

from webhooks.models import Endpoint
from webhooks.services.claiming import claim_next, is_anything_due
from webhooks.services.sending import serve

log = structlog.get_logger(__name__)

#: Threads for quick endpoints, and for the others.
QUICK, ANY = 8, 8
#: One call takes at most so long, and then what it has begun.
SECONDS: Final = 50.0
_LOOK: Final = 0.25
_SENDING: Final = "webhooks:sending"
_MARKED: Final = 70


def is_sending() -> bool:
    """Whether somebody sends already, and will find what has just become due. Marks the caller as that one if not."""
    with suppress(RedisError):
        return not cache.add(_SENDING, 1, timeout=_MARKED)
    return False


def send_due(*, seconds: float = SECONDS) -> int:
    """Send all that is due, until nothing is, or for so many seconds. Returns how many requests were sent.

    May run several times at once: endpoints are claimed.
    """
    until, sent = time.monotonic() + seconds, 0
    while True:
        with suppress(RedisError):
            cache.set(_SENDING, 1, timeout=_MARKED)
        sent += _send_until(until)
        with suppress(RedisError):
            cache.delete(
                _SENDING
            )  # before looking once more: what becomes due from now on is asked for again
        if time.monotonic() >= until or not is_anything_due(now=clock()):
            return sent


def _send_until(until: float) -> int:
    sent = 0
    with (
        ThreadPoolExecutor(QUICK, "webhooks-quick") as quick,
        ThreadPoolExecutor(ANY, "webhooks-any") as other,
    ):
        busy: dict[ThreadPoolExecutor, set[Future[int]]] = {quick: set(), other: set()}
        while True:
            begun = False
            if time.monotonic() < until:
                begun |= _begin(quick, busy[quick], QUICK, lambda: claim_next(now=clock(), only_quick=True))
                begun |= _begin(other, busy[other], ANY, lambda: claim_next(now=clock()))
            running = busy[quick] | busy[other]
            if not running:
                return sent
            done, _ = wait(running, timeout=0 if begun else _LOOK, return_when="FIRST_COMPLETED")
            sent += sum(each.result() for each in done)
            for mine in busy.values():
                mine -= done


def _begin(
    pool: ThreadPoolExecutor, running: set[Future[int]], most: int, claim: Callable[[], Endpoint | None]
) -> bool:
    """Serve one more endpoint if a thread is free. Whether there was one."""
    endpoint = claim() if len(running) < most else None
    if endpoint is None:
        return False
    running.add(pool.submit(_serve, endpoint))
    return True


def _serve(endpoint: Endpoint) -> int:
    try:
        return serve(endpoint)
    except Exception:  # whatever it is, it must not end the service of the others; the lease ends by itself
        log.exception("webhooks_not_served", endpoint=str(endpoint.pk))
        return 0
    finally:
        connections.close_all()  # those of this thread
