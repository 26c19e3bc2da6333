"""The events that a person saved."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from events.enums import Publication
from events.models import Event
from personal.models import Favourite

_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)


def favourites_of(person: User) -> QuerySet[Favourite]:
    """What readers may see of the saved events, the newest first."""
    return _shown(person).select_related("event__city", "event__merged_into__city")


def event_of(favourite: Favourite) -> Event:
    """The event, or the one that it was merged into."""
    return favourite.event.merged_into or favourite.event


def saved_ids(person: User) -> list[UUID]:
    """The ids of the saved events that readers may see, the newest first, each once."""
    stayed = Coalesce("event__merged_into", "event")
    return list(dict.fromkeys(_shown(person).annotate(stayed=stayed).values_list("stayed", flat=True)))


def _shown(person: User) -> QuerySet[Favourite]:
    shown = Q(event__publication__in=_SHOWN) | Q(event__merged_into__publication__in=_SHOWN)
    return Favourite.objects.filter(shown, user=person)
