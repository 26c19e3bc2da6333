"""Why a review stands where it stands in the queue, for people."""

from django.utils.timezone import now as clock

from moderation.enums import ReviewState
from moderation.models import Review
from moderation.services.weighing import weight_of
from moderation.weights import words


def why_here(review: Review) -> str:
    """Why an open review comes so early or late, what weighs most first; '' for one that is decided."""
    if review.state != ReviewState.OPEN:
        return ""
    at = clock()
    said = words(weight_of(review, now=at), starts_at=review.starts_at, created_at=review.created_at, now=at)
    return f"Its place in the queue: {'; '.join(said)}." if said else ""
