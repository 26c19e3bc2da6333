"""The events that a review names as possibly the same."""

from typing import Any
from uuid import UUID

from accounts.rights import Actor
from events.models import Event
from moderation.desk.fields import when_words
from moderation.desk.reasons import reasons_in_words
from moderation.models import Review
from pipeline.dates.event_times import zone_or_utc
from places.queries.reach import may_in


def likenesses(review: Review, *, by: Actor) -> list[dict[str, Any]]:
    """The candidates of the actor's cities, each with its event as `other`, where that still exists."""
    likes = review.evidence.get("similar") or []
    others = Event.objects.in_bulk([like["event"] for like in likes])
    found = [(like, others.get(UUID(like["event"]))) for like in likes]
    return [_likeness(like, other) for like, other in found if other is None or may_in(by, other.city_id)]


def _likeness(like: dict[str, Any], other: Event | None) -> dict[str, Any]:
    """A similar event with its title and time, where it still exists."""
    when = when_words(vars(other), zone_or_utc(other.timezone)) if other else ""
    said = [reason.words for reason in reasons_in_words(str(like.get("reasons") or ""))]
    return {**like, "other": other, "when": when, "said": said}
