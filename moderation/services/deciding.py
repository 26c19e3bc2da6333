"""Carries out a moderator's verdict, on one review or the same on many, and says of each what came of it.

Every verdict carries the version that the moderator saw: no update is lost. Verdicts that move events are carried out
together, in about as many queries as one of them; others one after another.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now as clock

from accounts.rights import Actor, RightMissing, is_person, person_of, require
from events import services as events
from events.enums import Publication
from events.exceptions import EventError
from events.models import Event
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Report, Review
from moderation.services import conversations, edits, matches, messages, reports, speaking, venues
from moderation.services.claiming import JUDGE
from moderation.services.edits import Edit
from moderation.services.learning import learn_from_decisions
from moderation.services.logged import log_verdicts
from moderation.services.pairing import Pairing
from moderation.services.queue_size import announce_queue_size
from moderation.services.verdicts import ABOUT_EVENTS, NEEDED, PUBLICATIONS, check
from moderation.signals import decided
from places.queries.reach import require_city

#: Why a verdict was not carried out on a review.
Refusal = ModerationError | EventError | RightMissing | Review.DoesNotExist | Decision.DoesNotExist
#: So many are decided in one transaction.
BATCH: Final = 100


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
    """Carry out a verdict on one review, in one transaction; see `decide_batch`.

    `other` is the survivor for MERGE and the other event for DIFFERENT. It may be omitted for two venues, and
    where only one event was asked about. `pairing` says more: several others, which of them survives, and
    values that it shows. `edit` is carried out first, and undone with the verdict; EDIT is that alone. `fields`
    narrows an answer to a change to these fields; the others stay open. Raises RightMissing, Conflict,
    ReasonMissing, ModerationError, EventError, Review.DoesNotExist.
    """
    said = _Said(
        verdict=verdict, by=by, reason=reason, note=note, other=other, edit=edit, fields=fields,
        pairing=pairing or Pairing(others=(other,) if other else (), survivor=other), now=now or clock(),
    )  # fmt: skip
    with transaction.atomic():
        outcome = _carry_out({review_id: version}, said)[review_id]
        if not isinstance(outcome, Decision):
            raise outcome
    return outcome


def decide_many(
    reviews: Iterable[tuple[UUID, int]], verdict: Verdict, *, by: Actor, reason: str = "", note: str = ""
) -> tuple[list[Decision], list[str]]:
    """Carry out the same verdict on several reviews (id, version).

    Returns decisions, and a message for each review that failed. Raises RightMissing.
    """
    chosen = list(dict(reviews).items())
    outcomes: list[Decision | Refusal] = []
    for start in range(0, len(chosen), BATCH):
        part = dict(chosen[start : start + BATCH])
        outcomes += decide_batch(part, verdict, by=by, reason=reason, note=note).values()
    return (
        [one for one in outcomes if isinstance(one, Decision)],
        [words_of(one) for one in outcomes if not isinstance(one, Decision)],
    )


def decide_batch(
    versions: Mapping[UUID, int],
    verdict: Verdict,
    *,
    by: Actor,
    reason: str = "",
    note: str = "",
    now: datetime | None = None,
) -> dict[UUID, Decision | Refusal]:
    """Carry out the same verdict on at most `BATCH` reviews, whose versions the moderator saw, in one transaction.

    1. `by` needs the right to judge. Each service behind it (publishing, merging, changing) checks its own
       right; `NEEDED` has those of the others.
    2. The reviews are locked in the order of their ids. One that is decided, held by another person, or has another
       version than the moderator saw, is refused with a Conflict, which says who did what and when.
    3. The service that owns the object applies the verdict: publication, merge, proposal, or (for a run) the
       signal to `sources`.
    4. A Decision for each stores who, when, why, and the state before: the audit trail and the basis of undo.
    5. After the commit `moderation.signals.decided` notifies the higher apps, and moderators get the number
       of open reviews.

    Returns for each its decision, or why nothing was done. Raises RightMissing where `by` may not judge at all.
    """
    said = _Said(verdict=verdict, by=by, reason=reason, note=note, now=now or clock())
    with transaction.atomic():
        return _carry_out(versions, said)


def words_of(refusal: Refusal) -> str:
    """Why nothing was done, as one line for the moderator."""
    return refusal.detail if isinstance(refusal, ModerationError | EventError) else str(refusal)


def send_verdict(decision: Decision, review: Review) -> None:
    """Send `decided` after the commit, for the higher apps."""
    decided.send_robust(
        sender=Decision,
        decision=decision.pk,
        kind=review.kind,
        object_id=review.object_id,
        verdict=decision.verdict,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """A verdict with all that was said with it. Only `decide` gives what follows the note."""

    verdict: Verdict
    by: Actor
    now: datetime
    reason: str = ""
    note: str = ""
    other: UUID | None = None
    edit: Edit | None = None
    fields: Collection[str] | None = None
    pairing: Pairing = field(default_factory=Pairing)


@dataclass(kw_only=True, slots=True)
class _Effect:
    """What a verdict did: what the Decision stores of it, and the reports that it answers."""

    undo: dict[str, Any]
    after: dict[str, Any]
    answers: QuerySet[Report] | None


def _carry_out(versions: Mapping[UUID, int | None], said: _Said) -> dict[UUID, Decision | Refusal]:
    require(said.by, JUDGE, *NEEDED.get(said.verdict, ()))
    reviews = _locked(versions, said.verdict)
    before = _states(reviews, said.verdict)
    outcomes: dict[UUID, Decision | Refusal] = {
        pk: Review.DoesNotExist("This review is gone.") for pk in versions
    }
    effects: dict[UUID, _Effect] = {}
    for review in reviews:
        try:
            _check(review, versions[review.pk], said, event=before.get(review.object_id))
            effects[review.pk] = _act(review, said)
        except (ModerationError, EventError, RightMissing) as error:
            outcomes[review.pk] = error
    if said.verdict in PUBLICATIONS:
        moved = {review.object_id for review in reviews if review.pk in effects}
        refused = move_events(
            moved, PUBLICATIONS[said.verdict], by=said.by, reason=said.reason, note=said.note, now=said.now
        )
        outcomes |= {
            row.pk: refused[row.object_id]
            for row in reviews
            if row.object_id in refused and row.pk in effects
        }
        reviews = [review for review in reviews if review.object_id not in refused]
    done = [review for review in reviews if review.pk in effects]
    for decision, review in zip(_stored(done, effects, said, before=before), done, strict=True):
        outcomes[review.pk] = decision
    return outcomes


def _locked(ids: Iterable[UUID], verdict: Verdict) -> list[Review]:
    """The reviews with city and holder; their evidence is not read where only events move."""
    rows = Review.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    rows = rows.select_related("city", "claimed_by")
    return list(rows.defer("evidence") if verdict in PUBLICATIONS else rows)


def _states(reviews: Iterable[Review], verdict: Verdict) -> dict[UUID, tuple[UUID | None, str]]:
    """City and publication of the event of each review; an event that is to move is locked."""
    rows = Event.objects.filter(pk__in=[review.object_id for review in reviews]).order_by("pk")
    rows = rows.select_for_update(of=("self",)) if verdict in PUBLICATIONS else rows
    return {
        pk: (city, publication) for pk, city, publication in rows.values_list("pk", "city_id", "publication")
    }


def _check(
    review: Review, version: int | None, said: _Said, *, event: tuple[UUID | None, str] | None
) -> None:
    """Raise why the verdict cannot be carried out on the review; `event` is the city and publication of its event."""
    require_city(said.by, *review.city_ids, *([event[0]] if event else []))
    check(review, said.verdict, by=said.by, version=version, reason=said.reason, edit=said.edit, now=said.now)
    conversations.check_judge(review, by=said.by)
    if event is None and review.kind in ABOUT_EVENTS:
        raise ModerationError(f"“{review.title}”: its event is gone.")


def _act(review: Review, said: _Said) -> _Effect:
    """Carry out all but the move of an event, which follows for all together; all or nothing of it."""
    answers = reports.answered(review, said.verdict, said.other) if review.kind == ReviewKind.REPORT else None
    edit = said.edit
    if said.verdict in reports.EDITS:
        edit = Edit(values=reports.EDITS[said.verdict](review, said.other))
    # a verdict that moves writes nothing here but an edit, which `decide` rolls back with all the rest
    with nullcontext() if said.verdict in PUBLICATIONS else transaction.atomic():
        undo = edits.apply(review, edit, by=said.by, now=said.now)
        if said.verdict in edits.ANSWERS:
            undo |= edits.answer(review, said.verdict, fields=said.fields, by=said.by, now=said.now)
        after = _ACTIONS[said.verdict](review, said) if said.verdict in _ACTIONS else {}
    return _Effect(undo=undo, after=after, answers=answers)


def move_events(
    ids: Collection[UUID],
    to: Publication,
    *,
    by: Actor,
    reason: str,
    note: str = "",
    now: datetime,
    is_decided: bool = True,
) -> dict[UUID, EventError]:
    """Move all events; where one cannot be moved, each by itself. Returns why some were not moved."""
    chosen = sorted(ids)
    try:
        with transaction.atomic():
            events.change_statuses(
                chosen, to, by=by, reason=reason, note=note, now=now, is_decided=is_decided
            )
    except EventError as error:
        if len(chosen) == 1:
            return {chosen[0]: error}
        half, move = len(chosen) // 2, partial(move_events, to=to, by=by, reason=reason, note=note, now=now)
        first, second = (move(part, is_decided=is_decided) for part in (chosen[:half], chosen[half:]))
        return first | second
    return {}


def _stored(
    reviews: list[Review],
    effects: Mapping[UUID, _Effect],
    said: _Said,
    *,
    before: Mapping[UUID, tuple[UUID | None, str]],
) -> list[Decision]:
    """Close the reviews, store, log and learn from the decisions, and tell the higher apps after the commit."""
    if not reviews:
        return []
    after = edits.publications_of(review.object_id for review in reviews)
    for review in reviews:
        review.version += 1
        if _is_settled(review, said.verdict, effects[review.pk].answers):
            review.state, review.decided_at = ReviewState.DECIDED.value, said.now
            review.claimed_by = review.claimed_at = None
    Review.objects.bulk_update(reviews, ["state", "decided_at", "version", "claimed_by", "claimed_at"])
    decisions = [
        Decision(
            review=review, object_id=review.object_id, verdict=said.verdict.value, reason=said.reason, note=said.note,
            by=person_of(said.by), automatic=not is_person(said.by), at=said.now, undo=effects[review.pk].undo,
            before={"publication": before[review.object_id][1]} if review.object_id in before else {},
            after=after.get(review.object_id, {}) | effects[review.pk].after,
        )
        for review in reviews
    ]  # fmt: skip
    Decision.objects.bulk_create(decisions)
    for decision, review in zip(decisions, reviews, strict=True):
        answers = effects[review.pk].answers
        if answers is not None:
            reports.close(decision, answers)
        transaction.on_commit(partial(send_verdict, decision, review), robust=True)
    log_verdicts(decisions, by=said.by)
    learn_from_decisions(decisions, now=said.now)
    announce_queue_size(review.city_id for review in reviews)
    return decisions


def _is_settled(review: Review, verdict: Verdict, answers: QuerySet[Report] | None) -> bool:
    """Whether the verdict answers the review completely; `answers` are the reports that it answers."""
    if answers is not None:
        return reports.is_settled(review, answers)
    if verdict in edits.ANSWERS:
        return edits.is_answered(review.object_id)
    return verdict is not Verdict.EDIT and matches.is_settled(review, verdict)


# --- The effect of the verdicts that do more than to move, to edit or to answer ---


def _merge(review: Review, said: _Said) -> dict[str, Any]:
    if review.kind == ReviewKind.VENUE:
        return venues.merge(review.object_id, said.pairing, by=said.by, now=said.now)
    return matches.merge(review, said.pairing, by=said.by, now=said.now)


def _different(review: Review, said: _Said) -> dict[str, Any]:
    if review.kind == ReviewKind.VENUE:
        venues.separate(review.object_id, by=said.by)
        return {}
    return matches.separate(review, said.pairing, by=said.by, now=said.now)


def _grant(review: Review, said: _Said) -> dict[str, Any]:
    if review.kind == ReviewKind.CLAIM:
        return speaking.grant(review)
    return messages.grant(review, now=said.now) if review.kind == ReviewKind.MESSAGE else {}


def _refuse(review: Review, said: _Said) -> dict[str, Any]:
    if review.kind == ReviewKind.CLAIM:
        return speaking.refuse(review)
    return messages.refuse(review, now=said.now) if review.kind == ReviewKind.MESSAGE else {}


#: For runs, ratings and photos the signal tells the higher app that owns them.
_ACTIONS: Final[Mapping[Verdict, Callable[[Review, _Said], dict[str, Any]]]] = {
    Verdict.MERGE: _merge,
    Verdict.DIFFERENT: _different,
    Verdict.GRANT: _grant,
    Verdict.REFUSE: _refuse,
}
