"""How many reviews wait, told live to those who work at the desk."""

from django.db import transaction

from moderation.enums import ReviewState
from moderation.models import Review
from outbox.announcing import announce

#: Where the desk listens (docs/live.md), and what it hears there: `{"open": n}`.
TOPIC, KIND = "desk:queue", "desk.queue"


def count_open() -> int:
    """Reviews that wait for a person (one query, over the index of the queue)."""
    return Review.objects.filter(state=ReviewState.OPEN).count()


def announce_queue_size() -> None:
    """Call it in the transaction that changes what waits: after commit whoever is at a desk learns the new
    count; nobody else ever does."""
    transaction.on_commit(_tell, robust=True)


def _tell() -> None:
    announce(TOPIC, KIND, {"open": count_open()})
