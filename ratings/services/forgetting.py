"""What moderators were asked about a rating, when that is gone."""

from collections.abc import Collection
from uuid import UUID

from moderation.enums import ReviewKind
from moderation.services import forget_evidence


def forget_reviews(object_ids: Collection[UUID]) -> None:
    """Withdraw the open questions, and take the words out of all of them."""
    forget_evidence(ReviewKind.RATING, object_ids)
