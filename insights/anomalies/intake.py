"""Counts what each day brought, once, by source and category."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from insights.models import Intake

#: So long the rows are kept.
KEPT: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)
#: Prices are told of so many days together.
_WEEK: Final = 7
#: Ids of listings are in the order of time, so those of some days are a range of the primary key; the days themselves by `first_seen_at`,
#: which a batch may have taken a while before.
_COUNT: Final = """
WITH told AS MATERIALIZED (
    SELECT timezone('UTC', l.first_seen_at)::date AS day, l.origin_id::text AS source, e.city_id, e.category_id AS category,
        CASE WHEN e.price_min > 0 THEN e.price_min END AS price
    FROM events_listing l JOIN events_event e ON e.id = l.event_id JOIN events_origin o ON o.key = l.origin_id
    WHERE l.id >= %(first_id)s AND l.id < %(last_id)s AND NOT o.is_sample
), counted AS (
    SELECT t.day, p.part, t.city_id, p.key, count(*) AS listings, count(t.price) AS priced,
        percentile_cont(.5) WITHIN GROUP (ORDER BY t.price) AS price, 0 AS week_priced, 0 AS week_price
    FROM told t CROSS JOIN LATERAL (VALUES ('source', t.source), ('category', t.category)) AS p (part, key)
    WHERE t.day BETWEEN %(first)s AND %(last)s AND p.key IS NOT NULL GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT d.day::date, 'source', t.city_id, t.source, 0, 0, 0, count(t.price), percentile_cont(.5) WITHIN GROUP (ORDER BY t.price)
    FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') AS d (day)
    JOIN told t ON t.day > d.day::date - %(week)s AND t.day <= d.day::date GROUP BY 1, 3, 4 HAVING count(t.price) > 0
)
INSERT INTO insights_intake (day, part, city_id, key, listings, priced, price, week_priced, week_price)
SELECT day, part, city_id, key, sum(listings), sum(priced), sum(coalesce(price, 0)), sum(week_priced), sum(coalesce(week_price, 0))
FROM counted GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT ON CONSTRAINT intake_once DO NOTHING
"""


def count(first: date, last: date) -> int:
    """Count the days from `first` to `last`, both included. Runs again without harm. Returns how many rows. One statement."""
    begin = datetime.combine(first, time(), UTC) - _DAY * _WEEK
    end = datetime.combine(last, time(), UTC) + 2 * _DAY
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "first": first,
                "last": last,
                "week": _WEEK,
                "first_id": id_from(begin),
                "last_id": id_from(end),
            },
        )
        return int(cursor.rowcount)


def forget(*, now: datetime) -> int:
    """Delete what was kept long enough. Returns how many rows."""
    return Intake.objects.filter(day__lt=(now - KEPT).date()).delete()[0]


def id_from(moment: datetime) -> UUID:
    """The smallest UUIDv7 of that moment (RFC 9562, 5.7)."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)
