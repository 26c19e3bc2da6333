"""The numbers of one minute. A part that cannot be read is left out: a gap, not a zero."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models import Count, Q, Sum
from redis.exceptions import RedisError

from digests.models import UNSENT, Delivery
from egress.factory import open_valkey
from egress.queries import quota_left
from flags.models import Flag
from flags.services import is_on
from insights.anomalies import answering
from insights.expecting import accuracy
from insights.models import Anomaly
from mail.enums import DispatchState
from mail.models import Dispatch
from moderation.enums import ReviewState
from moderation.models import Review
from operations.forecasts import keeping
from operations.measures import database, pools
from operations.measures.behind import beat_late, changes, vectors
from operations.measures.queues import waits
from operations.measures.requests import BUCKETS, COUNTS
from realtime.connections.registry import open_registry
from sources.enums import Health, RunState
from sources.models import FetchRun, Source

log = structlog.get_logger(__name__)
HOUR: Final = timedelta(hours=1)
_LAST: Final = "operations:totals"
#: Older totals say nothing of this minute.
_FRESH: Final = 300
_ILL: Final = (Health.FAILING, Health.REFUSED, Health.QUARANTINED, Health.DEGRADED)
_FAILED: Final = (RunState.FAILED, RunState.REFUSED, RunState.QUARANTINED)
Pairs = Iterator[tuple[str, float]]


def measure(*, now: datetime) -> dict[str, float]:
    """Name of the series to its number now, by a bounded number of queries."""
    found: dict[str, float] = {}
    for part in _PARTS:
        try:
            with transaction.atomic():  # a query that fails ends its own part, not those that follow
                found.update(part(now))
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("measure.failed", part=part.__name__, reason=type(error).__name__)
    return {name: round(float(value), 4) for name, value in found.items()}


def _rates(now: datetime) -> Pairs:
    """What only grows, since the last minute."""
    COUNTS.flush()
    totals, facts = COUNTS.totals(), _info()
    here: dict[str, float] = {
        "answers": sum(totals.answers.values()),
        "errors": sum(number for (_, status), number in totals.answers.items() if status[:1] == "5"),
        "kept_hit": totals.kept.get("hit", 0), "kept": sum(totals.kept.values()),
        "hits": facts["keyspace_hits"], "reads": facts["keyspace_hits"] + facts["keyspace_misses"],
        **{f"b{place}": sum(one[place] for one in totals.buckets.values()) for place in range(len(BUCKETS) + 1)},
    }  # fmt: skip
    last = cache.get(_LAST)
    cache.set(_LAST, here, _FRESH)
    if last is None:
        return
    since = {
        name: value - last.get(name, 0) if value >= last.get(name, 0) else value
        for name, value in here.items()
    }
    yield "http_answers", since["answers"]
    yield "http_errors", since["errors"]
    if since["answers"]:
        yield "http_error_share", since["errors"] / since["answers"]
        yield "http_p95", _p95([since[f"b{place}"] for place in range(len(BUCKETS) + 1)])
    if since["kept"]:
        yield "page_cache_hit_share", since["kept_hit"] / since["kept"]
    if since["reads"]:
        yield "cache_hit_share", since["hits"] / since["reads"]


def _p95(counts: list[float]) -> float:
    """The upper bound of the bucket in which the 95th of 100 answers is."""
    wanted = 0.95 * sum(counts)
    place = next(place for place, sum_ in enumerate(accumulate(counts)) if sum_ >= wanted)
    return BUCKETS[min(place, len(BUCKETS) - 1)]


def _info() -> Any:
    return open_valkey().info("stats")


def _database(now: datetime) -> Pairs:
    found = database.look()
    yield "db_hit_share", found.hit_share
    yield "db_connections_share", found.connections / found.most
    yield "db_slow_queries", found.slow
    yield "db_lock_waits", found.waiting_for_locks
    yield "db_longest_transaction", found.longest_transaction
    yield "db_replication_lag", found.replication_lag
    yield "db_dead_share", found.dead_share


def _pools(now: datetime) -> Pairs:
    processes, sums = pools.open_reports().totals(now=now.timestamp())
    if processes:
        used = sums["pool_size"] - sums["pool_available"]
        yield "db_pool_used_share", used / max(1, sums["pool_max"])
        yield "db_pool_waiting", sums["requests_waiting"]


def _queues(now: datetime) -> Pairs:
    for name, each in waits().items():
        yield f"queue_messages_{name}", each.messages
        yield f"queue_age_{name}", each.seconds


def _late(now: datetime) -> Pairs:
    yield "beat_late", beat_late(now=now)
    yield "outbox_lag", changes().seconds(now=now)
    waiting = vectors(now=now)
    yield "vectors_waiting", waiting.count
    yield "vectors_late", waiting.seconds


def _mails(now: datetime) -> Pairs:
    lately = Delivery.objects.filter(state__in=UNSENT, created_at__gt=now - timedelta(days=1))
    yield "mails_waiting", lately.count()
    refused = (DispatchState.BOUNCED, DispatchState.DEAD)
    yield "mails_refused", Dispatch.objects.filter(state__in=refused, handed_at__gt=now - HOUR).count()


def _live(now: datetime) -> Pairs:
    yield "live_connections", sum(sum(each.connections.values()) for each in open_registry().hub_stats())


def _pipeline(now: datetime) -> Pairs:
    ended = FetchRun.objects.filter(finished_at__gt=now - HOUR, finished_at__lte=now).aggregate(
        runs=Count("pk"), failed=Count("pk", filter=Q(state__in=_FAILED)), new=Sum("new")
    )
    yield "runs", ended["runs"]
    yield "events_new", ended["new"] or 0
    if ended["runs"]:
        yield "run_failure_share", ended["failed"] / ended["runs"]
    active = Source.objects.filter(is_active=True).aggregate(
        all=Count("pk"), ill=Count("pk", filter=Q(health__in=_ILL))
    )
    yield "sources_ill_share", active["ill"] / max(1, active["all"])
    yield "reviews_waiting", Review.objects.filter(state=ReviewState.OPEN).count()
    yield (
        "quota_used_share",
        max((1 - each.left / each.granted for each in quota_left() if each.granted), default=0.0),
    )


def _anomalies(now: datetime) -> Pairs:
    if not is_on(Flag.ANALYTICS):
        return
    open_ones = Anomaly.objects.filter(ended_at__isnull=True)
    yield "anomalies_open", open_ones.filter(Q(was_right=None) | Q(was_right=True)).count()
    precision = answering.precision(answering.tally(now=now).values())
    if precision is not None:
        yield "anomaly_precision", precision


def _expectations(now: datetime) -> Pairs:
    if not is_on(Flag.ANALYTICS):
        return
    for target, share in accuracy.shares(now=now).items():
        yield f"expectation_error_{target}", share


def _forecasts(now: datetime) -> Pairs:
    row = keeping.latest(now=now) if is_on(Flag.ANALYTICS) else None
    if row is not None and row.naive_error:
        yield "source_forecast_error", row.error / row.naive_error


def _disk(now: datetime) -> Pairs:
    facts = shutil.disk_usage(settings.VAR_DIR)
    yield "disk_free_share", facts.free / facts.total


_PARTS: Final[tuple[Callable[[datetime], Pairs], ...]] = (
    _rates, _database, _pools, _queues, _late, _mails, _live, _pipeline, _anomalies, _expectations, _forecasts, _disk,
)  # fmt: skip
