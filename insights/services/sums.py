"""Adds up the log by day, without who. The sums stay when the log goes."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

#: How many days before today are added up again: those that a late task of the day before missed.
_AGAIN: Final = timedelta(days=1)

_ADD_UP: Final = """
INSERT INTO insights_interactionsum AS s (day, city_id, category, interaction, surface, times, participants)
SELECT i.day, e.city_id, coalesce(e.category_id, ''), i.interaction, i.surface, count(*), count(DISTINCT i.participant_id)
FROM insights_interaction i LEFT JOIN events_event e ON e.id = i.event_id
WHERE i.day = %(day)s
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT ON CONSTRAINT interaction_sum_once DO UPDATE SET
    times = greatest(s.times, excluded.times), participants = greatest(s.participants, excluded.participants)
"""


def add_up(*, now: datetime) -> int:
    """Add up today and the day before. Runs again without counting twice; what was withdrawn since stays counted. Returns how many rows."""
    return sum(_of(now.date() - back) for back in (_AGAIN, timedelta()))


def _of(day: date) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ADD_UP, {"day": day})
        return int(cursor.rowcount)
