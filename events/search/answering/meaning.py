"""Events that are close to a question in meaning, where its words do not meet theirs."""

from datetime import datetime

from django.db.models import F
from pgvector import HalfVector
from pgvector.django import CosineDistance

from events.filters import EventFilter
from events.queries import upcoming
from events.search.answering.ranking import Ranked
from pipeline.encoder import encode_sentences

#: The likeness, 0 to 1, below which texts have nothing in common. A vague wish is short, and far from any text: of the
#: samples "half an hour of silence" is .15 like "calm for a rainy evening", and the closest.
LEAST_ALIKE = 0.1


def alike(wanted: EventFilter, *, now: datetime, limit: int) -> list[Ranked]:
    """The events that fulfil the filters of `wanted` and mean something like its words, the closest first.

    Real events precede samples. One query. The first call in a process loads the encoder.
    """
    vector = HalfVector(encode_sentences([wanted.q])[0])
    events = upcoming(wanted.without("q", "ordering"), now=now).filter(vector__isnull=False)
    near = events.annotate(unlike=CosineDistance(F("vector__embedding"), vector))
    closest = near.order_by("unlike", "id").values_list("pk", "unlike", "is_sample")[:limit]
    found = [(sample, Ranked(pk, {"meaning": 1 - unlike})) for pk, unlike, sample in closest]
    kept = [(sample, row) for sample, row in found if row.parts["meaning"] >= LEAST_ALIKE]
    return [row for _, row in sorted(kept, key=lambda pair: pair[0])]
