"""The secret address of a person's calendar."""

import secrets
from datetime import datetime

from django.utils.timezone import now as clock

from accounts.crypto import keyed_hash
from accounts.models import User
from personal.models import CalendarKey


def renew_calendar(person: User, *, now: datetime | None = None) -> str:
    """A new secret for the address of the person's calendar; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    CalendarKey.objects.update_or_create(
        user=person, defaults={"secret_hash": keyed_hash(f"calendar {secret}"), "made_at": now or clock()}
    )
    return secret


def close_calendar(person: User) -> None:
    """The secret address opens nothing any more."""
    CalendarKey.objects.filter(user=person).delete()
