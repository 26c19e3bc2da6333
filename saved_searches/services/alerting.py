"""Follows the outbox: records which events came to match a saved search with an alert, and tells its owner."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Min

from events.models import Event
from outbox.enums import Audience
from outbox.queries import changes_after, cursor, position
from outbox.records import NewChange
from outbox.services import advance, record
from saved_searches.happened import TYPES, Happened, happened
from saved_searches.models import SavedSearch
from saved_searches.percolation import Match, candidates, percolate
from saved_searches.services.conditions import renew_keys

log = structlog.get_logger(__name__)
#: The consumer of the outbox.
CONSUMER: Final = "saved searches"
#: Changes of one transaction, and events that one message names.
BATCH: Final = 500
MOST_TOLD: Final = 10
_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('saved searches', 0))"
_RECORD: Final = """
INSERT INTO saved_searches_hit (search_id, event_id, at)
SELECT s.id, found.event_id, found.at
FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::timestamptz[]) AS found (conditions_id, event_id, number, at)
JOIN saved_searches_savedsearch s ON s.conditions_id = found.conditions_id AND s.alert AND s.after < found.number
ORDER BY s.id, found.event_id
ON CONFLICT DO NOTHING
RETURNING search_id, event_id
"""
_Pairs = dict[UUID, list[UUID]]


class _Found(NamedTuple):
    """An event that is new in the list of some conditions since a number of the outbox."""

    conditions_id: int
    event_id: UUID
    number: int
    at: datetime


def follow(*, batch: int = BATCH) -> int:
    """Record the hits of all changes since the last time. Returns how many are new.

    Each batch is one transaction: hits, the messages about them, and how far it has come. So a lost process loses none, and
    none is recorded twice. One process at a time; the others return at once.
    """
    renew_keys()
    total = 0
    while True:
        with transaction.atomic():
            if not _alone():
                return total
            changes, until = _next(batch)
            if until is None:
                return total
            total += record_hits(happened(changes))
            advance(CONSUMER, until)


def record_hits(events: Sequence[Happened]) -> int:
    """Record the hits of these events in the present transaction, and tell the owners. Returns how many are new."""
    what = {each.event_id: each for each in events}
    pairs = _insert(_found(percolate(candidates({each.event_id: each.at for each in events})), what))
    _tell(pairs)
    return sum(map(len, pairs.values()))


def _next(batch: int) -> tuple[list[Any], int | None]:
    """The next changes of events, and the number up to which they are all; None where nothing is new.

    The first calls begin with the oldest alert; after a gap it begins where the outbox does.
    """
    here = position()
    begun = cursor(CONSUMER) or _first_alert(here.number)
    if begun < here.pruned_to:
        log.warning("saved_searches_gap", after=begun, begins=here.pruned_to)
        begun = here.pruned_to
    if begun >= here.number:
        return [], None
    changes = list(changes_after(begun, limit=batch, types=TYPES))
    newest = int(changes[-1].number or 0) if changes else 0
    return changes, newest if len(changes) == batch else max(newest, here.number)


def _first_alert(newest: int) -> int:
    """From where the first call begins; without alerts at the end, which the next call finds again."""
    first = SavedSearch.objects.filter(alert=True).aggregate(first=Min("after"))["first"]
    return newest if first is None else int(first)


def _found(matches: Iterable[Match], what: dict[UUID, Happened]) -> list[_Found]:
    found = []
    for match in matches:
        event = what[match.candidate.id]
        if number := event.new_since(match.wanted, match.candidate.text):
            found.append(_Found(match.conditions_id, event.event_id, number, event.at))
    return found


def _insert(found: Sequence[_Found]) -> _Pairs:
    pairs: _Pairs = defaultdict(list)
    if found:
        with connection.cursor() as asked:
            asked.execute(_RECORD, [list(column) for column in zip(*found, strict=True)])
            for search_id, event_id in asked.fetchall():
                pairs[search_id].append(event_id)
    return pairs


def _tell(pairs: _Pairs) -> None:
    """Write one message for each search with new hits, on its owner's topic `user:me`. Three queries."""
    if not pairs:
        return
    searches = SavedSearch.objects.filter(pk__in=pairs).order_by("pk")
    named = {pk for ids in pairs.values() for pk in ids[:MOST_TOLD]}
    events = {event.pk: _event(event) for event in Event.objects.filter(pk__in=named)}
    record(
        NewChange(
            type="search.hit",
            object_type="saved_search",
            object_id=search.pk,
            topics=("user:me",),
            data={
                "id": str(search.pk),
                "name": search.name,
                "count": len(pairs[search.pk]),
                "events": [events[pk] for pk in pairs[search.pk][:MOST_TOLD]],
            },
            audience=Audience.USER,
            user_id=search.user_id,
        )
        for search in searches
    )


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "title": event.title,
        "start": event.start_at.isoformat(),
        "path": event.get_absolute_url(),
    }


def _alone() -> bool:
    with connection.cursor() as asked:
        asked.execute(_LOCK)
        (free,) = asked.fetchone()
    return bool(free)
