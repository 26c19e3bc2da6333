"""Which stored conditions events match: percolation, the search turned round.

Conditions that share a key with an event come from one query for all events (`saved_searches.keys`);
`events.filters.matches` decides in memory, as for a list. Nothing is kept between two calls: conditions that are saved
or changed count from the commit on, in every process.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from events.filters import EventFilter, is_over, matches
from events.models import Event
from events.public import public_event
from events.queries import SearchText, for_api, public, search_texts
from pipeline.text.terms import Terms
from saved_searches.keys import keys_of_event

_WITHOUT: Final = Terms({})
#: Conditions of searches with an alert that are stored under one of the keys, with each of them.
_CANDIDATES: Final = """
SELECT c.id, c.wanted, array_agg(k.key)
FROM unnest(%s::text[]) AS asked (key)
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


def candidates(moments: Mapping[UUID, datetime]) -> list[Candidate]:
    """The events by id that are listed at the moment that is given with each; the others are left out."""
    rows: Sequence[Event] = list(for_api(public().filter(pk__in=list(moments))))
    texts = search_texts(row.pk for row in rows)
    found = []
    for row in rows:
        event, now = public_event(row), moments[row.pk]
        if not is_over(event, now=now):
            found.append(Candidate(event, texts.get(row.pk), now))
    return found


@dataclass(frozen=True, slots=True)
class Match:
    """Conditions (by id) that an event fulfils."""

    conditions_id: int
    wanted: EventFilter
    candidate: Candidate


def percolate(events: Sequence[Candidate]) -> list[Match]:
    """Each pair of conditions of a search with an alert, and an event that fulfils them. One query."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for number, candidate in enumerate(events):
        for key in keys_of_event(candidate.event, candidate.terms()):
            by_key[key].append(number)
    found = []
    for pk, stored, keys in _stored_under(list(by_key)):
        wanted = EventFilter.from_json(stored)
        for number in {number for key in keys for number in by_key[key]}:
            candidate = events[number]
            if matches(wanted, candidate.event, terms=candidate.terms, now=candidate.now):
                found.append(Match(pk, wanted, candidate))
    return found


def _stored_under(keys: list[str]) -> list[tuple[int, dict[str, Any], list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [keys])
        return [(pk, orjson.loads(wanted), keys) for pk, wanted, keys in cursor.fetchall()]
