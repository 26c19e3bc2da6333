"""One answer: the events that fulfil the question."""

from collections.abc import Sequence
from datetime import datetime

from events.filters import EventFilter
from events.search.answering.exact import Counted, count, rows
from events.search.answering.limits import Steps
from events.search.answering.ranking import Ranked
from events.search.records import Answer, Found, Hit


def answer(
    wanted: EventFilter, *, now: datetime, limit: int = 20, offset: int = 0, explain: bool = False
) -> Answer:
    """The events from place `offset` on, at most `limit`, best first. A time limit that ends a step is said, not raised."""
    steps = Steps()
    counted = steps.run(lambda: count(wanted, now=now), Counted())
    none: Sequence[Ranked] = ()
    found = steps.run(lambda: rows(wanted, counted, now=now, offset=offset, limit=limit), none)
    hits = tuple(_hit(row, explain) for row in found)
    return Answer(
        hits=hits,
        total=counted.total,
        is_capped=counted.is_capped,
        exact=len(hits),
        degraded=steps.degraded,
        has_more=offset + len(hits) < counted.total,
    )


def _hit(row: Ranked, explain: bool) -> Hit:
    return Hit(event_id=row.event_id, found=Found.WORDS, score=row.score, parts=row.parts if explain else {})
