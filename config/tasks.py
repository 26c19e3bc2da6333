"""Periodic tasks that belong to no other app: backups."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from config.backup.errors import BackupError
from config.backup.keeping import forget
from config.backup.making import default_kind, make, ship_log
from config.backup.places import place

log = structlog.get_logger(__name__)


@shared_task
def back_up() -> None:
    """Make a backup and delete old ones, where BACKUP_TO is set."""
    if not settings.BACKUP_TO:
        return
    try:
        to = place(settings.BACKUP_TO)
        make(to, kind=default_kind())
        forget(to, days=settings.BACKUP_KEEP_DAYS, now=now())
    except BackupError as error:
        log.error("backup_failed", reason=str(error))
        raise


@shared_task
def ship_wal() -> None:
    """Ship the finished segments of the embedded PostgreSQL's log, where it keeps them. May run twice: a shipped segment is known."""
    if settings.BACKUP_TO and settings.BACKUP_WAL:
        ship_log(place(settings.BACKUP_TO))
