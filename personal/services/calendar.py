"""The secret address of a person's calendar."""

from datetime import datetime

from django.utils.timezone import now as clock

from accounts.models import User
from accounts.secret_addresses import new_secret
from personal.models import CalendarKey


def renew_calendar(person: User, *, now: datetime | None = None) -> str:
    """A new secret for the address of the person's calendar; the one before opens nothing any more."""
    secret, kept = new_secret(CalendarKey.PURPOSE)
    CalendarKey.objects.update_or_create(
        user=person, defaults={"secret_hash": kept, "made_at": now or clock()}
    )
    return secret


def close_calendar(person: User) -> None:
    """The secret address opens nothing any more."""
    CalendarKey.objects.filter(user=person).delete()
