"""Thin tasks of operation. Each may run twice."""

from celery import shared_task
from django.utils.timezone import now

from operations import uptime


@shared_task
def beat() -> None:
    """Every minute: the heartbeat."""
    uptime.beat(now=now())
