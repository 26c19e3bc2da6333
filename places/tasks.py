"""Thin tasks of places."""

from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from places import services


@shared_task
def forget_expired() -> int:
    """Empty what providers' terms no longer allow to keep. Returns how many places lost something."""
    return services.forget_expired(now=now())


@shared_task
def liken_places() -> int:
    """Every hour: compare places that changed in the last two with those like them. Returns how many were merged or put before a person."""
    moment = now()
    done = services.liken_places(since=moment - timedelta(hours=2), now=moment)
    return done.merged + done.asked
