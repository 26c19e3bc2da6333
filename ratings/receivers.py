"""What ratings do when events and venues are merged or parted, and when a moderator has decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from events import signals as events
from events.things import Thing, ThingKind
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision
from moderation.signals import decided
from places import signals as places
from ratings import services


@receiver(events.merged, dispatch_uid="ratings.events_merged")
def _events_merged(*, child_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    _count(ThingKind.EVENT, survivor_id, child_id, now=now)


@receiver(events.parted, dispatch_uid="ratings.events_parted")
def _events_parted(*, event_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    _count(ThingKind.EVENT, survivor_id, event_id, now=now)


@receiver(places.merged, dispatch_uid="ratings.places_merged")
def _places_merged(*, child_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    _count(ThingKind.PLACE, survivor_id, child_id, now=now)


@receiver(places.unmerged, dispatch_uid="ratings.places_parted")
def _places_parted(*, child_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    _count(ThingKind.PLACE, survivor_id, child_id, now=now)


@receiver(decided, dispatch_uid="ratings.decided")
def _decided(*, decision: UUID, kind: str, object_id: UUID, verdict: str, **_: Any) -> None:
    """Carry out a verdict at once. Where this fails `tasks.moderate_ratings` does it within a minute."""
    if kind != ReviewKind.RATING or verdict not in (Verdict.GRANT, Verdict.REFUSE):
        return
    row = Decision.objects.select_related("review").get(pk=decision)
    if row.review is not None:
        services.apply_verdict(object_id, Verdict(verdict), row.review.evidence)


def _count(kind: ThingKind, *ids: UUID, now: datetime) -> None:
    """Every rating stays with what it was given to; only the sums change."""
    for pk in ids:
        services.recount(Thing(kind, pk), now=now)
