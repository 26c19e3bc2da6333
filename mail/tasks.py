"""Thin tasks of mail."""

from celery import shared_task
from django.utils.timezone import now

from mail import dispatches, services


@shared_task
def settle_lost() -> int:
    """Every ten minutes: mails whose process died in the middle are of unknown end. Returns how many."""
    return dispatches.lose_old(now=now())


@shared_task
def forget_old() -> int:
    """Daily: forget what became of old mails. Returns how many."""
    return services.forget_old(now=now())
