"""Events that are close to a question in meaning, where its words do not meet theirs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FloatField, QuerySet, Value
from pgvector import HalfVector
from pgvector.django import CosineDistance

from events.filters import EventFilter
from events.models import EventVector
from events.queries import upcoming
from outbox.replica import cursor_of_readers
from pipeline import encoder
from pipeline.encoder import encode_sentences

#: The likeness, 0 to 1, below which texts have nothing in common. A vague wish is short, and far from any text: of the
#: samples "half an hour of silence" is .15 like "calm for a rainy evening", and the closest.
LEAST_ALIKE = 0.1
#: Of what filters leave, so many of the soonest are compared one by one.
MOST_COMPARED = 1_500
#: The same where words have found some events already.
MOST_COMPARED_BESIDE = 1_000
#: Without filters the index finds the closest of all; it goes on until enough of those that it finds are listed.
_GO_ON = "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true)"
_WIDE = ("q", "ordering", "lat", "lng", "statuses", "online", "language")


def is_ready() -> bool:
    """Whether this process can compare meanings now. Where it cannot, it begins to get ready in a thread."""
    if encoder.is_ready():
        return True
    encoder.load_beside()
    return False


def vector_of(text: str) -> HalfVector:
    """What `text` means. The first call in a process loads the encoder."""
    return HalfVector(encode_sentences([text])[0])


def alike(
    wanted: EventFilter, vector: HalfVector, *, now: datetime, limit: int, most: int = MOST_COMPARED
) -> list[UUID]:
    """The events that fulfil `wanted` without its words and mean something like `vector`, the closest first.

    Where filters narrow the events, each of the `most` soonest is compared: the index would find the closest of
    all, and few of them fulfil the filters. One query, two without filters. Runs in a transaction.
    """
    events = upcoming(wanted.without("q", "ordering"), now=now)
    near: QuerySet[Any]
    if wanted.without(*_WIDE) == EventFilter():
        with cursor_of_readers() as cursor:
            cursor.execute(_GO_ON)
        near = events.filter(vector__isnull=False)
        near = near.annotate(unlike=CosineDistance(F("vector__embedding"), vector))
    else:
        soonest = events.order_by("start_at", "id").values("pk")[:most]
        # the sum is one that no index orders
        unlike = CosineDistance(F("embedding"), vector) + Value(0.0, output_field=FloatField())
        near = EventVector.objects.filter(pk__in=soonest).annotate(unlike=unlike)
    closest = near.order_by("unlike", "pk").values_list("pk", "unlike")[:limit]
    return [pk for pk, unlike in closest if 1 - unlike >= LEAST_ALIKE]
