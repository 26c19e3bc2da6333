"""Sends the number of open reviews live to moderators."""

from django.db import transaction

from moderation.enums import ReviewState
from moderation.models import Review
from outbox.announcing import announce

#: The live topic of the review queue (docs/live.md), and the type of its message `{"open": n}`.
TOPIC, KIND = "desk:queue", "desk.queue"


def count_open() -> int:
    """How many reviews are open (one query over the queue's index)."""
    return Review.objects.filter(state=ReviewState.OPEN).count()


def announce_queue_size() -> None:
    """Send the new count to connected moderators after the commit.

    Call it in the transaction that changes the number of open reviews.
    """
    transaction.on_commit(_tell, robust=True)


def _tell() -> None:
    announce(TOPIC, KIND, {"open": count_open()})
