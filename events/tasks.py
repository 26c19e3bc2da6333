"""Thin tasks of events: upkeep, and what follows a recording without holding it up."""

from celery import shared_task
from django.utils.timezone import now

from events import services


@shared_task
def archive_past() -> int:
    """Archive what ended a month ago. Returns how many."""
    return services.archive_past(now=now())


@shared_task
def embed_missing() -> int:
    """Make the vectors of events that have none, or whose text changed. Returns how many."""
    return services.embed_missing(now=now())


@shared_task
def mark_gone() -> int:
    """Call gone what every source has left out for two weeks. Returns how many."""
    return services.mark_gone(now=now())
