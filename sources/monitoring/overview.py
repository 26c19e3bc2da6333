"""The overview of the pipeline: what is paused, running, queued and due.

Beside them the results of its runs over some hours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import connection
from django.db.models import Count, Q, Sum
from kombu.exceptions import KombuError

from sources.enums import RunState
from sources.models import Alert, Discovery, FetchRun, Pause, Source
from sources.queries.due import lateness

log = structlog.get_logger(__name__)

MOST_SHOWN = 200
#: Days of which runs make a source's success rate.
YIELD_DAYS: Final = 30
_WELL: Final = (RunState.SUCCESS, RunState.PARTIAL)
_ENDED: Final = (*_WELL, RunState.FAILED, RunState.QUARANTINED, RunState.REFUSED)
_FAILED = "state IN ('failed', 'refused', 'quarantined')"
_SUMS = (
    f"count(*) AS runs, count(*) FILTER (WHERE {_FAILED}) AS failed, coalesce(sum(events_found), 0)::bigint AS found,"
    " coalesce(sum(events_processed), 0)::bigint AS kept, coalesce(sum(events_approved), 0)::bigint AS approved"
)
_LATENCY = (
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY r.seconds) FILTER (WHERE r.finished_at IS NOT NULL) AS p50,"
    " percentile_cont(0.95) WITHIN GROUP (ORDER BY r.seconds) FILTER (WHERE r.finished_at IS NOT NULL) AS p95"
)
_RUNS = "FROM sources_fetchrun r WHERE r.started_at >= %s"


def status(*, now: datetime) -> dict[str, Any]:
    """Pauses, running runs, messages by queue, what is due and since when, active sources by health."""
    due, oldest = lateness(now=now)
    running = (
        FetchRun.objects.filter(state=RunState.RUNNING)
        .select_related("source")
        .order_by("started_at")[:MOST_SHOWN]
    )
    return {
        "pauses": list(
            Pause.objects.order_by("since", "id").values("scope", "key", "reason", "requested_by", "since")
        ),
        "runs": [
            {
                "id": run.id,
                "source": run.source.slug,
                "phase": run.progress.get("phase", ""),
                "started_at": run.started_at,
                "heartbeat_at": run.heartbeat_at,
            }
            for run in running
        ],
        "queues": queue_lengths(),
        "due": due,
        "oldest_due_at": oldest,
        "discoveries": Discovery.objects.filter(state=RunState.RUNNING).count(),
        "open_alerts": Alert.objects.filter(resolved_at__isnull=True).count(),
        "health": dict(
            Source.objects.filter(is_active=True).order_by().values_list("health").annotate(count=Count("id"))
        ),
    }


class BrokerAway(OSError):
    """The message broker does not answer, or refuses."""


def ask_queue_lengths() -> dict[str, int]:
    """Messages waiting in each queue. Raises BrokerAway."""
    with current_app.connection_for_read(connect_timeout=2) as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0.2)
            return {name: _length(broker, name) for name in _queue_names()}
        except (KombuError, OSError, *broker.connection_errors, *broker.channel_errors) as error:
            raise BrokerAway(f"{type(error).__name__}: {error}") from error


def queue_lengths() -> dict[str, int | None]:
    """Messages waiting in each queue; None for all where the broker does not answer."""
    try:
        return dict(ask_queue_lengths())
    except BrokerAway as error:
        log.warning("broker_unreachable", error=str(error))
        return dict.fromkeys(_queue_names())


def _queue_names() -> list[str]:
    return sorted({route["queue"] for route in current_app.conf.task_routes.values()})


def metrics(*, now: datetime, hours: int) -> dict[str, Any]:
    """The results of the runs begun in the last `hours`.

    By state, by hour, by connector; events found, kept, approved, dropped; seconds at p50 and p95.
    """
    since = now - timedelta(hours=hours)
    with connection.cursor() as cursor:
        states = dict(_rows(cursor, f"SELECT state, count(*) {_RUNS} GROUP BY state", since))
        dropped = _rows(cursor, _DROPPED, since)
        totals = _dicts(
            cursor,
            f"SELECT {_SUMS}, sum(new)::bigint AS new, sum(changed)::bigint AS changed, {_LATENCY} {_RUNS}",
            since,
        )[0]
        series = _dicts(
            cursor,
            f"SELECT date_trunc('hour', r.started_at, 'UTC') AS hour, {_SUMS} {_RUNS} GROUP BY 1 ORDER BY 1",
            since,
        )
        connectors = _dicts(cursor, _BY_CONNECTOR, since)
    return {
        "hours": hours,
        "since": since,
        "runs": states,
        "events": {
            **{name: totals[name] or 0 for name in ("found", "kept", "approved", "new", "changed")},
            "dropped": {reason: int(count) for reason, count in dropped},
        },
        "seconds": {"p50": totals["p50"], "p95": totals["p95"]},
        "series": series,
        "connectors": [
            {**row, "seconds": {"p50": row.pop("p50"), "p95": row.pop("p95")}} for row in connectors
        ],
    }


@dataclass(frozen=True, slots=True)
class Yield:
    """What a source brought: new events of all its runs, and the share (0 to 1) of its last runs that ended well.

    The share is of runs begun in the last YIELD_DAYS days; None where none has ended. A partial run ended well,
    a cancelled one does not count.
    """

    discovered: int = 0
    success_rate: float | None = None


def yields(sources: Collection[UUID], *, now: datetime) -> dict[UUID, Yield]:
    """The yield of each of these sources."""
    counted = Q(started_at__gte=now - timedelta(days=YIELD_DAYS), state__in=_ENDED)
    rows = (
        FetchRun.objects.filter(source__in=sources)
        .order_by()
        .values("source")
        .annotate(
            discovered=Sum("new"),
            ended=Count("id", filter=counted),
            well=Count("id", filter=counted & Q(state__in=_WELL)),
        )
    )
    found = {
        row["source"]: Yield(row["discovered"], row["well"] / row["ended"] if row["ended"] else None)
        for row in rows
    }
    return {source: found.get(source, Yield()) for source in sources}


_DROPPED = """
SELECT d.key, sum(d.value::bigint) FROM sources_fetchrun r CROSS JOIN LATERAL jsonb_each_text(r.dropped) d
WHERE r.started_at >= %s GROUP BY 1 ORDER BY 2 DESC, 1
"""
_BY_CONNECTOR = f"""
SELECT s.connector, {_SUMS}, {_LATENCY} FROM sources_fetchrun r JOIN sources_source s ON s.id = r.source_id
WHERE r.started_at >= %s GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - the parts are constants of this module


def _rows(cursor: Any, sql: str, since: datetime) -> list[tuple[Any, ...]]:
    cursor.execute(sql, [since])
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _dicts(cursor: Any, sql: str, since: datetime) -> list[dict[str, Any]]:
    rows = _rows(cursor, sql, since)
    return [dict(zip((column.name for column in cursor.description), row, strict=True)) for row in rows]


def _length(broker: Any, name: str) -> int:
    """Declared like the workers do, since passive declaration fails on Redis where keys have a prefix."""
    with broker.channel() as channel:
        return int(current_app.amqp.queues[name].bind(channel).queue_declare().message_count)
