"""The panel of a photo by a reader: from the frozen evidence, with the picture from its own address while it is there."""

from typing import Any

from accounts.rights import Actor
from accounts.user_input import uuid_of
from events.models import Event
from moderation.models import Review
from places.models import Place


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """The photo, what was said of it, and the event or venue that it is of."""
    told = review.evidence
    event_id, place_id = uuid_of(told.get("event")), uuid_of(told.get("place"))
    return {
        "told": told,
        "event": Event.objects.filter(pk=event_id).first() if event_id else None,
        "place": Place.objects.filter(pk=place_id).first() if place_id else None,
    }
