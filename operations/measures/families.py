"""The installation's own measures as Prometheus reads them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils.timezone import now
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from egress.factory import open_valkey
from flags.models import Flag
from flags.services import is_on
from insights.anomalies import answering
from insights.expecting import accuracy
from insights.figures.hiding import K
from mail.models import Dispatch
from operations.forecasts import keeping
from operations.measures import database, pools
from operations.measures.behind import beat_late, vectors
from operations.measures.requests import BUCKETS, COUNTS
from sources.monitoring.metrics import STAGE_BUCKETS, open_counts

HOUR = timedelta(hours=1)


def http() -> Iterator[Metric]:
    """Answers by route and status, and their seconds by route. Raises redis.RedisError."""
    answers = CounterMetricFamily(
        "nocturne_http_answers", "Answers of this site.", labels=["route", "status"]
    )
    seconds = HistogramMetricFamily("nocturne_http_seconds", "Seconds of an answer.", labels=["route"])
    kept = CounterMetricFamily(
        "nocturne_page_cache", "Answers that the page cache was asked for.", labels=["outcome"]
    )
    reads = CounterMetricFamily(
        "nocturne_reads",
        "Answers to readers that were made, by the database and why.",
        labels=["from", "why"],
    )
    totals = COUNTS.totals()
    for (route, status), number in sorted(totals.answers.items()):
        answers.add_metric([route, status], number)
    for route, buckets in sorted(totals.buckets.items()):
        seconds.add_metric(
            [route], buckets=_cumulative(buckets, BUCKETS), sum_value=totals.seconds.get(route, 0.0)
        )
    for outcome, number in sorted(totals.kept.items()):
        kept.add_metric([outcome], number)
    for where, number in sorted(totals.read.items()):
        server, _, why = where.partition(":")
        reads.add_metric([server, why], number)
    yield from (answers, seconds, kept, reads)


def databases() -> Iterator[Metric]:
    """PostgreSQL. Raises django.db.Error."""
    found = database.look()
    connections = GaugeMetricFamily(
        "nocturne_db_connections", "Connections by what they do.", labels=["state"]
    )
    for state in ("active", "idle", "idle_in_transaction"):
        connections.add_metric([state], getattr(found, state))
    yield connections
    for name, about, value in (
        ("connections_most", "As many connections may be open.", found.most),
        ("slow_queries", "Queries that run for more than a second now.", found.slow),
        ("lock_waits", "Connections that wait for a lock now.", found.waiting_for_locks),
        ("longest_transaction_seconds", "Age of the oldest open transaction.", found.longest_transaction),
        ("size_bytes", "Size of the database.", found.size),
        ("dead_rows_share", "Rows that vacuum has not taken yet, of all.", found.dead_share),
        ("replication_lag_seconds", "How far the slowest replica is behind.", found.replication_lag),
        ("replicas", "Replicas that are connected.", found.replicas),
    ):
        yield GaugeMetricFamily(f"nocturne_db_{name}", about, value=value)
    blocks = CounterMetricFamily("nocturne_db_blocks", "Blocks that queries asked for.", labels=["from"])
    blocks.add_metric(["memory"], found.blocks_hit)
    blocks.add_metric(["disk"], found.blocks_read)
    yield blocks
    yield CounterMetricFamily("nocturne_db_deadlocks", "Deadlocks.", value=found.deadlocks)
    yield CounterMetricFamily(
        "nocturne_db_transactions", "Transactions that ended.", value=found.transactions
    )


def connection_pools() -> Iterator[Metric]:
    """The pools of all web processes together. Raises redis.RedisError."""
    pools.report()
    processes, sums = pools.open_reports().totals(now=now().timestamp())
    found = GaugeMetricFamily("nocturne_db_pool", "The pools of all web processes.", labels=["of"])
    for name in pools.NAMES:
        found.add_metric([name], sums[name])
    yield found
    yield GaugeMetricFamily("nocturne_db_pools", "Web processes that have a pool.", value=processes)


def caches() -> Iterator[Metric]:
    """What Valkey says of its keys. Raises redis.RedisError."""
    facts: Any = open_valkey().info()
    found = CounterMetricFamily("nocturne_cache_reads", "Reads of keys in Valkey.", labels=["outcome"])
    found.add_metric(["hit"], int(facts["keyspace_hits"]))
    found.add_metric(["miss"], int(facts["keyspace_misses"]))
    yield found
    yield GaugeMetricFamily("nocturne_cache_used_bytes", "Memory of Valkey.", value=int(facts["used_memory"]))


def behind() -> Iterator[Metric]:
    """How late the clock is, and what waits for a vector. Raises django.db.Error."""
    moment = now()
    yield GaugeMetricFamily(
        "nocturne_beat_late_seconds", "Since the heartbeat was due.", value=beat_late(now=moment)
    )
    waiting = vectors(now=moment)
    yield GaugeMetricFamily("nocturne_vectors_waiting", "Events without a vector.", value=waiting.count)
    yield GaugeMetricFamily(
        "nocturne_vectors_late_seconds", "Age of the oldest of them.", value=waiting.seconds
    )
    mails = GaugeMetricFamily(
        "nocturne_mail_dispatches", "Mails of the last hour.", labels=["stream", "state"]
    )
    rows = (
        Dispatch.objects.filter(handed_at__gt=moment - HOUR)
        .order_by("stream", "state")
        .values("stream", "state")
    )
    for row in rows.annotate(number=Count("pk")):
        mails.add_metric([row["stream"], row["state"]], row["number"])
    yield mails


def stages() -> Iterator[Metric]:
    """The seconds that a run spent in each stage. Raises redis.RedisError."""
    seconds = HistogramMetricFamily(
        "nocturne_stage_seconds", "Seconds of a run in a stage.", labels=["stage"]
    )
    totals = open_counts().totals()
    for stage, buckets in sorted(totals.buckets.items()):
        seconds.add_metric(
            [stage], buckets=_cumulative(buckets, STAGE_BUCKETS), sum_value=totals.seconds.get(stage, 0.0)
        )
    yield seconds


def anomalies() -> Iterator[Metric]:
    """Anomalies of the last 90 days by the answers of staff; nothing while figures are switched off. Raises django.db.Error."""
    if not is_on(Flag.ANALYTICS):
        return
    told = answering.tally(now=now())
    counts = GaugeMetricFamily(
        "nocturne_anomalies",
        "Anomalies of 90 days, by whether it was right to tell of them.",
        labels=["kind", "answer"],
    )
    precision = GaugeMetricFamily(
        "nocturne_anomaly_precision", "Of those answered, the right ones.", labels=["kind"]
    )
    for kind, by_answer in told.items():
        for answer, number in by_answer.items():
            counts.add_metric([kind, answer], number)
        share = answering.precision([by_answer])
        if share is not None:
            precision.add_metric([kind], share)
    yield from (counts, precision)


def expectations() -> Iterator[Metric]:
    """Errors of what was expected of events, and whether ours is shown; nothing while figures are switched off. Raises django.db.Error."""
    if not is_on(Flag.ANALYTICS):
        return
    errors = GaugeMetricFamily(
        "nocturne_expectation_error",
        "Mean error over the events of 90 days: seats, of sells_out the Brier score.",
        labels=["target", "reach", "model"],
    )
    shown = GaugeMetricFamily(
        "nocturne_expectation_shown",
        "1 where ours is better, so that it is shown.",
        labels=["target", "reach"],
    )
    for row in accuracy.latest(now=now()):
        shown.add_metric([row.target, row.reach], float(row.is_shown))
        if row.events >= K:
            errors.add_metric([row.target, row.reach, "naive"], row.naive_error)
            errors.add_metric([row.target, row.reach, "ours"], row.error)
    yield from (errors, shown)


def forecasts() -> Iterator[Metric]:
    """How right forecasts of failing sources were; nothing while figures are switched off. Raises django.db.Error."""
    row = keeping.latest(now=now()) if is_on(Flag.ANALYTICS) else None
    if row is None:
        return
    errors = GaugeMetricFamily(
        "nocturne_source_forecast_error", "Brier score of the forecasts of 90 days.", labels=["model"]
    )
    errors.add_metric(["naive"], row.naive_error)
    errors.add_metric(["ours"], row.error)
    shown = GaugeMetricFamily(
        "nocturne_source_forecast_shown", "1 where ours is better, so that it is shown."
    )
    shown.add_metric([], float(row.is_shown))
    yield from (errors, shown)


def _cumulative(counts: list[int], bounds: tuple[float, ...]) -> list[tuple[str, float]]:
    """Each bucket counts the values up to its bound, as Prometheus expects."""
    found, total = [], 0
    for bound, number in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        total += number
        found.append((bound, float(total)))
    return found
