"""Queues recorded mails, and hears what became of one at the door.

When the broker is down the request still succeeds, and the next periodic task queues the mail.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from digests import services, tasks
from digests.signals import recorded
from mail.enums import DispatchState
from mail.signals import released, settled, suppressed

log = structlog.get_logger(__name__)


@receiver(recorded, dispatch_uid="digests.queue_deliveries")
def queue_deliveries(*, deliveries: Sequence[UUID], **_: Any) -> None:
    """Put recorded mails into the notify queue."""
    try:
        tasks.queue(deliveries)
    except OperationalError as error:
        log.warning("deliveries_not_queued", count=len(deliveries), error=str(error))


@receiver(settled, dispatch_uid="digests.settle_delivery")
def settle_delivery(*, key: str, state: DispatchState, reason: str, **_: Any) -> None:
    """A provider told what became of a mail."""
    services.settle(key, state, reason)


@receiver(released, dispatch_uid="digests.release_delivery")
def release_delivery(*, key: str, **_: Any) -> None:
    """An operator wants a mail sent again."""
    delivery = services.release(key)
    if delivery is not None:
        queue_deliveries(deliveries=[delivery])


@receiver(suppressed, dispatch_uid="digests.end_subscriptions")
def end_subscriptions(*, address_hash: str, now: datetime, **_: Any) -> None:
    """An address gets no digest any more."""
    services.end_subscriptions(address_hash, now=now)
