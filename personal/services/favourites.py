"""Events are saved with an account, and taken out again, also for a device that keeps a copy."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.models import User
from events.enums import Publication
from events.models import Event
from events.signals import counted, done
from personal.exceptions import PersonalRefused
from personal.models import Favourite

#: Events that one account can save.
MOST_FAVOURITES: Final = 1_000
_SAVED: Final = (Publication.APPROVED, Publication.ARCHIVED, Publication.MERGED)


def save_events(person: User, event_ids: Iterable[UUID], *, now: datetime | None = None) -> list[UUID]:
    """Save events with the account; what is saved already, or nobody may see, changes nothing. Returns what is new.

    So a device's list is merged at sign-in, however often. A merged event is saved as the one that stayed. The first
    is taken as the newest. Raises PersonalRefused where the account would hold too many; then nothing is saved.
    """
    with transaction.atomic():
        _lock(person)
        return _save(person, list(event_ids), now or clock())


def unsave_event(person: User, event_id: UUID) -> bool:
    """Take an event, and what was merged with it, out of what the account saved. Says whether it was there."""
    with transaction.atomic():
        _lock(person)
        return _unsave(person, [event_id]) > 0


def change_saved(
    person: User, *, save: Iterable[UUID], unsave: Collection[UUID], now: datetime | None = None
) -> None:
    """What a device saved and took out since it last told: both or neither. Once more changes nothing. Raises PersonalRefused."""
    with transaction.atomic():
        _lock(person)
        if unsave:
            _unsave(person, unsave)
        _save(person, list(save), now or clock())


def _lock(person: User) -> None:
    User.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)


def _save(person: User, event_ids: list[UUID], moment: datetime) -> list[UUID]:
    found = dict(
        Event.objects.filter(pk__in=event_ids, publication__in=_SAVED).values_list("pk", "merged_into_id")
    )
    wanted = dict.fromkeys(found[pk] or pk for pk in event_ids if pk in found)
    mine = Favourite.objects.filter(user=person)
    held = {one for row in mine.values_list("event_id", "event__merged_into_id") for one in row}
    fresh = [pk for pk in wanted if pk not in held]
    if fresh and mine.count() + len(fresh) > MOST_FAVOURITES:
        raise PersonalRefused(
            gettext("At most %(number)s events can be saved. Remove some first.")
            % {"number": MOST_FAVOURITES}
        )
    # the newest gets the highest id: of one moment the id decides the order
    Favourite.objects.bulk_create([Favourite(user=person, event_id=pk, at=moment) for pk in reversed(fresh)])
    if fresh:
        counted.send(sender=Favourite, acts=[(pk, "saves", 1) for pk in fresh], now=moment)
        done.send(sender=Favourite, acts=[(person.pk, pk, "", "save") for pk in fresh], now=moment)
    return fresh


def _unsave(person: User, event_ids: Collection[UUID]) -> int:
    stayed = Event.objects.filter(pk__in=event_ids, merged_into__isnull=False).values("merged_into")
    same = Q(event__in=event_ids) | Q(event__merged_into__in=event_ids) | Q(event__in=stayed)
    same |= Q(event__merged_into__in=stayed)
    mine = Favourite.objects.filter(same, user=person)
    taken = {
        pk for row in mine.values_list("event_id", "event__merged_into_id") for pk in row if pk is not None
    }
    count = mine.delete()[0]
    if count:
        acts = [(person.pk, pk, "", "unsave") for pk in sorted({*taken, *event_ids})]
        done.send(sender=Favourite, acts=acts, now=clock())
    return count
