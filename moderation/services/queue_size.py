"""Sends the number of open reviews live to moderators."""

from django.db import transaction

from moderation.enums import ReviewState
from moderation.models import Review
from outbox.announcing import announce

#: The live topic of the review queue (docs/live.md), and the type of its message `{"open": n}`.
TOPIC, KIND = "desk:queue", "desk.queue"


def count_open() -> int:
    """Reviews that wait for a person (one query, over the index of the queue)."""
    return Review.objects.filter(state=ReviewState.OPEN).count()


def announce_queue_size() -> None:
    """Call it in the transaction that changes the number of open reviews. After the commit the connected moderators
    get the new count."""
    transaction.on_commit(_tell, robust=True)


def _tell() -> None:
    announce(TOPIC, KIND, {"open": count_open()})
