"""Adds what happened to the sums. Each row of what happened is read once: the statement that adds it deletes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from insights.models import Figure
from insights.models.figures import ACTS

#: At most so many rows are added up in one transaction: those of so many numbers from the first one on.
BATCH: Final = 20_000
#: How long sums of each grain stay; those of days stay for ever, and of hours the totals longer, for baselines.
MINUTES_KEPT: Final = timedelta(hours=3)
HOURS_KEPT: Final = timedelta(days=3)
TOTALS_KEPT: Final = timedelta(days=63)

_NOTE: Final = """
INSERT INTO insights_pendingact (at, event_id, act, times)
SELECT %(at)s, t.event_id, t.act, t.times FROM unnest(%(events)s::uuid[], %(acts)s::text[], %(times)s::int[]) AS t (event_id, act, times)
"""
#: An event has many listings; its source is the one that told of it first. A row of the sums is written once in a statement.
#: Events are joined by their index: a join of two lists of this statement, which have none, compared each act with each event.
_ADD_UP: Final = """
WITH taken AS (
    DELETE FROM insights_pendingact WHERE id < (SELECT min(id) FROM insights_pendingact) + %(batch)s
    RETURNING at, event_id, act, times
), summed AS MATERIALIZED (
    SELECT date_trunc('minute', at, 'UTC') AS at, event_id, {sums} FROM taken GROUP BY 1, 2
), placed AS MATERIALIZED (
    SELECT s.*, e.city_id, e.category_id, e.place_id, coalesce(c.timezone, 'UTC') AS timezone,
        (SELECT l.origin_id FROM events_listing l WHERE l.event_id = e.id ORDER BY l.first_seen_at, l.id LIMIT 1) AS source
    FROM summed s LEFT JOIN events_event e ON e.id = s.event_id LEFT JOIN places_city c ON c.id = e.city_id
)
INSERT INTO insights_figure AS f (grain, dimension, at, city_id, key, {acts})
SELECT g.grain, d.dimension, date_trunc(g.grain, p.at, 'UTC'), p.city_id, d.key, {totals}
FROM placed p
CROSS JOIN LATERAL (VALUES
    ('', ''), ('category', p.category_id), ('source', p.source::text), ('venue', p.place_id::text),
    ('hour', CASE WHEN p.event_id IS NOT NULL THEN to_char(timezone(p.timezone, p.at), 'ID-HH24') END)
) AS d (dimension, key)
CROSS JOIN (VALUES ('minute'), ('hour'), ('day')) AS g (grain)
WHERE d.key IS NOT NULL AND (d.dimension <> 'hour' OR g.grain = 'day')
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT ON CONSTRAINT figure_once DO UPDATE SET {grown}
"""
_STATEMENT: Final = _ADD_UP.format(
    acts=", ".join(ACTS),
    sums=", ".join(f"coalesce(sum(times) FILTER (WHERE act = '{one}'), 0) AS {one}" for one in ACTS),
    totals=", ".join(f"sum(p.{one})" for one in ACTS),
    grown=", ".join(f"{one} = f.{one} + excluded.{one}" for one in ACTS),
)


def note(acts: Sequence[tuple[UUID | None, str, int]], *, at: datetime) -> None:
    """Keep what happened until it is added up: rows of event, act and times. Part of the transaction in which it happened.

    Raises ValueError for an unknown act.
    """
    if unknown := {act for _, act, _ in acts} - set(ACTS):
        raise ValueError(f"unknown acts: {sorted(unknown)}")
    columns: dict[str, Any] = {
        "at": at,
        "events": [event for event, _, _ in acts],
        "acts": [act for _, act, _ in acts],
        "times": [times for _, _, times in acts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, columns)


def add_up(*, batch: int = BATCH) -> int:
    """Add what waits to the sums of minutes, hours and days. Runs again without harm. Returns how many rows of sums were written.

    Only one process adds at a time; another one leaves it to that.
    """
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('figures', 0))")
            if not cursor.fetchone()[0]:
                return total
            cursor.execute(_STATEMENT, {"batch": batch})
            if not cursor.rowcount:
                return total
            total += int(cursor.rowcount)


def forget(*, now: datetime) -> int:
    """Delete sums of minutes and hours that no window reaches any more. Returns how many."""
    rows = Figure.objects.filter(grain="minute", at__lt=now - MINUTES_KEPT)
    gone = rows.delete()[0]
    gone += Figure.objects.filter(grain="hour", dimension="", at__lt=now - TOTALS_KEPT).delete()[0]
    hours = Figure.objects.filter(grain="hour", at__lt=now - HOURS_KEPT)
    return gone + hours.filter(dimension__in=("category", "source", "venue")).delete()[0]
