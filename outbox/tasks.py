"""Tasks that number and prune changes, in case no hub runs and no commit hook did it."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from outbox import services


@shared_task
def number_changes() -> None:
    """Number committed changes without a number. Idempotent."""
    services.number_changes()


@shared_task
def prune() -> int:
    """Delete changes older than LIVE_RETENTION_DAYS. Returns how many."""
    return services.prune(older_than=timezone.now() - timedelta(days=settings.LIVE_RETENTION_DAYS))
