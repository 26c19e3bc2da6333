"""Edits of events within verdicts, answers to what sources propose, and how undo takes both back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.rights import Actor
from events import services as events
from events.models import Event, Proposal
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services.judging import withdraw
from moderation.services.queue_size import announce_queue_size

#: The verdict on a proposal, and whether it accepts.
ANSWERS: Mapping[Verdict, bool] = {Verdict.ACCEPT_CHANGE: True, Verdict.DECLINE_CHANGE: False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """What a moderator changes: {column: value}, the fields given back to their sources, and the event's version."""

    values: Mapping[str, Any] = field(default_factory=dict)
    unlock: Collection[str] = ()
    version: int | None = None


def apply(review: Review, edit: Edit | None, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Carry out the edit on the review's event. Returns what a Decision stores to undo it, {} for no change."""
    if edit is None:
        return {}
    done = events.apply_edit(
        review.object_id, edit.values, unlock=edit.unlock, version=edit.version, by=by, now=now
    )
    return {"edit": dict(done.note)} if done.note else {}


def answer(
    review: Review, verdict: Verdict, *, fields: Collection[str] | None, by: Actor, now: datetime
) -> dict[str, Any]:
    """Accept or decline what is proposed for the review's event: `fields`, or all. Returns the note for undo.

    Raises ModerationError where nothing is proposed for these fields.
    """
    notes = events.decide_proposals(review.object_id, accept=ANSWERS[verdict], fields=fields, by=by, now=now)
    if not notes and fields is not None:
        raise ModerationError("Nothing is proposed for this field any more. Reload the page.")
    return {"proposals": notes} if notes else {}


def is_answered(event_id: UUID) -> bool:
    """Whether no proposal for the event is open."""
    return not Proposal.objects.filter(event=event_id, decided_at__isnull=True).exists()


def revert(decision: Decision, *, by: Actor, now: datetime) -> None:
    """Undo the edit and the answers of a decision; its event is as before them. Raises EventError."""
    note = decision.undo
    if note.get("proposals"):
        events.undo_answers(decision.object_id, note["proposals"], by=by, now=now)
    if note.get("edit"):
        events.undo_edit(decision.object_id, note["edit"], by=by, now=now)
        if note["edit"].get("answered"):
            _ask_again(decision.object_id)


def follow(event_id: UUID, *, now: datetime) -> None:
    """After an edit outside a review: whoever has a review of the event open must look again.

    The question of a change is withdrawn where no proposal is left.
    """
    waiting = Review.objects.filter(object_id=event_id, state=ReviewState.OPEN)
    waiting.update(version=F("version") + 1)
    if is_answered(event_id):
        withdraw(ReviewKind.CHANGE, [event_id], now=now)


def publication_of(event_id: UUID) -> dict[str, Any]:
    """The state of an event that a Decision stores before and after; {} where the object is no event."""
    return publications_of([event_id]).get(event_id, {})


def publications_of(event_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The same of those of the objects that are events (one query)."""
    rows = Event.objects.filter(pk__in=list(event_ids)).values_list("pk", "publication")
    return {pk: {"publication": publication} for pk, publication in rows}


def _ask_again(event_id: UUID) -> None:
    """Open the question of a change again, which an edit had answered."""
    reviews = Review.objects.filter(kind=ReviewKind.CHANGE, object_id=event_id)
    if reviews.filter(state=ReviewState.OPEN).exists():
        return
    last = reviews.order_by("-decided_at").first()
    if last is not None:
        reviews.filter(pk=last.pk).update(state=ReviewState.OPEN, decided_at=None, version=F("version") + 1)
        announce_queue_size([last.city_id])
