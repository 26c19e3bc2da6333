"""Verdicts on matching events and on mismatched listings, and their effect on other reviews."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.rights import Actor, is_person, person_of
from events import services as events
from events.enums import Publication
from events.models import Event, Listing, Proposal
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services.judging import Filing, close, file_reviews
from moderation.services.queue_size import announce_queue_size

#: Kinds of review that ask about one event and are moot while it is merged.
_OF_EVENTS = (ReviewKind.EVENT, ReviewKind.CHANGE, ReviewKind.MATCH)


def merge(review: Review, *, other: UUID | None, by: Actor, now: datetime) -> dict[str, str]:
    """Merge the review's event into `other`, or into the survivor of `other`; a listing stays with its event.

    Returns what the Decision stores. Raises ModerationError, EventError.
    """
    listing_id = listing_of(review)
    if listing_id is not None:
        return {"event": str(events.keep_listing(listing_id, by=by, now=now).id)}
    survivor_id = _other(review, other, "Choose the event that it is a duplicate of.")
    survivor_id = (
        Event.objects.values_list("merged_into_id", flat=True).filter(pk=survivor_id).first() or survivor_id
    )
    found: dict[str, Any] = next(
        (like for like in review.evidence.get("similar") or [] if like["event"] == str(survivor_id)), {}
    )
    reasons = str(found.get("reasons") or "a moderator said so")
    events.merge(
        survivor_id,
        review.object_id,
        by=by,
        reasons=reasons,
        similarity=float(found.get("similarity", 1.0)),
        now=now,
    )
    return {"other": str(survivor_id)}


def separate(review: Review, *, other: UUID | None, by: Actor, now: datetime) -> dict[str, str]:
    """Keep two events apart: they are never matched again.

    A listing gets an event of its own. Returns what the Decision stores.
    """
    listing_id = listing_of(review)
    if listing_id is None:
        other_id = _other(review, other, "Choose the event that it is different from.")
        events.mark_different(review.object_id, other_id, by=by, reasons="a moderator said so")
        left = [like for like in review.evidence.get("similar") or [] if like["event"] != str(other_id)]
        review.evidence = {**review.evidence, "similar": left}
        return {"other": str(other_id)}
    listing = Listing.objects.select_related("event", "first_event").get(pk=listing_id)
    if (
        listing.joined_at is None
        and listing.first_event_id != listing.event_id
        and listing.first_event.publication == Publication.MERGED
    ):
        alone = events.unmerge(listing.first_event_id, by=by, now=now)
    else:
        alone = events.take_out(listing_id, by=by, now=now)
    return {"event": str(listing.event_id), "taken_out": str(alone.id)}


def is_settled(review: Review, verdict: Verdict) -> bool:
    """Whether the verdict answers the review completely.

    An event that differs from another still waits for its own verdict, or for the next candidate.
    """
    if verdict is not Verdict.DIFFERENT or listing_of(review) is not None:
        return True
    return review.kind != ReviewKind.EVENT and not (
        review.kind == ReviewKind.MATCH and review.evidence.get("similar")
    )


def revert(decision: Decision, verdict: Verdict, *, by: Actor, now: datetime) -> None:
    """Undo a merge, or join again what was separated. Raises ModerationError where that is not possible."""
    taken_out = decision.after.get("taken_out")
    if verdict is Verdict.MERGE and "event" not in decision.after:
        events.unmerge(decision.object_id, by=by, now=now)
    elif taken_out:
        events.merge(UUID(decision.after["event"]), UUID(taken_out), by=by, reasons="taken back", now=now)
    else:
        raise ModerationError(f"A verdict “{decision.get_verdict_display()}” cannot be undone.")


def listing_of(review: Review) -> UUID | None:
    """The listing that the review asks about; None where it asks about an event."""
    listing_id = review.evidence.get("listing")
    return UUID(str(listing_id)) if listing_id else None


def after_merge(child_id: UUID, *, now: datetime) -> None:
    """Withdraw the reviews of an event that is now part of another."""
    close(Review.objects.filter(kind__in=_OF_EVENTS, object_id=child_id), now=now)


def after_parting(event_id: UUID, *, by: Actor, now: datetime) -> None:
    """File the reviews of an event that is separate again, or for the first time, and record the separation."""
    event = Event.objects.get(pk=event_id)
    wanted = [ReviewKind.EVENT] if event.publication in (Publication.PENDING, Publication.FLAGGED) else []
    wanted += (
        [ReviewKind.CHANGE] if Proposal.objects.filter(event=event, decided_at__isnull=True).exists() else []
    )
    for kind in wanted:
        if not _reopen(kind, event_id):
            file_reviews([_filing(kind, event)])
    said = {"by": person_of(by), "note": "taken out of another event", "automatic": not is_person(by)}
    states = {
        "before": {"publication": Publication.MERGED.value},
        "after": {"publication": event.publication},
    }
    Decision.objects.get_or_create(
        object_id=event_id, verdict=Verdict.UNDO, at=now, defaults={**said, **states}
    )


def _other(review: Review, other: UUID | None, missing: str) -> UUID:
    """The event that a verdict names. It may be omitted where the review asks about only one."""
    likes = review.evidence.get("similar") or []
    if other is None and review.kind == ReviewKind.MATCH and len(likes) == 1:
        return UUID(likes[0]["event"])
    if other is None:
        raise ModerationError(missing)
    return other


def _reopen(kind: ReviewKind, object_id: UUID) -> bool:
    if Review.objects.filter(kind=kind, object_id=object_id, state=ReviewState.OPEN).exists():
        return True
    last = (
        Review.objects.filter(kind=kind, object_id=object_id).order_by("-decided_at", "-created_at").first()
    )
    if last is None:
        return False
    Review.objects.filter(pk=last.pk).update(
        state=ReviewState.OPEN, decided_at=None, version=F("version") + 1
    )
    announce_queue_size([last.city_id])
    return True


def _filing(kind: ReviewKind, event: Event) -> Filing:
    """The filing for an event that never had a review of its own."""
    listing = Listing.objects.filter(event=event).select_related("origin").order_by("first_seen_at").first()
    return Filing(
        kind=kind,
        object_id=event.id,
        title=event.title,
        reasons=("it was taken out of another event",),
        city_id=event.city_id,
        starts_at=event.start_at,
        evidence={
            "source_name": listing.origin.name if listing else "",
            "facts": listing.facts if listing else {},
        },
    )
