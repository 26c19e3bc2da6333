"""Thin tasks of saved searches."""

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from saved_searches import services


@shared_task
def follow_changes() -> int:
    """Every five seconds: record which events came to match an alert. Returns how many hits are new."""
    return services.follow() if is_on(Flag.NOTIFICATIONS) else services.skip()


@shared_task
def forget_hits() -> int:
    """Daily: delete hits of events that are long over. Returns how many."""
    return services.forget(now=now())
