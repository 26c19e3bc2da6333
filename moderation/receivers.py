"""Files a review for places that may be the same, and updates the reviews of merged and un-merged events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from accounts.rights import Actor
from events.enums import Publication
from events.models import Event
from events.records import Moved
from events.signals import changed_unproven, edited, merged, moved, parted
from moderation import services, tasks
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews, matches
from moderation.signals import bulk_filed
from places.models import Place, PlaceMatch
from places.signals import asked
from registrations.models import EventMessage
from registrations.signals import message_waits

log = structlog.get_logger(__name__)


@receiver(bulk_filed, dispatch_uid="moderation.carry_out_bulk")
def carry_out_bulk(*, bulk: UUID, **_: Any) -> None:
    """Carry out or undo a bulk decision in the background. Without a broker `tasks.resume_bulk` finds it."""
    try:
        tasks.carry_out_bulk.delay(str(bulk))
    except OperationalError as error:
        log.warning("bulk_decision_not_queued", bulk=str(bulk), error=str(error))


@receiver(message_waits, dispatch_uid="moderation.ask_about_message")
def ask_about_message(*, message_id: UUID, **_: Any) -> None:
    """File one review for a message of a team that nobody knows yet."""
    message = EventMessage.objects.select_related("event").get(pk=message_id)
    event = message.event
    file_reviews([
        Filing(
            kind=ReviewKind.MESSAGE, object_id=message.pk, title=f"{event.title}: {message.subject}", city_id=event.city_id,
            starts_at=event.start_at, priority=15, reasons=("a team writes to those who come",), evidence={"event": str(event.pk)},
        )
    ])  # fmt: skip


@receiver(asked, dispatch_uid="moderation.ask_about_places")
def ask_about_places(*, match_ids: Sequence[UUID], **_: Any) -> None:
    """File one review for each pair, with both sides frozen in its evidence."""
    matches = PlaceMatch.objects.filter(pk__in=list(match_ids)).select_related("first__city", "second__city")
    file_reviews(
        Filing(
            kind=ReviewKind.VENUE,
            object_id=match.id,
            title=f"{match.first.name} and {match.second.name}",
            reasons=(f"may be one venue: {match.reasons}",),
            city_id=match.first.city_id,
            other_cities=() if match.first.city_id == match.second.city_id else (match.second.city_id,),
            evidence={
                "similarity": match.similarity,
                "why": match.reasons,
                "places": [_side(match.first), _side(match.second)],
            },
        )
        for match in matches
    )


@receiver(merged, dispatch_uid="moderation.withdraw_merged")
def withdraw_merged(*, child_id: UUID, now: datetime, **_: Any) -> None:
    """Withdraw the reviews of an event that was merged into another."""
    matches.after_merge(child_id, now=now)


@receiver(parted, dispatch_uid="moderation.ask_again")
def ask_again(*, event_id: UUID, by: Actor, now: datetime, **_: Any) -> None:
    """File the reviews of an un-merged event again."""
    matches.after_parting(event_id, by=by, now=now)


@receiver(moved, dispatch_uid="moderation.settle")
def record_direct_decisions(
    *, moved: Sequence[Moved], to: Publication, by: Actor, reason: str, note: str, now: datetime, **_: Any
) -> None:
    """Record decisions that a moderator made on events without opening their reviews."""
    services.record_direct_decisions(moved, to, by=by, reason=reason, note=note, now=now)


@receiver(changed_unproven, dispatch_uid="moderation.look_at_own_change")
def look_at_own_change(*, event_id: UUID, fields: Sequence[str], **_: Any) -> None:
    """File one review for a public event that its team changed, which has not proved who it is."""
    event = Event.objects.get(pk=event_id)
    words = ", ".join(name.replace("_", " ") for name in fields)
    file_reviews([
        Filing(
            kind=ReviewKind.SPOT, object_id=event_id, title=event.title, city_id=event.city_id, starts_at=event.start_at, priority=10,
            reasons=(f"its organizer, who has not proved who it is, changed: {words}",), evidence={},
        )
    ])  # fmt: skip


@receiver(edited, dispatch_uid="moderation.record_edit")
def record_direct_edit(
    *, event_id: UUID, note: Mapping[str, Any], by: Actor, now: datetime, **_: Any
) -> None:
    """Record an edit that was made outside a review."""
    services.record_direct_edit(event_id, note, by=by, now=now)


def _side(place: Place) -> dict[str, Any]:
    """The facts about a place that a moderator compares."""
    return {
        "id": str(place.id),
        "name": place.name,
        "address": place.address,
        "city": place.city.name if place.city else "",
        "point": f"{place.lat:.5f}, {place.lng:.5f}"
        if place.lat is not None and place.lng is not None
        else "",
        "phone": place.phone,
        "website": place.website,
        "ids": dict(place.external_ids),
        "events": Event.objects.filter(place=place).count(),
        "locked": list(place.locked_fields),
    }
