"""Thin tasks of insights."""

from celery import shared_task
from django.utils.timezone import now

from insights import services


@shared_task
def add_up_interactions() -> int:
    """Hourly: the sums of today and the day before. Returns how many rows."""
    return services.add_up(now=now())


@shared_task
def forget_interactions() -> int:
    """Daily: partitions of the coming months, and what was kept long enough goes. Returns how many rows and partitions."""
    return services.forget(now=now())
