"""Saves, changes and deletes searches, and renews the secret addresses of their feeds."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.secret_addresses import new_secret
from events.filters import EventFilter
from outbox.queries import position
from saved_searches.exceptions import SavedSearchRefused
from saved_searches.models import Hit, SavedSearch
from saved_searches.services.conditions import forget_unused, store

#: Searches of one account.
MOST: Final = 100
_LONGEST_NAME: Final = 100


def save(
    person: User, wanted: EventFilter, *, name: str, alert: bool = False, now: datetime | None = None
) -> SavedSearch:
    """Save a search under a name. Raises InputRefused for the name, SavedSearchRefused where there are MOST already."""
    moment, called = now or clock(), _name(name)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if SavedSearch.objects.filter(user=person).count() >= MOST:
            raise SavedSearchRefused(
                gettext("At most %(number)s searches can be saved. Delete one first.") % {"number": MOST}
            )
        return SavedSearch.objects.create(
            user=person, name=called, query=wanted.to_query(), conditions=store(wanted), alert=alert,
            after=position().number, created_at=moment, updated_at=moment,
        )  # fmt: skip


def change(
    person: User,
    search_id: UUID,
    *,
    name: str | None = None,
    wanted: EventFilter | None = None,
    alert: bool | None = None,
    now: datetime | None = None,
) -> SavedSearch:
    """Change what is given, all or none. Raises SavedSearch.DoesNotExist where it is not theirs, and InputRefused.

    With other conditions, or once its alert is switched on, only what changes from now on is new; what was found is
    forgotten with the conditions that found it.
    """
    called = None if name is None else _name(name)
    with transaction.atomic():
        row = SavedSearch.objects.select_for_update().get(user=person, pk=search_id)
        former = row.conditions_id
        row.name = row.name if called is None else called
        begins = alert is True and not row.alert
        row.alert = row.alert if alert is None else alert
        if wanted is not None:
            row.query, row.conditions = wanted.to_query(), store(wanted)
        if row.conditions_id != former:
            Hit.objects.filter(search=row).delete()
            row.beyond = 0
        if begins or row.conditions_id != former:
            row.after = position().number
        row.updated_at = now or clock()
        row.save()
        forget_unused([former])
    return row


def delete(person: User, search_id: UUID) -> bool:
    """Delete a search, what it found, and its feeds. Says whether it was there."""
    with transaction.atomic():
        rows = SavedSearch.objects.filter(user=person, pk=search_id)
        used = list(rows.values_list("conditions_id", flat=True))
        count, _ = rows.delete()
        forget_unused(used)
    return bool(count)


def renew_feed(person: User, search_id: UUID) -> str:
    """A new secret for the address of the search's feeds; the one before opens nothing any more.

    Raises SavedSearch.DoesNotExist.
    """
    secret, kept = new_secret(SavedSearch.PURPOSE)
    if not SavedSearch.objects.filter(user=person, pk=search_id).update(feed_hash=kept):
        raise SavedSearch.DoesNotExist
    return secret


def close_feed(person: User, search_id: UUID) -> None:
    """The secret address opens nothing any more. Raises SavedSearch.DoesNotExist."""
    if not SavedSearch.objects.filter(user=person, pk=search_id).update(feed_hash=""):
        raise SavedSearch.DoesNotExist


def _name(given: str) -> str:
    name = user_input.line("name", given, most=_LONGEST_NAME)
    if not name:
        raise InputRefused("name", gettext("must not be empty."))
    return name
