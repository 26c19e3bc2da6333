"""What a moderator decided about words, answers and lots is carried out, once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock

from events.things import Thing, ThingKind, lock, row_of, thing_of
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.models import Decision, Review
from ratings.enums import RatingState
from ratings.models import Answer, Lot, Rating
from ratings.services.counting import announce, recount

#: Verdicts of the last while are carried out again, which changes nothing where they were.
_LOOKED_BACK: Final = timedelta(minutes=30)
_STATES: Final = {Verdict.GRANT: RatingState.SHOWN, Verdict.REFUSE: RatingState.REFUSED}


def apply_verdict(
    object_id: UUID, verdict: Verdict, evidence: Mapping[str, Any], *, now: datetime | None = None
) -> bool:
    """Show or refuse what the review was about. Says whether it changed something.

    Words that were changed since the moderator read them (another `version` than the evidence has) wait on.
    """
    state, what, moment = _STATES[verdict], evidence.get("what"), now or clock()
    version = evidence.get("version")
    with transaction.atomic():
        if what == "lot":
            return _settle_lot(object_id, state, now=moment)
        if what == "answer":
            return _settle_answer(object_id, state, version)
        return _settle_rating(object_id, state, version, now=moment)


def settle(*, now: datetime) -> int:
    """Carry out verdicts of which the signal was lost: on what still waits, and on what was reported. Returns how many."""
    waiting = [
        *Rating.objects.filter(state=RatingState.WAITING, asked_version__gt=0).values_list("pk", flat=True),
        *Answer.objects.filter(state=RatingState.WAITING, asked_version__gt=0).values_list("pk", flat=True),
        *Lot.objects.filter(decided_at=None, asked_at__isnull=False).values_list("pk", flat=True),
    ]
    unsure = Q(object_id__in=waiting) | Q(decided_at__gte=now - _LOOKED_BACK)
    decided = Review.objects.filter(unsure, kind=ReviewKind.RATING, state=ReviewState.DECIDED).order_by(
        "decided_at"
    )
    last = {review.object_id: review for review in decided}
    verdicts = dict(
        Decision.objects.filter(review__in=last.values()).order_by("at").values_list("review_id", "verdict")
    )
    return sum(
        apply_verdict(pk, Verdict(verdicts[review.pk]), review.evidence, now=now)
        for pk, review in last.items()
        if verdicts.get(review.pk) in _STATES
    )


def _settle_rating(pk: UUID, state: RatingState, version: Any, *, now: datetime) -> bool:
    found = Rating.objects.filter(pk=pk).first()
    thing = _standing(found)
    if found is None or thing is None:
        return False
    lock(thing)
    changed = (
        Rating.objects.filter(pk=pk, version=version)
        .exclude(state=state, is_vouched=state is RatingState.SHOWN)
        .update(state=state, is_vouched=state is RatingState.SHOWN, lot=None)
    )
    if changed:
        recount(thing, now=now)
        announce(thing)
    return bool(changed)


def _settle_answer(pk: UUID, state: RatingState, version: Any) -> bool:
    answer = Answer.objects.select_related("rating").filter(pk=pk).first()
    thing = _standing(answer.rating if answer else None)
    changed = Answer.objects.filter(pk=pk, version=version).exclude(state=state).update(state=state)
    if changed and thing is not None:
        announce(thing)
    return bool(changed)


def _settle_lot(pk: UUID, state: RatingState, *, now: datetime) -> bool:
    """All ratings that are still in it. Those with words that nobody read are asked about one by one."""
    found = Lot.objects.filter(pk=pk).first()
    thing = _standing(found)
    if found is None or thing is None:
        return False
    lock(thing)
    if not Lot.objects.filter(pk=pk, decided_at=None).update(decided_at=now):
        return False
    rows = Rating.objects.filter(lot=pk)
    if state is RatingState.REFUSED:
        rows.update(state=state, is_vouched=False)
    else:
        rows.filter(text="").update(state=state, is_vouched=True)
        rows.exclude(text="").update(lot=None)
    recount(thing, now=now)
    announce(thing)
    return True


def _standing(row: Rating | Lot | None) -> Thing | None:
    """What it is of, as it stands now; None where it is gone."""
    if row is None:
        return None
    kind = ThingKind.EVENT if row.event_id else ThingKind.PLACE
    found = row_of(kind, row.event_id or row.place_id)  # type: ignore[arg-type]  # rating_one_thing
    return thing_of(found) if found is not None else Thing(kind, row.event_id or row.place_id)  # type: ignore[arg-type]
