"""Queues what a person asked for: an export, an erasure. A broken broker fails nothing; the clock makes up for it."""

from typing import Any
from uuid import UUID

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from accounts import tasks
from accounts.signals import erasure_asked, export_asked

log = structlog.get_logger(__name__)


@receiver(erasure_asked, dispatch_uid="accounts.queue_erasure")
def queue_erasure(erasure_id: UUID, **_: Any) -> None:
    """Carry out one wish soon."""
    _queue(tasks.carry_out_erasure, erasure_id)


@receiver(export_asked, dispatch_uid="accounts.queue_export")
def queue_export(export_id: UUID, **_: Any) -> None:
    """Make one zip soon."""
    _queue(tasks.make_export, export_id)


def _queue(task: Any, pk: UUID) -> None:
    try:
        task.delay(str(pk))
    except OperationalError as error:
        log.warning("task_not_queued", task=task.name, error=str(error))
