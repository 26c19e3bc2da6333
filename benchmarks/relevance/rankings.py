"""The three rankings that are compared: search as people meet it, plain full text of PostgreSQL, and vectors alone.

All see the same events: those that are public in the city that is asked for and not over.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.relevance.questions import Question

#: So many events of each are judged.
DEPTH = 10
Ranking = Callable[[Question], list[UUID]]


def ours(question: Question) -> list[UUID]:
    """What the search page shows."""
    return answered(question.text, question.city, moment(question))


def answered(text: str, city: str, now: datetime) -> list[UUID]:
    """The first events that search answers."""
    from events.filters import EventFilter, Ordering
    from events.search.answering import answer
    from events.search.understanding import understand

    understood = understand(text, given=EventFilter(city=city, ordering=Ordering.RELEVANCE), now=now)
    return [hit.event_id for hit in answer(understood.filter, now=now, limit=DEPTH).hits]


def prepare_plain() -> None:
    """Store what the plain ranking searches: title, description and venue, without weights."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE plain_text AS SELECT id AS event_id,"
            " to_tsvector('english', concat_ws(' ', title, regexp_replace(description, '<[^>]*>', ' ', 'g'), venue_name)) AS document"
            " FROM events_event; CREATE INDEX ON plain_text USING gin (document); ANALYZE plain_text"
        )


def plain(question: Question) -> list[UUID]:
    """`websearch_to_tsquery` and `ts_rank` over title, description and venue."""
    sql = (
        "SELECT p.event_id FROM plain_text p, websearch_to_tsquery('english', %s) AS asked"
        " WHERE p.document @@ asked AND p.event_id = ANY(%s) ORDER BY ts_rank(p.document, asked) DESC, p.event_id LIMIT %s"
    )
    return _rows(sql, [question.text, _public(question), DEPTH])


def vectors(question: Question) -> list[UUID]:
    """The nearest by cosine."""
    from pgvector import HalfVector

    from pipeline.encoder import encode_sentences

    (vector,) = encode_sentences([question.text])
    sql = "SELECT event_id FROM events_eventvector WHERE event_id = ANY(%s) ORDER BY embedding <=> %s::halfvec, event_id LIMIT %s"
    return _rows(sql, [_public(question), HalfVector(vector).to_text(), DEPTH])


RANKINGS: dict[str, Ranking] = {"ours": ours, "plain": plain, "vectors": vectors}


def moment(question: Question) -> datetime:
    """When it was asked."""
    from places.models import City

    zones = City.objects.filter(slug=question.city or "new-york").values_list("timezone", flat=True)
    return question.asked.replace(tzinfo=ZoneInfo(zones[0]))


def _public(question: Question) -> list[UUID]:
    from events.filters import EventFilter
    from events.queries import upcoming

    return list(upcoming(EventFilter(city=question.city), now=moment(question)).values_list("pk", flat=True))


def _rows(sql: str, values: Iterable[object]) -> list[UUID]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return [row[0] for row in cursor.fetchall()]
