"""Thin tasks of mail."""

from collections.abc import Sequence
from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from digests import services
from flags.models import Flag
from flags.services import is_on


@shared_task
def send_due_digests() -> int:
    """Every ten minutes: release mails of dead processes, record due ones, queue failed and lost ones again.

    Asks those again who agreed long ago. Returns how many digests are new.
    """
    if not is_on(Flag.DIGESTS):
        return 0
    moment = now()
    services.recover_lost(now=moment)
    services.retry_failed(now=moment)
    count = services.record_due(now=moment)
    services.ask_again(now=moment)
    services.end_unanswered(now=moment)
    queue(services.waiting(now=moment))
    return count


@shared_task
def tell_at_once() -> int:
    """Every two minutes: record mails for those who want new events at once. Returns how many are new."""
    return services.record_at_once(now=now()) if is_on(Flag.DIGESTS) else 0


@shared_task
def erase_addresses() -> int:
    """Daily: erase addresses of readers who never confirmed, or have unsubscribed. Returns how many."""
    return services.erase_addresses(now=now())


def queue(deliveries: Sequence[UUID]) -> None:
    """Queue recorded mails, those that were recorded together in one task."""
    for first in range(0, len(deliveries), services.MOST):
        send_deliveries.delay([str(pk) for pk in deliveries[first : first + services.MOST]])


@shared_task
def send_deliveries(delivery_ids: list[str]) -> int:
    """Send recorded mails, which are claimed first. While digests are off they wait. Returns how many were sent."""
    return services.send_all([UUID(pk) for pk in delivery_ids]) if is_on(Flag.DIGESTS) else 0


@shared_task
def send_delivery(delivery_id: str) -> bool:
    """Send one recorded mail: what the release before queued."""
    return is_on(Flag.DIGESTS) and services.send(UUID(delivery_id))
