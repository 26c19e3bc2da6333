"""Thin tasks of operation. Each may run twice."""

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from operations import uptime
from operations.forecasts import keeping


@shared_task
def beat() -> None:
    """Every minute: the heartbeat."""
    uptime.beat(now=now())


@shared_task
def forecast_sources() -> int:
    """Hourly: once a day which sources are likely to fail, and how right that was. Off, none tells it. Returns how many rows are new."""
    if not is_on(Flag.ANALYTICS):
        keeping.hide()
        return 0
    return keeping.keep(now=now())
