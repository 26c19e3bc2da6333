"""Sets by what reviews are ordered, filtered and grouped, and renews the order as time passes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Case,
    Expression,
    F,
    FloatField,
    Func,
    OuterRef,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Floor, Greatest, Least, Log

from events.models import Event, EventCounters
from moderation import weights
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from moderation.reason_keys import keys_of
from moderation.weights import Weight

#: What `describe` sets.
DESCRIBED: Final = (
    "source", "category", "reason_keys", "confidence", "audience", "series", "place", "priority",
)  # fmt: skip


def describe(rows: Collection[Review], *, now: datetime) -> None:
    """Set the columns `DESCRIBED` from the evidence and from the events as they are (one query). Not saved."""
    held = _events({row.object_id for row in rows})
    for row in rows:
        event = held.get(row.object_id, {})
        facts = row.evidence.get("facts") or {}
        row.source = str(row.evidence.get("source") or "")[:120]
        row.category = str(facts.get("category") or event.get("category") or "")[:60]
        row.reason_keys = keys_of(ReviewKind(row.kind), row.reasons)
        row.confidence = _confidence(row.evidence)
        row.series, row.place = event.get("series"), event.get("place")
        row.audience = event.get("audience", 0)
        row.priority = weight_of(row, now=now).total


def weight_of(review: Review, *, now: datetime) -> Weight:
    """What the review's priority is made of."""
    return Weight(
        urgency=review.urgency,
        soon=weights.soon(review.starts_at, now),
        reach=weights.reach(review.audience),
        uncertainty=weights.uncertainty(review.confidence),
        age=weights.age(review.created_at, now),
    )


def renew_priorities(*, now: datetime) -> int:
    """Give all open reviews the priority that they have at `now`, and their audience. Returns how many moved."""
    waiting = Review.objects.filter(state=ReviewState.OPEN)
    counted = EventCounters.objects.filter(event=OuterRef("object_id")).values_list(_audience(""))
    people = Subquery(counted)
    waiting.alias(people=people).filter(people__isnull=False).exclude(audience=F("people")).update(
        audience=people
    )
    due = _priority_at(now)
    return waiting.exclude(priority=due).update(priority=due)


def _events(ids: set[UUID]) -> dict[UUID, dict[str, Any]]:
    """Series, venue, category and audience of those of `ids` that are events."""
    rows = Event.objects.filter(pk__in=ids).annotate(audience=Coalesce(_audience("counters__"), 0))
    return {
        pk: {"series": series, "place": place, "category": category, "audience": audience}
        for pk, series, place, category, audience in rows.values_list(
            "pk", "series_id", "place_id", "category_id", "audience"
        )
    }


def _audience(path: str) -> Any:
    """How many have seen, booked or shared an event; no more than its column holds."""
    people = F(f"{path}views") + F(f"{path}registrations") + F(f"{path}shares")
    return Least(people, Value(2_000_000_000))


def _confidence(evidence: dict[str, Any]) -> float | None:
    """The least certain thing that the machine says: on quality, category or likeness."""
    facts = evidence.get("facts") or {}
    likes = [like.get("similarity") for like in evidence.get("similar") or []]
    said = [
        (facts.get("quality") or {}).get("score"),
        (facts.get("confidence") or {}).get("category"),
        evidence.get("similarity"),
        *likes,
    ]
    numbers = [float(number) for number in said if isinstance(number, (int, float))]
    return min(1.0, max(0.0, min(numbers))) if numbers else None


def _priority_at(now: datetime) -> Expression:
    """The sum of `moderation.weights` in SQL."""
    to_start = _seconds(F("starts_at")) - now.timestamp()
    half, step = weights.SOON_HALF.total_seconds(), weights.AGE_STEP.total_seconds()
    soon = Case(
        When(starts_at__gte=now, then=Floor(float(weights.SOON_MOST) / (Value(1.0) + to_start / half))),
        default=Value(0.0),
    )
    reach = Least(float(weights.REACH_MOST), Floor(4.0 * Log(10.0, Cast(F("audience") + 1, FloatField()))))
    unsure = Floor(float(weights.UNCERTAINTY_MOST) * (1.0 - Coalesce(F("confidence"), 0.5)) + 1e-9)
    waited = (now.timestamp() - _seconds(F("created_at"))) / step
    age = Least(float(weights.AGE_MOST), Greatest(0.0, Floor(waited)))
    return Cast(F("urgency") + soon + reach + unsure + age, SmallIntegerField())


def _seconds(moment: F) -> Expression:
    return Cast(Func(moment, template="extract(epoch from %(expressions)s)"), FloatField())
