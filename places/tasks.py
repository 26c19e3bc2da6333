"""Thin tasks of places."""

from celery import shared_task
from django.utils.timezone import now

from places import services


@shared_task
def forget_expired() -> int:
    """Empty what providers' terms no longer allow to keep. Returns how many places lost something."""
    return services.forget_expired(now=now())
