"""Sends the number of open reviews live to moderators."""

from collections.abc import Iterable
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from moderation.enums import ReviewState
from moderation.models import Review
from outbox.announcing import Message, announce_all
from places.models import City

#: The live topic of the whole review queue (docs/live.md), that of one city's (`desk:queue:SLUG`), and the type of
#: their messages `{"open": n}`.
TOPIC: Final = "desk:queue"
KIND: Final = "desk.queue"


def count_open() -> int:
    """How many reviews are open (one query over the queue's index)."""
    return Review.objects.filter(state=ReviewState.OPEN).count()


def announce_queue_size(city_ids: Iterable[UUID | None]) -> None:
    """Send the new counts to connected moderators after the commit: of the whole queue, and of these cities.

    Call it in the transaction that changes the number of open reviews.
    """
    transaction.on_commit(partial(_tell, frozenset(filter(None, city_ids))), robust=True)


def _tell(city_ids: frozenset[UUID]) -> None:
    messages: list[Message] = [(TOPIC, KIND, {"open": count_open()})]
    if city_ids:
        alone = Review.objects.filter(state=ReviewState.OPEN, city__in=city_ids, other_cities=[])
        counts = dict(alone.order_by().values_list("city_id").annotate(Count("pk")))
        cities = City.objects.filter(pk__in=city_ids).values_list("pk", "slug")
        messages += [(f"{TOPIC}:{slug}", KIND, {"open": counts.get(city_id, 0)}) for city_id, slug in cities]
    announce_all(messages)
