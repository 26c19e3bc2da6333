"""What follows when two organizers become one, and when they are parted: searches that ask for the one that went."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events.services.merging_organizers import kept_of
from events.signals import organizers_merged, organizers_parted
from saved_searches import services
from saved_searches.models import SavedSearch
from saved_searches.queries import filter_of


@receiver(organizers_merged, dispatch_uid="saved_searches.follow_organizers")
def follow_organizers(*, survivor_id: UUID, child_id: UUID, **_: Any) -> list[str]:
    """They ask for the one that stays. Returns the ids of the searches, for the undo."""
    rows = SavedSearch.objects.filter(conditions__wanted__organizer=str(child_id))
    moved = [str(pk) for pk in rows.values_list("pk", flat=True)]
    _ask_for(survivor_id, moved)
    return moved


@receiver(organizers_parted, dispatch_uid="saved_searches.return_from_organizers")
def return_from_organizers(*, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], **_: Any) -> None:
    """They ask again for what they asked for."""
    kept = SavedSearch.objects.filter(
        pk__in=kept_of(undo, follow_organizers), conditions__wanted__organizer=str(survivor_id)
    )
    _ask_for(child_id, [str(pk) for pk in kept.values_list("pk", flat=True)])


def _ask_for(organizer_id: UUID, searches: list[str]) -> None:
    for row in SavedSearch.objects.filter(pk__in=searches).select_related("user", "conditions"):
        services.change(row.user, row.pk, wanted=replace(filter_of(row), organizer=organizer_id))
