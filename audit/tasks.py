"""Tasks of the log: chain what a commit hook left, and write checkpoints."""

from pathlib import Path

from celery import shared_task
from django.conf import settings

from audit import services


@shared_task
def chain() -> None:
    """Chain committed entries without a link, and write a checkpoint if the chain has grown. Idempotent."""
    services.chain()
    services.write_checkpoint(Path(settings.AUDIT_CHECKPOINTS))
