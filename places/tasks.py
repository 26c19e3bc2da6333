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
    """Empty what providers' terms no longer allow to keep, and who reported of places a day ago. Returns how
    many rows."""
    moment = now()
    return (
        services.forget_expired(now=moment)
        + services.forget_geocodes(now=moment)
        + services.forget_reporters(now=moment)
    )


@shared_task
def let_states_expire() -> int:
    """Every minute: what was known of places and is over goes, and readers are told. Returns how many answers
    went."""
    return services.let_expire(now=now())


@shared_task
def geocode_missing() -> int:
    """Every five minutes: ask the geocoder, where one is set up and sources are on, for places without a
    point. Returns how many have one now."""
    geocoder = geocoder_named(settings.GEOCODER, url=settings.GEOCODER_URL, key=settings.GEOCODER_KEY)
    if geocoder is None or not is_on(Flag.LIVE_SOURCES):
        return 0
    with open_client(geocoder.policy, name=f"geocoder:{geocoder.name}") as http:
        return services.geocode_missing(geocoder, http, now=now()).placed


@shared_task
def liken_places() -> int:
    """Every hour: compare places that changed in the last two with those like them. Returns how many were
    merged or put before a person."""
    moment = now()
    done = services.liken_places(since=moment - timedelta(hours=2), now=moment)
    return done.merged + done.asked
