"""Thin tasks of the organizer's desk."""

from celery import shared_task
from django.utils.timezone import now

from organizers import writing


@shared_task
def finish_sent() -> int:
    """Every minute: lock what teams said of events that are there now, and open their registration. Returns how many."""
    return writing.finish_sent(now=now())


@shared_task
def forget_written() -> int:
    """Daily: delete drafts that nobody changed for long. Returns how many."""
    return writing.forget_written(now=now())
