"""Claims: who is at a review. One holds until its person leaves, or shows no sign of life for ten minutes."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now as clock

from accounts.actions import Action, Done, record_action, record_actions
from accounts.models import User
from accounts.rights import Actor, is_person, may, person_of, require
from events.models import Event
from moderation.enums import ReviewState
from moderation.exceptions import Conflict
from moderation.models import Decision, Review
from moderation.phrases import deed, moment
from places.queries.reach import OVERSEE, require_city

#: The right to claim and decide reviews.
JUDGE: Final = "moderation.change_review"
#: A claim without a sign of life ends after this time.
CLAIM_HOLDS: Final = timedelta(minutes=10)


def claim(review_id: UUID, *, by: Actor, now: datetime | None = None) -> Review:
    """Claim an open review, and release the others that the person held.

    For who holds it already it is a sign of life. Raises RightMissing; Conflict, which says who holds it since
    when, or who has decided it.
    """
    require(by, JUDGE)
    at = now or clock()
    with transaction.atomic():
        review = _locked(review_id, by=by)
        _require_open(review)
        if holder(review, by=by, now=at) is not None:
            raise Conflict(held(review))
        _give(review, by=by, now=at)
    _release(Review.objects.exclude(pk=review_id), by=by)
    return review


def take_over(review_id: UUID, *, by: Actor, now: datetime | None = None) -> Review:
    """Claim an open review that somebody else may hold. The log keeps from whom.

    Raises RightMissing; Conflict where it is decided.
    """
    require(by, JUDGE)
    with transaction.atomic():
        review = _locked(review_id, by=by)
        _require_open(review)
        _give(review, by=by, now=now or clock(), action=Action.REVIEW_TAKEN_OVER)
    _release(Review.objects.exclude(pk=review_id), by=by)
    return review


def keep(review_id: UUID, *, by: Actor, now: datetime | None = None) -> bool:
    """A sign of life of the person at a review: its claim goes on, or is taken where it is free (one query).

    Returns whether they hold it. Raises RightMissing.
    """
    require(by, JUDGE)
    at = now or clock()
    own = Review.objects.filter(pk=review_id, state=ReviewState.OPEN, claimed_by=person_of(by))
    if own.update(claimed_at=at):
        return True
    try:
        claim(review_id, by=by, now=at)
    except (Conflict, Review.DoesNotExist):
        return False
    return True


def release(review_id: UUID, *, by: Actor) -> bool:
    """Give up the person's claim on a review. Returns whether there was one. Raises RightMissing."""
    require(by, JUDGE)
    return bool(_release(Review.objects.filter(pk=review_id), by=by))


def holder(review: Review, *, by: Actor, now: datetime) -> User | None:
    """Who else holds the review at this moment. Machines are held off by nobody."""
    if review.claimed_by_id is None or review.claimed_at is None or not is_person(by):
        return None
    is_over = review.claimed_at < now - CLAIM_HOLDS
    return None if is_over or review.claimed_by == person_of(by) else review.claimed_by


def held(review: Review) -> str:
    """One line on who holds a review, for those whom it keeps out."""
    since = moment(review.claimed_at, _zone(review)) if review.claimed_at else ""
    return f"{review.claimed_by} is at “{review.title}” and showed a sign of life {since}. Take it over to decide it."


def settled(review: Review) -> str:
    """One line on who has decided a review that is open no more, what and when."""
    last = review.decisions.select_related("by").order_by("-at", "-pk").first()
    if last is not None and review.state == ReviewState.DECIDED:
        return f"“{review.title}” is decided: {deed(last, _zone(review))}."
    when = f" {moment(review.decided_at, _zone(review))}" if review.decided_at else ""
    return f"“{review.title}” was {review.state}{when}: its question is answered elsewhere."


def changed(review: Review) -> str:
    """One line on why a review is not as it was when it was opened."""
    last = Decision.objects.filter(review=review).select_related("by").order_by("-at", "-pk").first()
    why = f"{deed(last, _zone(review))}." if last is not None else "its source has sent something new."
    return f"“{review.title}” has changed since you opened it: {why} Look again, and decide what you see now."


def require_cities(by: Actor, review: Review | None) -> None:
    """Raise RightMissing unless `by` may work in all cities of the review, if there is one, and of its event."""
    if review is not None and not may(by, OVERSEE):
        cities = Event.objects.filter(pk=review.object_id).values_list("city_id", flat=True)
        require_city(by, *review.city_ids, *cities)


def _locked(review_id: UUID, *, by: Actor) -> Review:
    rows = Review.objects.select_for_update(of=("self",)).select_related("city", "claimed_by")
    review = rows.get(pk=review_id)
    require_cities(by, review)
    return review


def _require_open(review: Review) -> None:
    if review.state != ReviewState.OPEN:
        raise Conflict(settled(review))


def _give(review: Review, *, by: Actor, now: datetime, action: Action = Action.REVIEW_CLAIMED) -> None:
    """Write the claim; one entry of the log when its person changes."""
    before, person = review.claimed_by, person_of(by)
    review.claimed_by, review.claimed_at = person, now
    review.save(update_fields=["claimed_by", "claimed_at"])
    if before != person:
        record_action(by, action, target=f"moderation.review:{review.pk}", before={"claimed_by": before})


def _release(reviews: QuerySet[Review], *, by: Actor) -> int:
    """Release those of `reviews` that the person holds (one query where there are none)."""
    rows = reviews.filter(claimed_by=person_of(by), state=ReviewState.OPEN)
    ids = list(rows.values_list("pk", flat=True)) if is_person(by) else []
    if ids:
        Review.objects.filter(pk__in=ids, claimed_by=person_of(by)).update(claimed_by=None, claimed_at=None)
        record_actions(
            by, Action.REVIEW_RELEASED, [Done(f"moderation.review:{pk}", None, None) for pk in ids]
        )
    return len(ids)


def _zone(review: Review) -> str:
    return review.city.timezone if review.city else ""
