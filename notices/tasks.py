"""Thin tasks of notices. Each may run twice."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from notices import services


@shared_task
def follow_changes() -> int:
    """Every five seconds: write notices of what changed, and tell what gathered long enough. Returns how many were told."""
    services.follow(now=now())
    told = services.tell_due(now=now())
    if told:
        send_waiting.delay()
    return told


@shared_task
def remind() -> int:
    """Every minute: write reminders, and what became of submissions. Returns how many are due."""
    return services.remind(now=now()) + services.tell_submitters(now=now())


@shared_task
def tell_moderators() -> int:
    """Hourly: write for moderators in their morning how much waits. Returns how many."""
    return services.tell_moderators(now=now())


@shared_task
def send_waiting() -> int:
    """After notices were told, and every minute: queue what goes out. Returns how many."""
    found = services.waiting(now=now())
    for delivery_id in found:
        send.delay(str(delivery_id))
    return len(found)


@shared_task
def send(delivery_id: str) -> bool:
    """Send one delivery, which is claimed first."""
    return services.send(UUID(delivery_id))


@shared_task
def forget_notices() -> int:
    """Daily: delete old notices. Returns how many."""
    return services.forget(now=now())
