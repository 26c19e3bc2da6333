"""Periodic tasks that belong to no other app: backups."""

from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from config.backup.errors import BackupError
from config.backup.keeping import forget
from config.backup.making import default_kind, make, ship_log
from config.backup.places import place
from config.doctor.site import backups
from operations.enums import State
from sources.monitoring.alerts import raise_alert, resolve

log = structlog.get_logger(__name__)
FAILED: Final = "backup:failed"
OLD: Final = "backup:old"


@shared_task
def back_up() -> None:
    """Make a backup and delete old ones, where BACKUP_TO is set. One that fails is an alert until one succeeds."""
    if not settings.BACKUP_TO:
        return
    try:
        to = place(settings.BACKUP_TO)
        make(to, kind=default_kind())
        forget(to, days=settings.BACKUP_KEEP_DAYS, now=now())
    except (BackupError, OSError) as error:
        log.error("backup_failed", reason=str(error))
        raise_alert(FAILED, "The backup failed", detail=str(error))
        raise
    resolve(FAILED)


@shared_task
def look_at_backups() -> None:
    """Hourly: alert operators where the newest backup is old or cannot be read, or the log waits to be shipped.

    What is at the place is looked at, not what tasks said of themselves: a task that never ran says nothing.
    """
    found = backups() if settings.BACKUP_TO else None
    if found is None or found.state in (State.OK, State.OFF):
        resolve(OLD)
        return
    title = "There is no fresh backup"
    raise_alert(OLD, title, detail=f"{found.detail} {found.remedy}")


@shared_task
def ship_wal() -> None:
    """Ship the finished segments of the embedded PostgreSQL's log, where it keeps them. May run twice: a shipped segment is known."""
    if settings.BACKUP_TO and settings.BACKUP_WAL:
        ship_log(place(settings.BACKUP_TO))
