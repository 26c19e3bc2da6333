"""The thread with the submitter of a review's event."""

from typing import Any, Final
from uuid import UUID

from events.models import Listing
from moderation.desk.words import moment_words
from moderation.enums import ReviewKind
from moderation.models import Conversation, Review

_OF_EVENTS: Final = (ReviewKind.EVENT, ReviewKind.CHANGE, ReviewKind.APPEAL)
_PREFIX: Final = "submission:"


def thread_of(review: Review) -> dict[str, Any]:
    """The conversation about the review's event, and its messages; {} where nobody follows it."""
    if review.kind not in _OF_EVENTS:
        return {}
    listed = Listing.objects.filter(event=review.object_id, external_id__startswith=_PREFIX)
    ids = [UUID(name.removeprefix(_PREFIX)) for name in listed.values_list("external_id", flat=True)[:10]]
    conversation = Conversation.objects.filter(pk__in=ids).order_by("-created_at").first() if ids else None
    if conversation is None:
        return {}
    zone = review.city.timezone if review.city else ""
    thread = [
        {"is_ours": each.is_ours, "by": each.by, "text": each.text, "when": moment_words(each.at, zone)}
        for each in conversation.messages.select_related("by")
    ]
    return {"conversation": conversation, "thread": thread}
