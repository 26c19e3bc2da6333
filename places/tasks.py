"""Thin tasks of places."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from egress.factory import open_client
from flags.models import Flag
from flags.services import is_on
from places import services
from places.geocoding import geocoder_named


@shared_task
def forget_expired() -> int:
    """Delete what providers' terms no longer allow to store, and the authors of reports after a day.

    Returns how many rows.
    """
    moment = now()
    return (
        services.forget_expired(now=moment)
        + services.forget_geocodes(now=moment)
        + services.forget_reporters(now=moment)
    )


@shared_task
def let_states_expire() -> int:
    """Every minute: delete expired evidence and weather, and announce it. Returns how many answers."""
    return services.let_expire(now=now())


@shared_task
def geocode_missing() -> int:
    """Every five minutes: geocode places without a point, if a geocoder is configured and sources are on.

    Returns how many got a point.
    """
    geocoder = geocoder_named(settings.GEOCODER, url=settings.GEOCODER_URL, key=settings.GEOCODER_KEY)
    if geocoder is None or not is_on(Flag.LIVE_SOURCES):
        return 0
    with open_client(geocoder.policy, name=f"geocoder:{geocoder.name}") as http:
        return services.geocode_missing(geocoder, http, now=now()).placed


@shared_task
def liken_places() -> int:
    """Every hour: compare places that changed in the last two hours with similar ones.

    Returns how many were merged or filed for review.
    """
    moment = now()
    done = services.liken_places(since=moment - timedelta(hours=2), now=moment)
    return done.merged + done.asked
