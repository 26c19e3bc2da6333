"""Reads the log and the events as arrays, within one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import connection

from insights.enums import Interaction
from insights.recommending.arrays import Acts, Floats, Ints, Items
from insights.recommending.tastes import weigh

#: How much an act says of a taste; below 0: less of this.
WORTH: Final = {
    Interaction.VIEW: 1.0,
    Interaction.LONG_VIEW: 1.0,
    Interaction.TICKET: 2.0,
    Interaction.SHARE: 2.0,
    Interaction.SAVE: 2.0,
    Interaction.REGISTER: 3.0,
    Interaction.ATTEND: 3.0,
    Interaction.HIDE: -2.0,
}
#: What was done longer ago says little of today.
LEARNT_FROM: Final = timedelta(days=180)
_CHUNK: Final = 50_000

_NUMBERED: Final = """
DROP TABLE IF EXISTS pg_temp.insights_numbered;
CREATE TEMP TABLE insights_numbered ON COMMIT DROP AS
SELECT (row_number() OVER (ORDER BY e.id) - 1)::int AS number, e.id, e.category_id, (e.publication = 'approved' AND e.end_date >= %(today)s) AS is_coming
FROM events_event e WHERE e.publication = 'approved' AND e.end_date >= %(today)s
 OR e.id IN (SELECT coalesce(m.merged_into_id, m.id) FROM insights_interaction i JOIN events_event m ON m.id = i.event_id WHERE i.day >= %(since)s)
"""
# the log says what was opened; a merge, and its undoing, changes for which event that counts
_LOG: Final = """
SELECT i.participant_id, n.number, i.interaction, coalesce(i.rank, -1)
FROM insights_interaction i JOIN events_event e ON e.id = i.event_id JOIN insights_numbered n ON n.id = coalesce(e.merged_into_id, e.id)
WHERE i.day >= %(since)s AND i.interaction = ANY(%(kinds)s)
"""
# halfvec_send: two numbers of two bytes, then the halves, the greatest byte first
_EVENTS: Final = """
SELECT n.id, n.category_id, n.is_coming, halfvec_send(v.embedding) FROM insights_numbered n
LEFT JOIN events_eventvector v ON v.event_id = n.id ORDER BY n.number
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Events with their categories (as numbers of `categories`), whether they are to come, and the vectors of their texts (0: none yet)."""

    ids: Sequence[UUID]
    categories: Sequence[str]
    category: Ints
    is_coming: Ints
    vectors: Floats


def number_events(*, now: datetime) -> date:
    """Number what is to come and what the log has, for the rest of the transaction. Returns the first day of the log that counts."""
    since = (now - LEARNT_FROM).date()
    with connection.cursor() as cursor:
        # what is read is of one moment: events that come meanwhile have no number
        cursor.execute(_NUMBERED, {"today": (now - timedelta(days=1)).date(), "since": since})
        cursor.execute("CREATE UNIQUE INDEX ON insights_numbered (id)")
        cursor.execute("ANALYZE insights_numbered")
    return since


def read_acts(since: date) -> tuple[Acts, int]:
    """What participants did with numbered events, weighed by the position at which each was shown, and how many participants there were."""
    worth = {kind.value: value for kind, value in WORTH.items()}
    parts: list[Any] = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LOG, {"since": since, "kinds": list(worth)})
        while rows := cursor.fetchmany(_CHUNK):
            parts.append(np.array([(who, event, worth[kind], rank) for who, event, kind, rank in rows]))
    table = np.concatenate(parts) if parts else np.zeros((0, 4))
    people, person = np.unique(table[:, 0].astype(np.int64), return_inverse=True)
    weights = weigh(table[:, 2], table[:, 3].astype(np.int64))
    return Acts(person, table[:, 1].astype(np.int64), weights), len(people)


def read_events() -> Known:
    """The numbered events, in the order of their numbers."""
    ids: list[UUID] = []
    names: list[str] = []
    coming: list[bool] = []
    vectors: list[Any] = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVENTS)
        while rows := cursor.fetchmany(_CHUNK):
            ids += [row[0] for row in rows]
            names += [row[1] for row in rows]
            coming += [row[2] for row in rows]
            vectors.append(vectors_of([row[3] for row in rows]))
    categories, category = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)
    found = np.concatenate(vectors) if vectors else np.zeros((0, 512), np.float16)
    return Known(ids, [str(one) for one in categories], category, np.array(coming, bool).astype(int), found)


def vectors_of(sent: Sequence[bytes | None]) -> Floats:
    """What `halfvec_send` said, a row each; 0 where there is no vector."""
    found = np.zeros((len(sent), 512), np.float16)
    for row, one in enumerate(sent):
        if one is not None:
            found[row] = np.frombuffer(one, ">f2", offset=4)
    return found


def items_of(about: Floats, category: Ints) -> Items:
    """Events of which the text and category alone are looked at."""
    count = len(category)
    none, zero = np.full(count, -1), np.zeros(count)
    return Items(
        about,
        category,
        none,
        none,
        none,
        none,
        np.full((count, 2), np.nan),
        zero,
        zero,
        np.zeros(count, np.bool_),
    )
