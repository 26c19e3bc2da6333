"""Thin tasks of moderation."""

from celery import shared_task
from django.utils.timezone import now

from moderation import services


@shared_task
def anonymize_evidence() -> int:
    """Remove contacts from the evidence of old reviews. Returns how many reviews."""
    return services.anonymize_evidence(now=now())
