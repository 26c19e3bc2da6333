"""What follows when two organizers become one, and when they are parted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events.services.merging_organizers import kept_of
from events.signals import organizers_merged, organizers_parted
from personal.models import Follow


@receiver(organizers_merged, dispatch_uid="personal.follow_organizers")
def follow_organizers(*, survivor_id: UUID, child_id: UUID, **_: Any) -> list[str]:
    """Whoever follows the one that went follows the one that stays; who follows both goes on to. Returns the ids of the rows, for the undo."""
    both = Follow.objects.filter(organizer=survivor_id).values("user")
    rows = Follow.objects.filter(organizer=child_id).exclude(user__in=both)
    moved = [str(pk) for pk in rows.values_list("pk", flat=True)]
    Follow.objects.filter(pk__in=moved).update(organizer=survivor_id)
    return moved


@receiver(organizers_parted, dispatch_uid="personal.return_from_organizers")
def return_from_organizers(*, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], **_: Any) -> None:
    """They follow again what they followed."""
    moved = Follow.objects.filter(pk__in=kept_of(undo, follow_organizers), organizer=survivor_id)
    moved.update(organizer=child_id)
