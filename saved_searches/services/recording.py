"""Records hits in bounded pieces, each with the messages about them, so that nothing is locked for long."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from events.models import Event
from outbox.enums import Audience
from outbox.records import NewChange
from outbox.services import record
from saved_searches.happened import Happened
from saved_searches.models import SavedSearch
from saved_searches.parts import numbers

#: A piece is full with so many hits. Those of one person are not divided, so that one message tells of all.
PIECE: Final = 5_000
#: Hits of one search and day (UTC, of the change). What comes beyond is counted: who asks for everything asks for a list.
MOST_A_DAY: Final = 200
#: Searches that one message names, and events that it names in all, if each search names one at least.
MOST_SEARCHES: Final = 20
MOST_TOLD: Final = 10
_SEARCHES: Final = """
SELECT id, user_id, conditions_id, after FROM saved_searches_savedsearch
WHERE conditions_id = ANY(%s) AND alert ORDER BY user_id, id
"""
_RECORD: Final = """
WITH found AS (
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) WITH ORDINALITY AS each (search_id, event_id, at, place)
), fresh AS (
    SELECT *, (f.at AT TIME ZONE 'UTC')::date AS day,
        row_number() OVER (PARTITION BY search_id, (f.at AT TIME ZONE 'UTC')::date ORDER BY place) AS nth
    FROM found f
    WHERE NOT EXISTS (SELECT 1 FROM saved_searches_hit h WHERE h.search_id = f.search_id AND h.event_id = f.event_id)
), earlier AS (
    SELECT h.search_id, (h.at AT TIME ZONE 'UTC')::date AS day, count(*) AS number
    FROM saved_searches_hit h
    WHERE h.search_id = ANY(%s) AND h.at >= (SELECT date_trunc('day', min(at), 'UTC') FROM found)
    GROUP BY 1, 2
), added AS (
    INSERT INTO saved_searches_hit (search_id, event_id, at)
    SELECT search_id, event_id, at FROM fresh LEFT JOIN earlier USING (search_id, day)
    WHERE nth + coalesce(number, 0) <= %s AND EXISTS (SELECT 1 FROM events_event WHERE id = event_id)
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING search_id, event_id
)
SELECT search_id, event_id, added.event_id IS NOT NULL FROM fresh LEFT JOIN added USING (search_id, event_id)
ORDER BY place
"""


class Listed(NamedTuple):
    """Conditions and events that match them: `events` newly since their newest change, `published` since they were published.

    Both are bits by the numbers of the events in their batch.
    """

    conditions_id: int
    events: int
    published: int


class Found(NamedTuple):
    """A search with an alert and the events that are new in it, as bits by their numbers."""

    search_id: UUID
    user_id: UUID
    conditions_id: int
    after: int
    events: int


class _New(NamedTuple):
    """What is new in a search: the events that were recorded, and how many more there are."""

    events: list[UUID]
    more: int


def pieces(listed: Sequence[Listed], what: Sequence[Happened]) -> Iterator[list[Found]]:
    """The searches in which something is new, a person's together, in pieces of about PIECE hits. One query."""
    piece: list[Found] = []
    size = 0
    for _, theirs in groupby(_found(listed, what), key=lambda found: found.user_id):
        if size >= PIECE:
            yield piece
            piece, size = [], 0
        for found in theirs:
            piece.append(found)
            size += min(found.events.bit_count(), MOST_A_DAY)
    if piece:
        yield piece


def record_piece(piece: Sequence[Found], what: Sequence[Happened], *, until: int) -> int:
    """Record the hits of these searches in the present transaction, and tell their owners. Returns how many are new.

    `until` is the number of the outbox at which the batch ends: what is only counted counts once for it. Searches that
    were changed meanwhile are left out.
    """
    locked = SavedSearch.objects.select_for_update(no_key=True).filter(
        pk__in=[each.search_id for each in piece]
    )
    searches = {row.pk: row for row in locked.order_by("pk")}
    new = _insert([each for each in piece if _is_same(searches.get(each.search_id), each)], what)
    for pk, (events, more) in new.items():
        if more and searches[pk].beyond_to >= until:
            new[pk] = _New(events, 0)
    over = [searches[pk] for pk, (_, more) in new.items() if more]
    for row in over:
        row.beyond, row.beyond_to = row.beyond + new[row.pk].more, until
    if over:
        SavedSearch.objects.bulk_update(over, ["beyond", "beyond_to"], batch_size=1_000)
    _tell({searches[pk]: each for pk, each in new.items() if each.events or each.more})
    return sum(len(each.events) for each in new.values())


def _found(listed: Sequence[Listed], what: Sequence[Happened]) -> Iterator[Found]:
    of = {each.conditions_id: each for each in listed}
    oldest = min((each.published or each.newest for each in what), default=0)
    with connection.cursor() as asked:
        asked.execute(_SEARCHES, [list(of)])
        for search_id, user_id, conditions_id, after in asked.fetchall():
            events = _since(of[conditions_id], after, what, oldest=oldest)
            if events:
                yield Found(search_id, user_id, conditions_id, after, events)


def _since(listed: Listed, after: int, what: Sequence[Happened], *, oldest: int) -> int:
    """The events that are new in the list since change `after`."""
    both = listed.events | listed.published
    if after < oldest:
        return both
    late = sum(1 << number for number in numbers(listed.events) if what[number].newest > after)
    return late | sum(1 << number for number in numbers(listed.published) if what[number].published > after)


def _is_same(row: SavedSearch | None, found: Found) -> bool:
    return (
        row is not None and row.alert and (row.conditions_id, row.after) == (found.conditions_id, found.after)
    )


def _insert(piece: Sequence[Found], what: Sequence[Happened]) -> dict[UUID, _New]:
    """What is new in each search; what was recorded before is not."""
    rows: list[tuple[UUID, UUID, datetime]] = [
        (each.search_id, what[number].event_id, what[number].at)
        for each in piece
        for number in numbers(each.events)
    ]
    recorded: dict[UUID, list[UUID]] = defaultdict(list)
    beyond: dict[UUID, int] = defaultdict(int)
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        with connection.cursor() as asked:
            asked.execute(_RECORD, [*columns, [each.search_id for each in piece], MOST_A_DAY])
            for search_id, event_id, is_recorded in asked.fetchall():
                if is_recorded:
                    recorded[search_id].append(event_id)
                else:
                    beyond[search_id] += 1
    return {
        each.search_id: _New(recorded[each.search_id], beyond[each.search_id])
        for each in piece
        if each.search_id in recorded or each.search_id in beyond
    }


def _tell(new: Mapping[SavedSearch, _New]) -> None:
    """Write one message for each person, on their topic `user:me`. Two queries."""
    theirs: dict[UUID, list[SavedSearch]] = defaultdict(list)
    for search in new:
        theirs[search.user_id].append(search)
    named = {
        search: new[search].events[: _share(len(rows))]
        for rows in theirs.values()
        for search in rows[:MOST_SEARCHES]
    }
    ids = {pk for events in named.values() for pk in events}
    facts = {event.pk: _event(event) for event in Event.objects.filter(pk__in=ids)} if ids else {}
    record(
        NewChange(
            type="search.hit",
            object_type="account",
            object_id=user_id,
            topics=("user:me",),
            data={
                "count": sum(len(new[search].events) + new[search].more for search in rows),
                "searches": [
                    {
                        "id": str(search.pk),
                        "name": search.name,
                        "count": len(new[search].events) + new[search].more,
                        "events": [facts[pk] for pk in named[search] if pk in facts],
                    }
                    for search in rows[:MOST_SEARCHES]
                ],
            },
            audience=Audience.USER,
            user_id=user_id,
        )
        for user_id, rows in theirs.items()
    )


def _share(searches: int) -> int:
    """How many events each of so many searches names in a message."""
    return max(1, MOST_TOLD // searches)


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "title": event.title,
        "start": event.start_at.isoformat(),
        "path": event.get_absolute_url(),
    }
