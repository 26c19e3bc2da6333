"""What galleries do when events and venues are merged or parted, and when a moderator has decided."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events import signals as events
from events.things import Thing, ThingKind
from galleries import services
from galleries.services.announcing import announce
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision
from moderation.signals import decided
from places import signals as places


@receiver(events.merged, dispatch_uid="galleries.events_merged")
def _events_merged(*, child_id: UUID, survivor_id: UUID, **_: Any) -> None:
    """Every photo stays with what it was given to; only what was rendered changes."""
    announce(Thing(ThingKind.EVENT, survivor_id), Thing(ThingKind.EVENT, child_id))


@receiver(events.parted, dispatch_uid="galleries.events_parted")
def _events_parted(*, event_id: UUID, survivor_id: UUID, **_: Any) -> None:
    announce(Thing(ThingKind.EVENT, survivor_id), Thing(ThingKind.EVENT, event_id))


@receiver(places.merged, dispatch_uid="galleries.places_merged")
def _places_merged(*, child_id: UUID, survivor_id: UUID, **_: Any) -> None:
    announce(Thing(ThingKind.PLACE, survivor_id), Thing(ThingKind.PLACE, child_id))


@receiver(places.unmerged, dispatch_uid="galleries.places_parted")
def _places_parted(*, child_id: UUID, survivor_id: UUID, **_: Any) -> None:
    announce(Thing(ThingKind.PLACE, survivor_id), Thing(ThingKind.PLACE, child_id))


@receiver(decided, dispatch_uid="galleries.decided")
def _decided(*, decision: UUID, kind: str, object_id: UUID, verdict: str, **_: Any) -> None:
    """Carry out a verdict at once. Where this fails `tasks.moderate_photos` does it within a minute."""
    if kind == ReviewKind.PHOTO and verdict in (Verdict.GRANT, Verdict.REFUSE):
        note = Decision.objects.values_list("note", flat=True).get(pk=decision)
        services.apply_verdict(object_id, Verdict(verdict), reason=note)
