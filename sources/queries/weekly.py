"""What each source brought in one week and in the week before. Two queries for any number of sources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from sources.queries.yields import EXPECTED

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One source in one week.

    Ended runs and how many of them failed or were refused; the events of the largest run (`found`); over all runs the new
    ones, the records that were refused, and the duplicates: merged with another event, or listed twice. `quality` is the
    mean score, 0 to 1, weighted by events; None where nothing was scored. `missing` is the commonest problem of the last
    scored run, as a remedy, and how many events have it.
    """

    runs: int = 0
    failed: int = 0
    found: int = 0
    new: int = 0
    refused: int = 0
    duplicates: int = 0
    quality: float | None = None
    missing: str = ""
    missing_count: int = 0
    dead_letters: int = 0


_RUNS: Final = """
SELECT r.source_id, r.started_at >= %(middle)s, count(*), count(*) FILTER (WHERE r.state IN ('failed', 'refused')), max(r.events_found), sum(r.new),
    sum((SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(r.dropped) WHERE key <> ALL(%(expected)s))),
    sum(r.merged + coalesce((r.dropped->>'listed twice')::bigint, 0)),
    sum((r.quality->>'mean')::float * (r.quality->>'events')::int) / nullif(sum((r.quality->>'events')::int) FILTER (WHERE r.quality ? 'mean'), 0),
    (array_agg(r.quality->'problems'->0 ORDER BY r.started_at DESC) FILTER (WHERE r.quality ? 'mean'))[1]
FROM sources_fetchrun r
WHERE r.started_at >= %(first)s AND r.started_at < %(end)s AND r.state NOT IN ('running', 'cancelled') AND r.params = '{}'
GROUP BY 1, 2
"""

_DEAD: Final = """
SELECT d.source_id, d.set_aside_at >= %(middle)s, count(*) FROM sources_setaside d
WHERE d.set_aside_at >= %(first)s AND d.set_aside_at < %(end)s GROUP BY 1, 2
"""


def two_weeks(end: datetime) -> Mapping[UUID, tuple[Week, Week]]:
    """For each source with a run or a dead letter in the two weeks up to `end`: the last week, and the one before."""
    asked: dict[str, Any] = {
        "first": end - 2 * WEEK,
        "middle": end - WEEK,
        "end": end,
        "expected": list(EXPECTED),
    }
    found: dict[UUID, dict[bool, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, asked)
        for (
            source,
            is_last,
            runs,
            failed,
            most,
            new,
            refused,
            duplicates,
            quality,
            problem,
        ) in cursor.fetchall():
            found.setdefault(source, {})[is_last] = {
                "runs": runs, "failed": failed, "found": most, "new": int(new), "refused": int(refused), "duplicates": int(duplicates),
                "quality": None if quality is None else round(float(quality), 4), **_missing(problem),
            }  # fmt: skip
        cursor.execute(_DEAD, asked)
        for source, is_last, count in cursor.fetchall():
            found.setdefault(source, {}).setdefault(is_last, {})["dead_letters"] = count
    return {
        source: (Week(**weeks.get(True, {})), Week(**weeks.get(False, {}))) for source, weeks in found.items()
    }


def _missing(problem: Any) -> dict[str, Any]:
    """The commonest problem, which the database tells as JSON."""
    told = json.loads(problem) if isinstance(problem, str) else problem
    return {"missing": str(told["remedy"])[:200], "missing_count": int(told["count"])} if told else {}
