"""The panel of two venues that may be one."""

from typing import Any

from accounts.rights import Actor
from moderation.desk.venue_pairs import compare_venues
from moderation.models import Review


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """Both venues side by side, as they are now."""
    comparison = compare_venues(review.evidence)
    return {"comparison": comparison, "venues": review.evidence.get("places") or []}
