"""Carries out one verdict on many reviews, and says of each what came of it.

Verdicts that move events are carried out together, in about as many queries as one of them; others one after another.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now as clock

from accounts.rights import Actor, RightMissing, is_person, person_of, require
from events import services as events
from events.enums import Publication
from events.exceptions import EventError
from events.models import Event
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services.claiming import JUDGE
from moderation.services.deciding import NEEDED, check, decide, send_verdict
from moderation.services.learning import learn_from_decisions
from moderation.services.logged import log_verdicts
from moderation.services.queue_size import announce_queue_size
from places.queries.reach import require_city

#: Where the verdicts that move events move them.
PUBLICATIONS: Final[Mapping[Verdict, Publication]] = {
    Verdict.APPROVE: Publication.APPROVED,
    Verdict.REJECT: Publication.REJECTED,
    Verdict.REMOVE: Publication.REMOVED,
    Verdict.FLAG: Publication.FLAGGED,
}
#: So many are decided in one transaction.
BATCH: Final = 100


def decide_many(
    reviews: Iterable[tuple[UUID, int]], verdict: Verdict, *, by: Actor, reason: str = "", note: str = ""
) -> tuple[list[Decision], list[str]]:
    """Carry out the same verdict on several reviews (id, version).

    Returns decisions, and a message for each review that failed. Raises RightMissing.
    """
    chosen = list(dict(reviews).items())
    outcomes: list[Decision | str] = []
    for start in range(0, len(chosen), BATCH):
        part = dict(chosen[start : start + BATCH])
        outcomes += decide_batch(part, verdict, by=by, reason=reason, note=note).values()
    return (
        [one for one in outcomes if isinstance(one, Decision)],
        [one for one in outcomes if isinstance(one, str)],
    )


def decide_batch(
    versions: Mapping[UUID, int],
    verdict: Verdict,
    *,
    by: Actor,
    reason: str = "",
    note: str = "",
    now: datetime | None = None,
) -> dict[UUID, Decision | str]:
    """Carry out the same verdict on at most `BATCH` reviews, whose versions the moderator saw.

    Returns for each its decision, or why nothing was done. Raises RightMissing where `by` may not judge at all.
    """
    require(by, JUDGE, *NEEDED.get(verdict, ()))
    moment = now or clock()
    with transaction.atomic():
        outcomes: dict[UUID, Decision | str] = {}
        if alike := _moved_together(versions, verdict):
            outcomes = _move(alike, verdict, by=by, reason=reason, note=note, now=moment)
        for pk in versions.keys() - alike.keys():
            outcomes[pk] = _one(pk, versions[pk], verdict, by=by, reason=reason, note=note, now=moment)
        return outcomes


def _moved_together(versions: Mapping[UUID, int], verdict: Verdict) -> dict[UUID, int]:
    """Those of the reviews on which the verdict does no more than to move their event."""
    if verdict not in PUBLICATIONS:
        return {}
    kinds = (ReviewKind.EVENT, ReviewKind.SPOT)
    return {
        pk: versions[pk]
        for pk in Review.objects.filter(pk__in=versions, kind__in=kinds).values_list("pk", flat=True)
    }


def _one(
    pk: UUID, version: int, verdict: Verdict, *, by: Actor, reason: str, note: str, now: datetime
) -> Decision | str:
    try:
        return decide(pk, verdict, by=by, version=version, reason=reason, note=note, now=now)
    except (ModerationError, EventError) as error:
        return error.detail
    except RightMissing as error:
        return str(error)
    except Review.DoesNotExist:
        return _GONE


def _move(
    versions: Mapping[UUID, int], verdict: Verdict, *, by: Actor, reason: str, note: str, now: datetime
) -> dict[UUID, Decision | str]:
    """As `decide` does, for all: reviews locked first, then events, both in the order of their ids."""
    rows = Review.objects.select_for_update(of=("self",)).filter(pk__in=versions).order_by("pk")
    reviews = {review.pk: review for review in rows.select_related("city", "claimed_by").defer("evidence")}
    before = _locked_states(review.object_id for review in reviews.values())
    outcomes: dict[UUID, Decision | str] = dict.fromkeys(versions, _GONE)
    for pk, review in reviews.items():
        outcomes[pk] = _refusal(review, versions[pk], verdict, by=by, reason=reason, now=now, before=before)
    able = {review.object_id for pk, review in reviews.items() if not outcomes[pk]}
    refused = _move_events(able, PUBLICATIONS[verdict], by=by, reason=reason, note=note, now=now)
    done = []
    for pk, review in reviews.items():
        outcomes[pk] = outcomes[pk] or refused.get(review.object_id, "")
        if not outcomes[pk]:
            done.append(review)
    for decision in _stored(done, verdict, by=by, reason=reason, note=note, now=now, before=before):
        if decision.review_id:
            outcomes[decision.review_id] = decision
    return {pk: outcomes[pk] for pk in versions}


def _locked_states(event_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID | None, str]]:
    """City and publication of each event, which is locked."""
    rows = Event.objects.select_for_update(of=("self",)).filter(pk__in=list(event_ids)).order_by("pk")
    return {
        pk: (city, publication) for pk, city, publication in rows.values_list("pk", "city_id", "publication")
    }


def _refusal(
    review: Review,
    version: int,
    verdict: Verdict,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    before: Mapping[UUID, tuple[UUID | None, str]],
) -> str:
    """Why the verdict cannot be carried out on a review, '' where it can."""
    try:
        event = before.get(review.object_id)
        require_city(by, *review.city_ids, *([event[0]] if event else []))
        check(review, verdict, by=by, version=version, reason=reason, now=now)
    except ModerationError as error:
        return error.detail
    except RightMissing as error:
        return str(error)
    return "" if event else f"“{review.title}”: its event is gone."


def _move_events(
    ids: Iterable[UUID], to: Publication, *, by: Actor, reason: str, note: str, now: datetime
) -> dict[UUID, str]:
    """Move all events; where one cannot be moved, each by itself. Returns why some were not moved."""
    chosen = sorted(ids)
    try:
        with transaction.atomic():
            events.change_statuses(chosen, to, by=by, reason=reason, note=note, now=now, is_decided=True)
    except EventError as error:
        if len(chosen) == 1:
            return {chosen[0]: error.detail}
        half = len(chosen) // 2
        parts = (
            _move_events(part, to, by=by, reason=reason, note=note, now=now)
            for part in (chosen[:half], chosen[half:])
        )
        return {pk: why for part in parts for pk, why in part.items()}
    return {}


def _stored(
    reviews: list[Review],
    verdict: Verdict,
    *,
    by: Actor,
    reason: str,
    note: str,
    now: datetime,
    before: Mapping[UUID, tuple[UUID | None, str]],
) -> list[Decision]:
    """Close the reviews, store, log and learn from the decisions, and tell the higher apps after the commit."""
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(
        state=ReviewState.DECIDED, decided_at=now, version=F("version") + 1, claimed_by=None, claimed_at=None
    )
    decisions = [
        Decision(
            review=review, object_id=review.object_id, verdict=verdict.value, reason=reason, note=note, by=person_of(by),
            automatic=not is_person(by), before={"publication": before[review.object_id][1]},
            after={"publication": PUBLICATIONS[verdict].value}, at=now,
        )
        for review in reviews
    ]  # fmt: skip
    Decision.objects.bulk_create(decisions)
    log_verdicts(decisions, by=by)
    learn_from_decisions(decisions, now=now)
    for decision, review in zip(decisions, reviews, strict=True):
        transaction.on_commit(partial(send_verdict, decision, review), robust=True)
    if reviews:
        announce_queue_size(review.city_id for review in reviews)
    return decisions


_GONE: Final = "This review is gone."
