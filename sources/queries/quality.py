"""The quality of sources' events, by day and usually.

Each function is one query for any number of sources.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from sources.queries.yields import WINDOW

#: A run that refined fewer events says little about its source.
ENOUGH_EVENTS: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """The mean quality (0 to 1) of the `events` of the last run, and the `usual` one of the `runs` before it.

    Also the remedy for the commonest problem, which `count` of the events have.
    """

    mean: float
    events: int
    usual: float
    runs: int
    remedy: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityDay:
    """One source on one day (UTC): the refined events and their mean score, 0 to 1; None without events."""

    day: date
    events: int = 0
    mean: float | None = None


_DAILY: Final = """
SELECT r.source_id, (r.started_at AT TIME ZONE 'UTC')::date, sum((r.quality->>'events')::int),
    sum((r.quality->>'mean')::float * (r.quality->>'events')::int) / sum((r.quality->>'events')::int)
FROM sources_fetchrun r
WHERE r.source_id = ANY(%(sources)s) AND r.started_at >= %(since)s AND r.quality ? 'mean'
GROUP BY 1, 2
"""

#: The runs of each source by index, the latest first: the whole report of the last one, only the mean of the
#: others.
_TREND: Final = """
WITH told AS (
    SELECT r.source_id, r.quality, (r.quality->>'mean')::float AS mean, row_number() OVER (PARTITION BY r.source_id ORDER BY r.started_at DESC) AS ago
    FROM sources_fetchrun r
    WHERE r.source_id = ANY(%(sources)s) AND r.started_at >= %(since)s AND (r.quality->>'events')::int >= %(enough)s AND r.params = '{}'
)
SELECT last.source_id, last.mean, (last.quality->>'events')::int, coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY before.mean), 0),
    count(before.mean), last.quality->'problems'->0->>'remedy', (last.quality->'problems'->0->>'count')::int
FROM told last LEFT JOIN told before ON before.source_id = last.source_id AND before.ago > 1
WHERE last.ago = 1
GROUP BY 1, 2, 3, 6, 7
"""


def daily_quality(
    source_ids: Collection[UUID], *, days: int = 30, now: datetime
) -> Mapping[UUID, list[QualityDay]]:
    """For each source the last `days` days up to that of `now`, the oldest first.

    Days without events are included.
    """
    last = now.astimezone(UTC).date()
    span = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    found: dict[UUID, dict[date, QualityDay]] = {source_id: {} for source_id in source_ids}
    since = datetime(span[0].year, span[0].month, span[0].day, tzinfo=UTC)
    for source_id, day, events, mean in _rows(_DAILY, {"sources": list(source_ids), "since": since}):
        found[source_id][day] = QualityDay(day=day, events=int(events), mean=round(float(mean), 4))
    return {
        source_id: [rows.get(day, QualityDay(day=day)) for day in span] for source_id, rows in found.items()
    }


def worths(source_ids: Collection[UUID], *, now: datetime) -> Mapping[UUID, Worth]:
    """The quality of each source's last run and the median of those before it.

    Sources without a large enough run in 30 days are left out.
    """
    rows = _rows(_TREND, {"sources": list(source_ids), "since": now - WINDOW, "enough": ENOUGH_EVENTS})
    return {
        source_id: Worth(
            mean=float(mean),
            events=events,
            usual=float(usual),
            runs=runs,
            remedy=remedy or "",
            count=count or 0,
        )
        for source_id, mean, events, usual, runs, remedy, count in rows
    }


def _rows(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not asked["sources"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()
