"""Finds and orders the events that answer a question."""

from datetime import datetime

from events.filters import EventFilter
from events.queries import upcoming
from events.search.records import Answer, Found, Hit


def answer(
    wanted: EventFilter, *, now: datetime, limit: int = 20, offset: int = 0, explain: bool = False
) -> Answer:
    """The events from place `offset` on, at most `limit`, best first, never none while any event is listed."""
    ids = list(upcoming(wanted, now=now).values_list("pk", flat=True)[offset : offset + limit + 1])
    hits = tuple(Hit(event_id=pk, found=Found.WORDS, score=0.0) for pk in ids[:limit])
    return Answer(hits=hits, total=len(hits), exact=len(hits), has_more=len(ids) > limit)
