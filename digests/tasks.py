"""Thin tasks of mail."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from digests import services
from flags.models import Flag
from flags.services import is_on


@shared_task
def send_due_digests() -> int:
    """Every ten minutes: record what is due, give failed mails another try, and queue again what was lost. Returns how many are new."""
    if not is_on(Flag.DIGESTS):
        return 0
    moment = now()
    count = services.record_due(now=moment)
    services.retry_failed(now=moment)
    for delivery_id in services.waiting(now=moment):
        send_delivery.delay(str(delivery_id))
    return count


@shared_task
def send_delivery(delivery_id: str) -> bool:
    """Send one recorded mail; claimed first, so that twice is once."""
    return services.send(UUID(delivery_id))
