"""Thin tasks of operation. Each may run twice."""

from celery import shared_task
from django.utils.timezone import now

from operations import uptime
from operations.components import board


@shared_task
def beat() -> None:
    """Every minute: the heartbeat, and the state of each component."""
    moment = now()
    uptime.beat(now=moment)
    board.write_down(now=moment)
