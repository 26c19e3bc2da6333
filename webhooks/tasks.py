"""Thin tasks of webhooks. Each may run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from webhooks import queries, services

#: Tries that come later are found by the clock.
_SOON = timedelta(seconds=55)


@shared_task
def follow_changes() -> int:
    """After each change, and every minute: make deliveries of what changed. Returns how many."""
    if not is_on(Flag.OUTGOING_WEBHOOKS):
        return 0
    made = services.follow(now=now())
    if made and not services.is_sending():
        send_due.delay()
    return made


@shared_task
def send_due() -> int:
    """After changes, and every minute: send what is due. Returns how many requests."""
    if not is_on(Flag.OUTGOING_WEBHOOKS):
        return 0
    sent = services.send_due()
    seconds = queries.seconds_to_next(now=now(), within=_SOON)
    if seconds is not None:
        send_due.apply_async(countdown=seconds + 1)
    return sent


@shared_task
def tell_owners() -> int:
    """Every minute: tell owners of webhooks that were disabled. Returns how many mails went."""
    return services.tell_owners(now=now())


@shared_task
def forget_deliveries() -> int:
    """Daily: give up what waits too long, and forget the old log. Returns how many rows."""
    return services.drop_old(now=now()) + services.forget(now=now())
