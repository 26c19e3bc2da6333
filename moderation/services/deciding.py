"""Carries out a moderator's verdict.

Every action carries the version that the moderator saw: no update is lost.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now as clock

from accounts.rights import Actor, is_person, person_of, require
from events import services as events
from events.enums import Publication
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import Decision, Report, Review
from moderation.services import conversations, edits, matches, reports, venues
from moderation.services.claiming import JUDGE, changed, held, holder, require_cities, settled
from moderation.services.edits import Edit
from moderation.services.learning import learn_from_decisions
from moderation.services.logged import log_verdicts
from moderation.services.pairing import Pairing
from moderation.services.queue_size import announce_queue_size
from moderation.signals import decided

#: The rights for verdicts on objects of higher apps, whose services are not called from here.
NEEDED: Final[Mapping[Verdict, tuple[str, ...]]] = {
    Verdict.ACCEPT_RUN: ("sources.accept_fetchrun",),
    Verdict.DISCARD_RUN: ("sources.accept_fetchrun",),
    Verdict.RUN_AGAIN: ("sources.accept_fetchrun", "sources.run_source"),
    Verdict.PAUSE_SOURCE: ("sources.accept_fetchrun", "sources.add_pause"),
}

#: The verdicts that each kind of review allows.
VERDICTS: dict[ReviewKind, frozenset[Verdict]] = {
    ReviewKind.EVENT: frozenset(
        {
            Verdict.APPROVE,
            Verdict.REJECT,
            Verdict.REMOVE,
            Verdict.FLAG,
            Verdict.MERGE,
            Verdict.DIFFERENT,
            Verdict.EDIT,
        }
    ),
    ReviewKind.CHANGE: frozenset(
        {Verdict.ACCEPT_CHANGE, Verdict.DECLINE_CHANGE, Verdict.REMOVE, Verdict.FLAG, Verdict.EDIT}
    ),
    ReviewKind.MATCH: frozenset({Verdict.MERGE, Verdict.DIFFERENT, Verdict.EDIT}),
    ReviewKind.VENUE: frozenset({Verdict.MERGE, Verdict.DIFFERENT}),
    ReviewKind.RUN: frozenset(
        {Verdict.ACCEPT_RUN, Verdict.DISCARD_RUN, Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE}
    ),
    ReviewKind.REPORT: frozenset(
        {
            Verdict.UPHOLD,
            Verdict.DISMISS,
            Verdict.CANCEL,
            Verdict.ACCEPT_FIX,
            Verdict.REMOVE,
            Verdict.FLAG,
            Verdict.EDIT,
        }
    ),
    ReviewKind.APPEAL: frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.EDIT}),
    ReviewKind.SPOT: frozenset({Verdict.APPROVE, Verdict.REMOVE, Verdict.FLAG, Verdict.EDIT}),
}


def decide(
    review_id: UUID,
    verdict: Verdict,
    *,
    by: Actor,
    version: int | None = None,
    reason: str = "",
    note: str = "",
    other: UUID | None = None,
    edit: Edit | None = None,
    fields: Collection[str] | None = None,
    pairing: Pairing | None = None,
    now: datetime | None = None,
) -> Decision:
    """Carry out a verdict, in one transaction.

    1. `by` needs the right to judge. Each service behind it (publishing, merging, changing) checks its own
       right; `NEEDED` has those of the others.
    2. The review is locked. If it is decided, held by another person, or has another version than the
       moderator saw, Conflict is raised, which says who did what and when.
    3. The service that owns the object applies the verdict: publication, merge, proposal, or (for a run) the
       signal to `sources`.
    4. The Decision stores who, when, why, and the state before: the audit trail and the basis of undo.
    5. After the commit `moderation.signals.decided` notifies the higher apps, and moderators get the number
       of open reviews.

    `other` is the survivor for MERGE and the other event for DIFFERENT. It may be omitted for two venues, and
    where only one event was asked about. `pairing` says more: several others, which of them survives, and
    values that it shows. `edit` is carried out first, and undone with the verdict; EDIT is that alone. `fields`
    narrows an answer to a change to these fields; the others stay open. Raises RightMissing, Conflict,
    ReasonMissing, ModerationError, EventError.
    """
    require(by, JUDGE, *NEEDED.get(verdict, ()))
    moment = now or clock()
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).select_related("city", "claimed_by")
        review = locked.get(pk=review_id)
        require_cities(by, review)
        check(review, verdict, by=by, version=version, reason=reason, edit=edit, now=moment)
        conversations.check_judge(review, by=by)
        before = edits.publication_of(review.object_id)
        answers = reports.answered(review, verdict, other) if review.kind == ReviewKind.REPORT else None
        if verdict in reports.EDITS:
            edit = Edit(values=reports.EDITS[verdict](review, other))
        undo = edits.apply(review, edit, by=by, now=moment)
        if verdict in edits.ANSWERS:
            undo |= edits.answer(review, verdict, fields=fields, by=by, now=moment)
        named = pairing or Pairing(others=(other,) if other else (), survivor=other)
        done = _ACTIONS[verdict](review, by=by, reason=reason, note=note, pairing=named, now=moment)
        if _is_settled(review, verdict, answers):
            review.state, review.decided_at = ReviewState.DECIDED.value, moment
            review.claimed_by = review.claimed_at = None
        review.version += 1
        review.save(update_fields=["state", "decided_at", "version", "evidence", "claimed_by", "claimed_at"])
        decision = Decision.objects.create(
            review=review, object_id=review.object_id, verdict=verdict.value, reason=reason, note=note, by=person_of(by), before=before,
            automatic=not is_person(by), after=edits.publication_of(review.object_id) | (done or {}), undo=undo, at=moment,
        )  # fmt: skip
        if answers is not None:
            reports.close(decision, answers)
        log_verdicts([decision], by=by)
        learn_from_decisions([decision], now=moment)
        transaction.on_commit(partial(send_verdict, decision, review), robust=True)
        announce_queue_size([review.city_id])
    return decision


def _is_settled(review: Review, verdict: Verdict, answers: QuerySet[Report] | None) -> bool:
    """Whether the verdict answers the review completely; `answers` are the reports that it answers."""
    if answers is not None:
        return reports.is_settled(review, answers)
    if verdict in edits.ANSWERS:
        return edits.is_answered(review.object_id)
    return verdict is not Verdict.EDIT and matches.is_settled(review, verdict)


def check(
    review: Review,
    verdict: Verdict,
    *,
    by: Actor,
    version: int | None,
    reason: str,
    now: datetime,
    edit: Edit | None = None,
) -> None:
    """Raise Conflict, ReasonMissing or ModerationError where the verdict cannot be carried out on the review.

    Reads the review's city and holder.
    """
    _check_open(review, by=by, version=version, now=now)
    _check_verdict(review, verdict, reason=reason, edit=edit)


def _check_open(review: Review, *, by: Actor, version: int | None, now: datetime) -> None:
    if review.state != ReviewState.OPEN:
        raise Conflict(settled(review))
    if holder(review, by=by, now=now) is not None:
        raise Conflict(held(review))
    if version is not None and version != review.version:
        raise Conflict(changed(review))


def _check_verdict(review: Review, verdict: Verdict, *, reason: str, edit: Edit | None) -> None:
    if verdict not in VERDICTS[ReviewKind(review.kind)]:
        raise ModerationError(f"A review of kind {review.kind} does not accept the verdict {verdict.value}.")
    if verdict in (Verdict.REJECT, Verdict.REMOVE) and reason not in {r.value for r in RejectReason}:
        raise ReasonMissing("Choose one of the reasons.")
    if verdict is Verdict.EDIT and not edit:
        raise ModerationError("Say what to change.")


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


def _merge(review: Review, *, by: Actor, pairing: Pairing, now: datetime, **_: Any) -> dict[str, Any]:
    if review.kind == ReviewKind.VENUE:
        return venues.merge(review.object_id, pairing, by=by, now=now)
    return matches.merge(review, pairing, by=by, now=now)


def _different(review: Review, *, by: Actor, pairing: Pairing, now: datetime, **_: Any) -> dict[str, Any]:
    if review.kind == ReviewKind.VENUE:
        venues.separate(review.object_id, by=by)
        return {}
    return matches.separate(review, pairing, by=by, now=now)


def _nothing_more(_review: Review, **_: Any) -> None:
    """Do nothing: the edit, or the answer to what was proposed or reported, is carried out already."""


def _left_to_receivers(_review: Review, **_: Any) -> None:
    """Do nothing: the higher app that owns the run receives the signal."""


_ACTIONS: dict[Verdict, Callable[..., dict[str, Any] | None]] = {
    Verdict.APPROVE: _to(Publication.APPROVED),
    Verdict.REJECT: _to(Publication.REJECTED),
    Verdict.REMOVE: _to(Publication.REMOVED),
    Verdict.FLAG: _to(Publication.FLAGGED),
    Verdict.MERGE: _merge,
    Verdict.DIFFERENT: _different,
    Verdict.ACCEPT_CHANGE: _nothing_more,
    Verdict.DECLINE_CHANGE: _nothing_more,
    Verdict.ACCEPT_RUN: _left_to_receivers,
    Verdict.DISCARD_RUN: _left_to_receivers,
    Verdict.RUN_AGAIN: _left_to_receivers,
    Verdict.PAUSE_SOURCE: _left_to_receivers,
    Verdict.EDIT: _nothing_more,
    Verdict.UPHOLD: _nothing_more,
    Verdict.DISMISS: _nothing_more,
    Verdict.CANCEL: _nothing_more,
    Verdict.ACCEPT_FIX: _nothing_more,
}
