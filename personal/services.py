"""The doors of what a person keeps. Nobody but the person has them: each takes the account itself."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.models import User
from events.enums import Publication
from events.models import Event
from personal.exceptions import PersonalRefused
from personal.models import CalendarKey, Favourite, Preferences
from pipeline.taxonomy import BY_SLUG

#: Events that one account can save, and words that it can name.
MOST_FAVOURITES: Final = 1_000
MOST_WORDS: Final = 20
_SAVED: Final = (Publication.APPROVED, Publication.ARCHIVED, Publication.MERGED)


def set_preferences(person: User, values: Mapping[str, Any], *, now: datetime | None = None) -> Preferences:
    """Set the given fields of the preferences, all or none. Raises InputRefused."""
    checked = {name: _CHECKS[name](value) if name in _CHECKS else value for name, value in values.items()}
    with transaction.atomic():
        row, _ = Preferences.objects.select_for_update().get_or_create(user=person)
        for name, value in checked.items():
            setattr(row, name, value)
        row.updated_at = now or clock()
        row.save()
    return row


def save_events(person: User, event_ids: Iterable[UUID], *, now: datetime | None = None) -> list[UUID]:
    """Save events with the account; what is saved already, or nobody may see, changes nothing. Returns what is new.

    So a device's list is merged at sign-in, however often. A merged event is saved as the one that stayed. Raises PersonalRefused.
    """
    moment = now or clock()
    found = Event.objects.filter(pk__in=list(event_ids), publication__in=_SAVED)
    wanted = {event.merged_into_id or event.pk for event in found}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        held = set(Favourite.objects.filter(user=person).values_list("event_id", flat=True))
        fresh = sorted(wanted - held)
        if len(held) + len(fresh) > MOST_FAVOURITES:
            raise PersonalRefused(
                gettext("At most %(number)s events can be saved. Remove some first.")
                % {"number": MOST_FAVOURITES}
            )
        Favourite.objects.bulk_create(
            [Favourite(user=person, event_id=pk, at=moment) for pk in fresh], ignore_conflicts=True
        )
    return fresh


def unsave_event(person: User, event_id: UUID) -> bool:
    """Take an event out of what the account saved. Says whether it was there."""
    count, _ = Favourite.objects.filter(user=person, event_id=event_id).delete()
    return bool(count)


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


def _categories(given: Iterable[str]) -> list[str]:
    slugs = list(dict.fromkeys(given))
    if unknown := [slug for slug in slugs if slug not in BY_SLUG]:
        raise InputRefused("categories", gettext("name no category “%(slug)s”.") % {"slug": unknown[0][:40]})
    return slugs


def _words(given: Iterable[str]) -> list[str]:
    words = [user_input.line("keywords", word, most=60) for word in given]
    if len(words) > MOST_WORDS:
        raise InputRefused(
            "keywords", gettext("are at most %(number)s. Leave some out.") % {"number": MOST_WORDS}
        )
    return [word for word in dict.fromkeys(words) if word]


def _days(given: Iterable[int]) -> list[int]:
    days = sorted(set(given))
    if any(day not in range(1, 8) for day in days):
        raise InputRefused("days", gettext("are numbers from 1, Monday, to 7, Sunday."))
    return days


_CHECKS: Final[Mapping[str, Any]] = {
    "categories": _categories,
    "keywords": _words,
    "days": _days,
}
