"""Numbers and prunes changes when no hub runs and no commit hook did it."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from outbox import services


@shared_task
def number_changes() -> None:
    """Number what was committed and has no number. Running twice is harmless."""
    services.number_changes()


@shared_task
def prune() -> int:
    """Delete changes older than LIVE_RETENTION_DAYS; how many."""
    return services.prune(older_than=timezone.now() - timedelta(days=settings.LIVE_RETENTION_DAYS))
