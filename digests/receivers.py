"""Queues a recorded mail.

When the broker is down the request still succeeds, and the next periodic task queues the mail.
"""

from typing import Any
from uuid import UUID

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from digests import tasks
from digests.signals import recorded

log = structlog.get_logger(__name__)


@receiver(recorded, dispatch_uid="digests.queue_delivery")
def queue_delivery(*, delivery: UUID, **_: Any) -> None:
    """Put a recorded mail into the notify queue."""
    try:
        tasks.send_delivery.delay(str(delivery))
    except OperationalError as error:
        log.warning("delivery_not_queued", delivery=str(delivery), error=str(error))
