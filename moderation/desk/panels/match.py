"""The panel of events that may be the same."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from accounts.rights import Actor
from events.exceptions import EventError
from events.services import preview_listing
from moderation.desk.comparison import Comparison
from moderation.desk.event_pairs import compare_events, compare_listing
from moderation.enums import ReviewState
from moderation.models import Review


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The event and its candidates side by side, and what merging would give."""
    listing = review.evidence.get("listing")
    return {
        "comparison": _listing(review) if listing else _events(review, by=by),
        "listing": listing,
        "source_name": review.evidence.get("source_name") or review.evidence.get("source") or "its source",
    }


def _events(review: Review, *, by: Actor) -> Comparison | None:
    """The comparison; without any of it where the actor may not see all that is asked about."""
    return compare_events(review.object_id, review.evidence.get("similar") or [], by=by)


def _listing(review: Review) -> Comparison | None:
    if review.state != ReviewState.OPEN:
        return None
    source = str(review.evidence.get("source_name") or review.evidence.get("source") or "its source")
    try:
        preview = preview_listing(UUID(str(review.evidence["listing"])))
    except (ObjectDoesNotExist, EventError):
        return None
    before, alone = preview.sides
    return compare_listing(before, alone, preview.merged or before, source=source)
