"""The panel of a message that a team wants to send to those who come to its event."""

from typing import Any

from accounts.rights import Actor
from moderation.models import Review
from registrations.enums import MessageAudience
from registrations.models import EventMessage
from registrations.services.messaging import receivers


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The words, the event, and how many would get them."""
    message = (
        EventMessage.objects.select_related("event__organizer", "by").filter(pk=review.object_id).first()
    )
    if message is None:
        return {"message": None}
    count = receivers(message.event_id, MessageAudience(message.audience)).count()
    return {"message": message, "count": count, "organizer": message.event.organizer}
