"""Thin tasks of events: upkeep, and what follows a recording without holding it up."""

from celery import shared_task
from django.utils.timezone import now

from events import services
from flags.models import Flag
from flags.services import is_on


@shared_task
def archive_past() -> int:
    """Archive what ended a year ago. Returns how many."""
    return services.archive_past(now=now())


@shared_task
def anonymize_contacts() -> int:
    """Empty contacts of organizers whose events ended half a year ago. Returns how many rows."""
    return services.anonymize_contacts(now=now())


@shared_task
def embed_missing() -> int:
    """Make the vectors of events that have none, or whose text changed. Returns how many."""
    return services.embed_missing(now=now())


@shared_task
def fetch_pictures() -> int:
    """Every minute: fetch pictures that wait, where sources are on at all. Returns how many were stored."""
    return services.fetch_pictures().stored if is_on(Flag.LIVE_SOURCES) else 0


@shared_task
def forget_pictures() -> int:
    """Daily: delete files that no picture refers to. Returns how many."""
    return services.forget_pictures(now=now())


@shared_task
def mark_gone() -> int:
    """Call gone what every source has left out for two weeks. Returns how many."""
    return services.mark_gone(now=now())
