"""Verdicts on matching events and on mismatched listings, and their effect on other reviews."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.timezone import now as clock

from accounts.rights import Actor, is_person, person_of
from events import services as events
from events.enums import Publication
from events.models import Event, Listing, Proposal
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services import reports
from moderation.services.judging import Filing, close, file_reviews
from moderation.services.pairing import MOST_OTHERS, Pairing
from moderation.services.queue_size import announce_queue_size

#: Kinds of review that ask about one event and are moot while it is merged.
_OF_EVENTS = (
    ReviewKind.EVENT,
    ReviewKind.CHANGE,
    ReviewKind.MATCH,
    ReviewKind.REPORT,
    ReviewKind.SPOT,
    ReviewKind.APPEAL,
)


def merge(review: Review, pairing: Pairing, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Merge the review's event and the others into one; a listing stays with its event.

    By default the first of the others survives. Candidates that were not named are still asked about. Returns
    what the Decision stores. Raises ModerationError, EventError.
    """
    listing_id = listing_of(review)
    if listing_id is not None:
        return {"event": str(events.keep_listing(listing_id, by=by, now=now).id)}
    others = _tops(_others(review, pairing, "Choose the event that it is a duplicate of."))
    survivor = pairing.survivor or others[0]
    group = [review.object_id, *others]
    if survivor not in group:
        raise ModerationError("The event that stays must be one of those that are merged.")
    children = {pk: _why(review, pk, survivor) for pk in group if pk != survivor}
    events.merge_several(survivor, children, by=by, chosen=pairing.values, seen=pairing.seen, now=now)
    asked = list(review.evidence.get("similar") or [])
    left = [like for like in asked if UUID(like["event"]) not in {*group, *pairing.others}]
    _ask_on(review, survivor, left)
    return {"other": str(survivor), "merged": list(map(str, children)), "similar": asked} | (
        {"values": {name: str(pk) for name, pk in pairing.values.items()}} if pairing.values else {}
    )


def separate(review: Review, pairing: Pairing, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Keep the review's event and the others apart: they are never matched again.

    A listing gets an event of its own. Returns what the Decision stores.
    """
    listing_id = listing_of(review)
    if listing_id is None:
        others = _others(review, pairing, "Choose the event that it is different from.")
        former = {str(pk): events.verdict_on(review.object_id, pk) for pk in others}
        for pk in others:
            events.mark_different(review.object_id, pk, by=by, reasons="a moderator said so")
        asked = list(review.evidence.get("similar") or [])
        review.evidence = {
            **review.evidence,
            "similar": [like for like in asked if like["event"] not in former],
        }
        review.save(update_fields=["evidence"])
        return {"other": str(others[0]), "different": former, "similar": asked}
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

    An event that differs from another still waits for its own verdict, or for the next candidate; so does one
    that another was merged into.
    """
    if verdict not in (Verdict.DIFFERENT, Verdict.MERGE) or listing_of(review) is not None:
        return True
    if review.kind == ReviewKind.MATCH:
        return not review.evidence.get("similar")
    if review.kind == ReviewKind.EVENT:
        return Event.objects.filter(pk=review.object_id, publication=Publication.MERGED).exists()
    return True


def revert(decision: Decision, verdict: Verdict, *, by: Actor, now: datetime) -> None:
    """Undo all that a verdict on matching events did: un-merge, join again, or ask again.

    Raises ModerationError where that is not possible.
    """
    after = decision.after
    if after.get("taken_out"):
        events.merge(UUID(after["event"]), UUID(after["taken_out"]), by=by, reasons="taken back", now=now)
    elif verdict is Verdict.MERGE and "event" not in after:
        for child in reversed(after.get("merged") or [str(decision.object_id)]):
            events.unmerge(UUID(child), by=by, now=now)
    elif verdict is Verdict.DIFFERENT and "different" in after:
        for other, before in after["different"].items():
            events.take_back_different(decision.object_id, UUID(other), by=by, before=before)
    else:
        raise ModerationError(f"A verdict “{decision.get_verdict_display()}” cannot be undone.")
    if decision.review is not None and "similar" in after:
        _ask_again(decision.review, after)


def _ask_again(review: Review, after: Mapping[str, Any]) -> None:
    """Restore the candidates of a review, and withdraw those that the survivor was asked about instead."""
    evidence = {**review.evidence, "similar": after["similar"]}
    Review.objects.filter(pk=review.pk).update(evidence=evidence, version=F("version") + 1)
    if after["other"] != str(review.object_id):
        asked = {like["event"] for like in after["similar"]}
        for other in Review.objects.filter(
            kind=ReviewKind.MATCH, object_id=after["other"], state=ReviewState.OPEN, evidence__asked_for=str(review.pk)
        ):  # fmt: skip
            if {like["event"] for like in other.evidence.get("similar") or []} <= asked:
                close(Review.objects.filter(pk=other.pk), now=clock())


def listing_of(review: Review) -> UUID | None:
    """The listing that the review asks about; None where it asks about an event."""
    listing_id = review.evidence.get("listing")
    return UUID(str(listing_id)) if listing_id else None


def after_merge(child_id: UUID, *, now: datetime) -> None:
    """Withdraw the reviews of an event that is now part of another."""
    close(Review.objects.filter(kind__in=_OF_EVENTS, object_id=child_id), now=now)
    reports.uphold_duplicates(child_id)


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
    reports.gather(event)
    said = {"by": person_of(by), "note": "taken out of another event", "automatic": not is_person(by)}
    states = {
        "before": {"publication": Publication.MERGED.value},
        "after": {"publication": event.publication},
    }
    Decision.objects.get_or_create(
        object_id=event_id, verdict=Verdict.UNDO, at=now, defaults={**said, **states}
    )


def _others(review: Review, pairing: Pairing, missing: str) -> tuple[UUID, ...]:
    """The events that a verdict names. They may be omitted where the review asks about only one."""
    likes = review.evidence.get("similar") or []
    others = tuple(dict.fromkeys(pk for pk in pairing.others if pk != review.object_id))
    if not others and review.kind == ReviewKind.MATCH and len(likes) == 1:
        return (UUID(likes[0]["event"]),)
    if not others:
        raise ModerationError(missing)
    if len(others) > MOST_OTHERS:
        raise ModerationError(f"At most {MOST_OTHERS + 1} events at once.")
    return others


def _tops(others: tuple[UUID, ...]) -> list[UUID]:
    """The events that readers see for `others`, each once."""
    merged = dict(Event.objects.filter(pk__in=others).values_list("pk", "merged_into_id"))
    return list(dict.fromkeys(merged.get(pk) or pk for pk in others))


def _why(review: Review, child: UUID, survivor: UUID) -> events.Why:
    """Why the two are one: what the matcher said of the candidate, else that a moderator did."""
    other = child if child != review.object_id else survivor
    found: dict[str, Any] = next(
        (like for like in review.evidence.get("similar") or [] if like["event"] == str(other)), {}
    )
    return events.Why(
        reasons=str(found.get("reasons") or "a moderator said so"),
        similarity=float(found.get("similarity", 1.0)),
    )


def _ask_on(review: Review, survivor: UUID, left: list[dict[str, Any]]) -> None:
    """Ask about the candidates `left`: in the same review, or of the event that its own went into."""
    if survivor == review.object_id:
        review.evidence = {**review.evidence, "similar": left}
        review.save(update_fields=["evidence"])
    elif left and review.kind == ReviewKind.MATCH:
        event = Event.objects.get(pk=survivor)
        evidence = {**_filing(ReviewKind.MATCH, event).evidence, "similar": left, "asked_for": str(review.pk)}
        filing = replace(_filing(ReviewKind.MATCH, event), evidence=evidence, reasons=tuple(review.reasons))
        file_reviews([filing])


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
