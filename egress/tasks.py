"""Deletes old quota windows."""

from celery import shared_task
from django.utils import timezone

from egress import services


@shared_task
def prune_quotas() -> int:
    """Delete old windows. Returns how many."""
    return services.prune_quotas(timezone.now())
