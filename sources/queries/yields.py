"""The yields of sources, by day and usually. Each function is one query for any number of sources."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

#: Drops that are no sign of bad reading: events past, too far ahead, or repeated.
EXPECTED: Final = ("past", "beyond horizon", "listed twice")
WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One source on one day (UTC).

    Ended runs, how many of them failed or were refused, how many had an unchanged answer; the numbers found,
    kept and dropped of the largest run; and the new events of all.
    """

    day: date
    runs: int = 0
    failed: int = 0
    unchanged: int = 0
    found: int = 0
    kept: int = 0
    new: int = 0
    dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """Medians of a source's runs of 30 days that found something.

    Events found, share dropped (0 to 1), and the number of runs.
    """

    found: float
    drop_share: float
    runs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The last run of a source that was not cancelled.

    `drop_share` is 0 to 1, `unchanged` an answer like the one before, `throttled` how often the site asked us
    to wait.
    """

    state: str
    code: str = ""
    detail: str = ""
    found: int = 0
    drop_share: float = 0.0
    dropped: int = 0
    unchanged: bool = False
    partly_asked: bool = False
    throttled: int = 0


_DROPPED = (
    "coalesce((SELECT sum(value::bigint) FROM jsonb_each_text(r.dropped) WHERE key <> ALL(%(expected)s)), 0)"
)
_UNCHANGED = "coalesce((r.http->>'not_modified')::boolean, (r.http->>'same_bytes')::boolean, false)"
_THROTTLED = """(SELECT count(*) FROM jsonb_array_elements(coalesce(r.http->'exchanges', '[]')) e
    WHERE e->>'status' = '429' OR e->>'code' = 'rate limited')"""

_DAILY = f"""
SELECT r.source_id, (r.started_at AT TIME ZONE 'UTC')::date, count(*), count(*) FILTER (WHERE r.state IN ('failed', 'refused')),
    count(*) FILTER (WHERE {_UNCHANGED}), max(r.events_found), max(r.events_processed), sum(r.new), max({_DROPPED})
FROM sources_fetchrun r
WHERE r.source_id = ANY(%(sources)s) AND r.started_at >= %(since)s AND r.state NOT IN ('running', 'cancelled')
GROUP BY 1, 2
"""  # noqa: S608 - the parts are constants of this module

_USUAL = f"""
SELECT source_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY events_found), percentile_cont(0.5) WITHIN GROUP (ORDER BY share), count(*)
FROM (
    SELECT r.source_id, r.events_found, {_DROPPED}::float / r.events_found AS share FROM sources_fetchrun r
    WHERE r.source_id = ANY(%(sources)s) AND r.started_at >= %(since)s AND r.state IN ('success', 'partial') AND r.events_found > 0
        AND r.params = '{{}}'
) AS good
GROUP BY 1
"""  # noqa: S608

#: A query by index for each source: sorting all its runs would read the JSON of every one.
_LAST = f"""
SELECT s.id, r.state, r.error_code, r.error_detail, r.events_found, {_DROPPED}, {_UNCHANGED}, r.params <> '{{}}', {_THROTTLED}
FROM unnest(%(sources)s::uuid[]) AS s (id) CROSS JOIN LATERAL (
    SELECT * FROM sources_fetchrun
    WHERE source_id = s.id AND state NOT IN ('running', 'cancelled') AND (params = '{{}}' OR state IN ('failed', 'refused', 'quarantined'))
    ORDER BY started_at DESC, id DESC LIMIT 1
) AS r
"""  # noqa: S608


def daily_yield(source_ids: Collection[UUID], *, days: int = 30, now: datetime) -> Mapping[UUID, list[Day]]:
    """For each source the last `days` days up to that of `now`, the oldest first.

    Days without a run are included.
    """
    last = now.astimezone(UTC).date()
    span = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    found: dict[UUID, dict[date, Day]] = {source_id: {} for source_id in source_ids}
    since = datetime(span[0].year, span[0].month, span[0].day, tzinfo=UTC)
    for source_id, day, runs, failed, unchanged, events, kept, new, dropped in _rows(
        _DAILY, source_ids, since
    ):
        found[source_id][day] = Day(
            day=day,
            runs=runs,
            failed=failed,
            unchanged=unchanged,
            found=int(events),
            kept=int(kept),
            new=int(new),
            dropped=int(dropped),
        )
    return {source_id: [rows.get(day, Day(day=day)) for day in span] for source_id, rows in found.items()}


def usual_yields(source_ids: Collection[UUID], *, now: datetime) -> Mapping[UUID, Usual]:
    """The usual yields; sources without a good run in 30 days are left out."""
    rows = _rows(_USUAL, source_ids, now - WINDOW)
    return {
        source_id: Usual(found=float(found), drop_share=float(share), runs=runs)
        for source_id, found, share, runs in rows
    }


def last_attempts(source_ids: Collection[UUID]) -> Mapping[UUID, Attempt]:
    """How each source's last run ended, without sources that have none.

    Cancelled runs, and successful partial ones, do not count.
    """
    return {
        source_id: Attempt(
            state=state, code=code, detail=detail, found=found, drop_share=float(dropped) / found if found else 0.0, dropped=int(dropped),
            unchanged=unchanged, partly_asked=partly, throttled=throttled,
        )
        for source_id, state, code, detail, found, dropped, unchanged, partly, throttled in _rows(_LAST, source_ids, None)
    }  # fmt: skip


def _rows(sql: str, source_ids: Collection[UUID], since: datetime | None) -> list[tuple[Any, ...]]:
    if not source_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, {"sources": list(source_ids), "since": since, "expected": list(EXPECTED)})
        return cursor.fetchall()
