"""Queues the work when changes got numbers, or when a person asked for a message."""

from contextlib import suppress
from typing import Any, Final

import structlog
from django.core.cache import cache
from django.dispatch import receiver
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from outbox.signals import numbered
from webhooks import tasks
from webhooks.signals import became_due

log = structlog.get_logger(__name__)
_ASKED: Final = "webhooks:asked"
#: Changes that come within this time are read together.
_TOGETHER: Final = 1


@receiver(numbered, dispatch_uid="webhooks.follow_changes")
def follow(**_: Any) -> None:
    """Changes have numbers: the outbox is read within a second. What is missed here, the clock finds."""
    with suppress(RedisError):
        if not cache.add(_ASKED, 1, timeout=_TOGETHER):
            return
        _queue(tasks.follow_changes, countdown=_TOGETHER)


@receiver(became_due, dispatch_uid="webhooks.send_due")
def send(**_: Any) -> None:
    """A person asked for a message."""
    _queue(tasks.send_due, countdown=0)


def _queue(task: Any, *, countdown: int) -> None:
    try:
        task.apply_async(countdown=countdown)
    except OperationalError as error:
        log.warning("webhooks_not_queued", task=task.name, error=str(error))
