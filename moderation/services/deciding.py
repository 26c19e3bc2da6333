"""Carries out a moderator's verdict.

Every action carries the version that the moderator saw: no update is lost.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action
from accounts.rights import Actor, is_person, may, person_of, require
from events import services as events
from events.enums import Publication
from events.models import Event, Proposal
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import Decision, Review
from moderation.services import matches, venues
from moderation.services.logged import log_verdicts
from moderation.services.queue_size import announce_queue_size
from moderation.signals import decided
from places.queries.reach import OVERSEE, require_city

#: The right to claim and decide reviews.
JUDGE: Final = "moderation.change_review"
#: The rights for verdicts on objects of higher apps, whose services are not called from here.
NEEDED: Final[Mapping[Verdict, tuple[str, ...]]] = {
    Verdict.ACCEPT_RUN: ("sources.accept_fetchrun",),
    Verdict.DISCARD_RUN: ("sources.accept_fetchrun",),
}
#: An unused claim expires after this time.
CLAIM_HOLDS = timedelta(minutes=15)

#: The verdicts that each kind of review allows.
VERDICTS: dict[ReviewKind, frozenset[Verdict]] = {
    ReviewKind.EVENT: frozenset(
        {Verdict.APPROVE, Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG, Verdict.MERGE, Verdict.DIFFERENT}
    ),
    ReviewKind.CHANGE: frozenset(
        {Verdict.ACCEPT_CHANGE, Verdict.DECLINE_CHANGE, Verdict.REMOVE, Verdict.FLAG}
    ),
    ReviewKind.MATCH: frozenset({Verdict.MERGE, Verdict.DIFFERENT}),
    ReviewKind.VENUE: frozenset({Verdict.MERGE, Verdict.DIFFERENT}),
    ReviewKind.RUN: frozenset({Verdict.ACCEPT_RUN, Verdict.DISCARD_RUN}),
    ReviewKind.REPORT: frozenset({Verdict.APPROVE, Verdict.REMOVE, Verdict.FLAG}),
}


def claim(review_id: UUID, *, by: Actor, now: datetime | None = None) -> Review:
    """Claim a review for a quarter of an hour.

    Raises RightMissing; Conflict where another moderator has claimed or decided it.
    """
    require(by, JUDGE)
    moment = now or clock()
    _require_cities(by, Review.objects.filter(pk=review_id).first())
    free = Q(claimed_by__isnull=True) | Q(claimed_by=person_of(by)) | Q(claimed_at__lt=moment - CLAIM_HOLDS)
    taken = Review.objects.filter(free, pk=review_id, state=ReviewState.OPEN).update(
        claimed_by=person_of(by), claimed_at=moment
    )
    if not taken:
        raise Conflict("Somebody else has claimed this review, or it is already decided.")
    record_action(by, Action.REVIEW_CLAIMED, target=f"moderation.review:{review_id}")
    return Review.objects.get(pk=review_id)


def decide(
    review_id: UUID,
    verdict: Verdict,
    *,
    by: Actor,
    version: int | None = None,
    reason: str = "",
    note: str = "",
    other: UUID | None = None,
    now: datetime | None = None,
) -> Decision:
    """Carry out a verdict, in one transaction.

    1. `by` needs the right to judge. Each service behind it (publishing, merging, changing) checks its own
       right; `NEEDED` has those of the others.
    2. The review is locked. If it is decided, or has another version than the moderator saw, Conflict is
       raised.
    3. The service that owns the object applies the verdict: publication, merge, proposal, or (for a run) the
       signal to `sources`.
    4. The Decision stores who, when, why, and the state before: the audit trail and the basis of undo.
    5. After the commit `moderation.signals.decided` notifies the higher apps, and moderators get the number
       of open reviews.

    `other` is the survivor for MERGE and the other event for DIFFERENT. It may be omitted for two venues, and
    where only one event was asked about. Raises RightMissing, Conflict, ReasonMissing, ModerationError,
    EventError.
    """
    require(by, JUDGE, *NEEDED.get(verdict, ()))
    moment = now or clock()
    with transaction.atomic():
        review = Review.objects.select_for_update().get(pk=review_id)
        _require_cities(by, review)
        _check(review, verdict, version=version, reason=reason)
        before = state_of(review.object_id)
        done = _ACTIONS[verdict](review, by=by, reason=reason, note=note, other=other, now=moment)
        if matches.is_settled(review, verdict):
            review.state, review.decided_at = ReviewState.DECIDED.value, moment
        review.version += 1
        review.save(update_fields=["state", "decided_at", "version", "evidence"])
        decision = Decision.objects.create(
            review=review, object_id=review.object_id, verdict=verdict.value, reason=reason, note=note, by=person_of(by), before=before,
            automatic=not is_person(by), after=state_of(review.object_id) | (done or {}), at=moment,
        )  # fmt: skip
        log_verdicts([decision], by=by)
        transaction.on_commit(partial(send_verdict, decision, review), robust=True)
        announce_queue_size([review.city_id])
    return decision


def decide_many(
    reviews: Iterable[tuple[UUID, int]], verdict: Verdict, *, by: Actor, reason: str = "", note: str = ""
) -> tuple[list[Decision], list[str]]:
    """Carry out the same verdict on several reviews (id, version).

    Returns decisions, and a message for each review that failed. Raises RightMissing.
    """
    done, problems = [], []
    for review_id, version in reviews:
        try:
            done.append(decide(review_id, verdict, by=by, version=version, reason=reason, note=note))
        except ModerationError as error:
            problems.append(error.detail)
    return done, problems


def _check(review: Review, verdict: Verdict, *, version: int | None, reason: str) -> None:
    if review.state != ReviewState.OPEN:
        raise Conflict(f"“{review.title}” is {review.state} already.")
    if version is not None and version != review.version:
        raise Conflict(f"“{review.title}” has changed since you opened it. Reload the page.")
    if verdict not in VERDICTS[ReviewKind(review.kind)]:
        raise ModerationError(f"A review of kind {review.kind} does not accept the verdict {verdict.value}.")
    if verdict in (Verdict.REJECT, Verdict.REMOVE) and reason not in {r.value for r in RejectReason}:
        raise ReasonMissing("Choose one of the reasons.")


def _require_cities(by: Actor, review: Review | None) -> None:
    """Raise RightMissing unless `by` may work in all cities of the review, if there is one, and of its event."""
    if review is not None and not may(by, OVERSEE):
        cities = Event.objects.filter(pk=review.object_id).values_list("city_id", flat=True)
        require_city(by, *review.city_ids, *cities)


def state_of(object_id: UUID) -> dict[str, Any]:
    """The state of an event that a Decision stores before and after; {} where the object is no event."""
    publication = Event.objects.filter(pk=object_id).values_list("publication", flat=True).first()
    return {"publication": publication} if publication else {}


def send_verdict(decision: Decision, review: Review) -> None:
    """Send `decided` after the commit, for the higher apps."""
    decided.send_robust(
        sender=Decision,
        decision=decision.pk,
        kind=review.kind,
        object_id=review.object_id,
        verdict=decision.verdict,
    )


# --- The effect of each verdict ---


def _to(state: Publication) -> Callable[..., None]:
    def act(review: Review, *, by: Actor, reason: str, note: str, now: datetime, **_: Any) -> None:
        events.change_status(
            review.object_id, state, by=by, reason=reason, note=note, now=now, is_decided=True
        )

    return act


def _merge(review: Review, *, by: Actor, other: UUID | None, now: datetime, **_: Any) -> dict[str, str]:
    if review.kind == ReviewKind.VENUE:
        venues.merge(review.object_id, survivor=other, by=by, now=now)
        return {"other": str(other)} if other else {}
    return matches.merge(review, other=other, by=by, now=now)


def _different(review: Review, *, by: Actor, other: UUID | None, now: datetime, **_: Any) -> dict[str, str]:
    if review.kind == ReviewKind.VENUE:
        venues.separate(review.object_id, by=by)
        return {}
    return matches.separate(review, other=other, by=by, now=now)


def _proposal(accept: bool) -> Callable[..., None]:
    def act(review: Review, *, by: Actor, now: datetime, **_: Any) -> None:
        for proposal_id in Proposal.objects.filter(
            event=review.object_id, decided_at__isnull=True
        ).values_list("id", flat=True):
            events.decide_proposal(proposal_id, accept=accept, by=by, now=now)

    return act


def _left_to_receivers(_review: Review, **_: Any) -> None:
    """Do nothing: the higher app that owns the run receives the signal."""


_ACTIONS: dict[Verdict, Callable[..., dict[str, str] | None]] = {
    Verdict.APPROVE: _to(Publication.APPROVED),
    Verdict.REJECT: _to(Publication.REJECTED),
    Verdict.REMOVE: _to(Publication.REMOVED),
    Verdict.FLAG: _to(Publication.FLAGGED),
    Verdict.MERGE: _merge,
    Verdict.DIFFERENT: _different,
    Verdict.ACCEPT_CHANGE: _proposal(accept=True),
    Verdict.DECLINE_CHANGE: _proposal(accept=False),
    Verdict.ACCEPT_RUN: _left_to_receivers,
    Verdict.DISCARD_RUN: _left_to_receivers,
}
