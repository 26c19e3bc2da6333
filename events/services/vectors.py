"""Computes the vectors of events after recording, so that no batch waits for them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
from pgvector import HalfVector

from events.models import Event, EventVector
from pipeline.encoder import encode_sentences
from pipeline.text.markup import without_tags

#: Only so much of a description is encoded.
TEXT = 600
#: How many at a time, so that newer events are noticed in between.
CHUNK = 500


def text_of(event: Event) -> str:
    """The text for the encoder: title, category, tags, the beginning of the description."""
    return " ".join(
        [event.title, str(event.category_id), *event.tags, without_tags(event.description)[:TEXT]]
    )


def embed_missing(*, now: datetime, limit: int = CHUNK) -> int:
    """Compute missing vectors of approved and waiting events, and check changed ones: at most `limit`.

    Returns how many were checked. One process at a time: 0 where another is working. `now` precedes the
    reading of the texts, so that a change meanwhile is noticed. An event whose text did not change keeps its
    vector.
    """
    with transaction.atomic():
        return _embed(list(_without_vector(limit)), now) if _alone() else 0


def _alone() -> bool:
    """Whether no other process computes vectors, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('vectors', 0))")
        (free,) = cursor.fetchone()
    return bool(free)


def _embed(rows: Sequence[Event], now: datetime) -> int:
    texts = {event.id: text_of(event) for event in rows}
    hashes = {pk: _hash(text) for pk, text in texts.items()}
    known = dict(EventVector.objects.filter(event__in=rows).values_list("event", "text_hash"))
    same: list[Event] = []
    other: list[Event] = []
    for event in rows:
        (same if known.get(event.id) == hashes[event.id] else other).append(event)
    vectors = encode_sentences([texts[event.id] for event in other])
    made = [
        EventVector(
            event=event,
            embedding=HalfVector(vector),
            text_hash=hashes[event.id],
            made_at=max(now, event.updated_at),
        )
        for event, vector in zip(other, vectors, strict=True)
    ]
    EventVector.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["event"],
        update_fields=["embedding", "text_hash", "made_at"],
        batch_size=500,
    )
    EventVector.objects.bulk_update(
        [EventVector(event=event, made_at=max(now, event.updated_at)) for event in same], ["made_at"]
    )
    return len(rows)


def _without_vector(limit: int) -> Iterable[Event]:
    """Events without a vector, the newest first, and those that changed after theirs was made."""
    stale = Q(vector__isnull=True) | Q(vector__made_at__lt=F("updated_at"))
    events = Event.objects.filter(stale, publication__in=["approved", "pending"])
    return events.only("id", "title", "category_id", "tags", "description", "updated_at").order_by(
        "-created_at"
    )[:limit]


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
