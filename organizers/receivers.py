"""What follows when two organizers become one, and when they are parted: the drafts of the team that went."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events.services.merging_organizers import kept_of
from events.signals import organizers_merged, organizers_parted
from organizers.models import WrittenEvent


@receiver(organizers_merged, dispatch_uid="organizers.move_drafts")
def move_drafts(*, survivor_id: UUID, child_id: UUID, **_: Any) -> list[str]:
    """Its drafts are those of the team that stays. Returns their ids, for the undo."""
    moved = [str(pk) for pk in WrittenEvent.objects.filter(organizer=child_id).values_list("pk", flat=True)]
    _give(moved, survivor_id)
    return moved


@receiver(organizers_parted, dispatch_uid="organizers.return_drafts")
def return_drafts(*, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], **_: Any) -> None:
    """Drafts go back where they were written."""
    kept = WrittenEvent.objects.filter(pk__in=kept_of(undo, move_drafts), organizer=survivor_id)
    _give([str(pk) for pk in kept.values_list("pk", flat=True)], child_id)


def _give(drafts: list[str], organizer_id: UUID) -> None:
    """The form names the organizer too."""
    for draft in WrittenEvent.objects.filter(pk__in=drafts).defer("picture"):
        draft.said = {**draft.said, "organizer": str(organizer_id)}
        draft.organizer_id = organizer_id
        draft.save(update_fields=["organizer", "said"])
