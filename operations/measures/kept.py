"""The minutes in PostgreSQL: one row a minute for 30 days, at most as many numbers in it as the catalogue has series.

43,200 rows of 49 numbers, about 1.5 kB each: 64 MB.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from operations.measures.catalogue import SERIES
from operations.models import MetricMinute

KEPT: Final = timedelta(days=30)
#: So many points of a series are answered at most; each is the average of its minutes.
POINTS: Final = 180
_READ: Final = """
SELECT v.key, floor(extract(epoch FROM m.at) / %(step)s)::bigint * %(step)s AS slot, avg(v.value::float8)
FROM operations_metricminute m CROSS JOIN LATERAL jsonb_each_text(m.numbers) v
WHERE m.at > %(since)s AND m.at <= %(now)s GROUP BY 1, 2 ORDER BY 1, 2
"""


def keep(numbers: dict[str, float], *, now: datetime) -> None:
    """Keep the numbers of this minute, and forget those of more than 30 days ago. The first of a minute counts."""
    known = {name: value for name, value in numbers.items() if name in SERIES}
    MetricMinute.objects.bulk_create([MetricMinute(at=minute_of(now), numbers=known)], ignore_conflicts=True)
    MetricMinute.objects.filter(at__lt=now - KEPT).delete()


def minute_of(now: datetime) -> datetime:
    """The beginning of the minute."""
    return now.replace(second=0, microsecond=0)


def read(*, now: datetime, hours: int) -> dict[str, Any]:
    """`{"grain_seconds", "series": {name: {"unit", "about", "points": [[seconds since 1970, number], …]}}}` (one query)."""
    hours = min(hours, KEPT // timedelta(hours=1))
    step = max(60, -(-hours * 3600 // POINTS) // 60 * 60 or 60)
    points: dict[str, list[list[float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"step": step, "since": now - timedelta(hours=hours), "now": now})
        for name, slot, value in cursor.fetchall():
            points.setdefault(name, []).append([slot, round(value, 4)])
    return {
        "grain_seconds": step,
        "series": {
            name: {"unit": one.unit, "about": one.about, "points": points[name]}
            for name, one in SERIES.items()
            if name in points
        },
    }
