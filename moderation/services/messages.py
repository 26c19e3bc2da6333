"""What a moderator decides about the messages of teams to those who come: `registrations.services.messaging`."""

from datetime import datetime
from typing import Any

from moderation.exceptions import ModerationError
from moderation.models import Review
from registrations import services as registrations
from registrations.models import EventMessage


def grant(review: Review, *, now: datetime) -> dict[str, Any]:
    """Let the message be sent."""
    try:
        return {"receivers": registrations.release_message(review.object_id, now=now)}
    except EventMessage.DoesNotExist:
        raise ModerationError(f"“{review.title}”: the message is gone.") from None


def refuse(review: Review, *, now: datetime) -> dict[str, Any]:
    """Keep it from being sent."""
    registrations.refuse_message(review.object_id, now=now)
    return {}
