"""Events that are close to a question in meaning, where its words do not meet theirs."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F
from pgvector import HalfVector
from pgvector.django import CosineDistance

from events.filters import EventFilter
from events.queries import upcoming
from pipeline.encoder import encode_sentences

#: The likeness, 0 to 1, below which texts have nothing in common. A vague wish is short, and far from any text: of the
#: samples "half an hour of silence" is .15 like "calm for a rainy evening", and the closest.
LEAST_ALIKE = 0.1


def vector_of(text: str) -> HalfVector:
    """What `text` means. The first call in a process loads the encoder."""
    return HalfVector(encode_sentences([text])[0])


def alike(wanted: EventFilter, vector: HalfVector, *, now: datetime, limit: int) -> list[UUID]:
    """The events that fulfil `wanted` without its words and mean something like `vector`, the closest first. Two queries."""
    events = upcoming(wanted.without("q", "ordering"), now=now).filter(vector__isnull=False)
    near = events.annotate(unlike=CosineDistance(F("vector__embedding"), vector))
    closest = near.order_by("unlike", "id").values_list("pk", "unlike")[:limit]
    with connection.cursor() as cursor:
        # the index goes on until enough events fulfil the filters; the setting ends with the transaction
        cursor.execute("SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true)")
    return [pk for pk, unlike in closest if 1 - unlike >= LEAST_ALIKE]
