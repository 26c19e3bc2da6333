"""Thin tasks of moderation."""

from celery import shared_task
from django.utils.timezone import now

from moderation import services


@shared_task
def anonymize_evidence() -> int:
    """Empty the contacts that reviews of what is long over keep. Returns how many reviews."""
    return services.anonymize_evidence(now=now())
