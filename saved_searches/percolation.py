"""Which stored conditions events match: percolation, the search turned round.

Conditions that share a key with an event come from one query for all events (`saved_searches.keys`);
`events.filters.matches` decides in memory, as for a list. Nothing is kept between two calls: conditions that are saved
or changed count from the commit on, in every process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from events.filters import EventFilter, Question, is_over
from events.models import Event
from events.public import public_event
from events.queries import SearchText, for_api, for_json, public, search_texts
from pipeline.garbage import collected_by_batch
from pipeline.text.terms import Terms
from saved_searches.keys import keys_of_events
from saved_searches.parts import Parts

_WITHOUT: Final = Terms({})
#: From so many events on, what many of them share is read once, by more queries.
_MANY: Final = 50
#: Conditions of searches with an alert that are stored under one of the keys, with the places of those in the list.
_CANDIDATES: Final = """
SELECT c.id, c.wanted, array_agg(asked.place)
FROM json_array_elements_text(%s::json) WITH ORDINALITY AS asked (key, place)
JOIN saved_searches_conditionskey k ON k.key = asked.key
JOIN saved_searches_conditions c ON c.id = k.conditions_id
WHERE EXISTS (SELECT 1 FROM saved_searches_savedsearch s WHERE s.conditions_id = c.id AND s.alert)
GROUP BY c.id
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A public event as it is now with its search text, and the moment from which "this weekend" counts for it."""

    event: Mapping[str, Any]
    text: SearchText | None
    now: datetime

    @property
    def id(self) -> UUID:
        return UUID(self.event["id"])

    def terms(self) -> Terms:
        """Those of its text."""
        return self.text.terms if self.text else _WITHOUT


@collected_by_batch()
def candidates(moments: Mapping[UUID, datetime]) -> list[Candidate]:
    """The events by id that are listed at the moment that is given with each; the others are left out."""
    read = for_json if len(moments) > _MANY else for_api
    rows: Sequence[Event] = list(read(public().filter(pk__in=list(moments))))
    texts = search_texts(row.pk for row in rows)
    found = []
    for row in rows:
        event, now = public_event(row), moments[row.pk]
        if not is_over(event, now=now):
            found.append(Candidate(event, texts.get(row.pk), now))
    return found


class Match(NamedTuple):
    """Conditions (by id, as stored) and the events that fulfil them, as bits by their numbers (`parts.numbers`)."""

    conditions_id: int
    wanted: Mapping[str, Any]
    events: int


@collected_by_batch()
def percolate(events: Sequence[Candidate]) -> list[Match]:
    """The conditions of searches with an alert that any of the events fulfils. One query."""
    by_key = keys_of_events((candidate.event, candidate.terms()) for candidate in events)

    def ask(part: EventFilter) -> Callable[[int], bool]:
        question = Question(part)

        def fulfils(number: int) -> bool:
            candidate = events[number]
            return question.matches(candidate.event, terms=candidate.terms, now=candidate.now)

        return fulfils

    parts, found = Parts(ask, [candidate.event for candidate in events]), []
    holding = list(by_key.values())
    for pk, stored, places in _stored_under(list(by_key)):
        sharing = 0
        for place in places:
            sharing |= holding[place]
        if those := parts.among(sharing, stored):
            found.append(Match(pk, stored, those))
    return found


def _stored_under(keys: list[str]) -> list[tuple[int, dict[str, Any], list[int]]]:
    """The conditions under any of `keys`, with the indexes of those keys."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [orjson.dumps(keys).decode()])  # an array is quoted key by key
        return [
            (pk, orjson.loads(wanted), [place - 1 for place in places])
            for pk, wanted, places in cursor.fetchall()
        ]
