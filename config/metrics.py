"""Prometheus metrics of outgoing requests, runs, sources and quotas.

The first come from Valkey, the others from the database (decisions/0018).
"""

import hmac
import ipaddress
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from accounts.rights import may
from config import feed_metrics
from config.env import Mode
from digests.models import UNSENT, Delivery
from egress.factory import open_breaker, open_metrics
from egress.metrics import BUCKETS, Counts
from egress.queries import quota_left
from operations.measures import families
from operations.measures.queues import waits
from sources.models import FetchRun, Source
from sources.monitoring.metrics import open_counts
from sources.monitoring.overview import BrokerAway
from webhooks.queries import webhook_counts

log = structlog.get_logger(__name__)
#: Runs of this period are counted.
WINDOW = timedelta(days=1)
#: A scrape has at most so many series of one family.
MOST = 1000
#: Sources by categories.
MOST_DISCOVERED = 5000


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics in the text format of Prometheus.

    401 unless the user is staff, has METRICS_TOKEN, or is on this machine in local mode.
    """
    if not _may_read(request):
        return HttpResponse(
            "metrics: send METRICS_TOKEN as a bearer token\n",
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    registry = CollectorRegistry()
    registry.register(NocturneCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class NocturneCollector(Collector):
    """Queries Valkey and the database at each scrape.

    A part that fails is left out, and `nocturne_scrape_failed` names it.
    """

    def collect(self) -> Iterable[Metric]:
        """All families, by a handful of bounded queries."""
        failed = GaugeMetricFamily(
            "nocturne_scrape_failed", "1 where a part of the metrics could not be read.", labels=["part"]
        )
        parts: dict[str, Callable[[], Iterator[Metric]]] = {
            "egress": _egress,
            "breakers": _breakers,
            "runs": _runs,
            "sources": _sources,
            "quotas": _quotas,
            "pipeline": _pipeline,
            "duplicates": _duplicates,
            "queues": _queues,
            "mails": _mails,
            "webhooks": _webhooks,
            "live": feed_metrics.live,
            "outbox": feed_metrics.outbox,
            "http": families.http,
            "database": families.databases,
            "pools": families.connection_pools,
            "cache": families.caches,
            "behind": families.behind,
            "stages": families.stages,
            "anomalies": families.anomalies,
            "expectations": families.expectations,
            "forecasts": families.forecasts,
        }
        for name, part in parts.items():
            try:
                found = list(part())
            except (RedisError, DatabaseError, BrokerAway) as error:
                log.warning("metrics.part_failed", part=name, reason=type(error).__name__)
                failed.add_metric([name], 1)
                continue
            yield from found
        yield failed


def _egress() -> Iterator[Metric]:
    latency = HistogramMetricFamily(
        "nocturne_egress_seconds", "From sending to the last byte.", labels=["host", "endpoint"]
    )
    answers = CounterMetricFamily(
        "nocturne_egress_answers", "Answers by class of status.", labels=["host", "class"]
    )
    too_many = CounterMetricFamily("nocturne_egress_429", "Answers with status 429.", labels=["host"])
    failures = CounterMetricFamily(
        "nocturne_egress_failures", "Failures and refusals, ours too.", labels=["host", "code"]
    )
    throttled = CounterMetricFamily(
        "nocturne_egress_throttled_seconds", "Waited for rates, delays and quotas.", labels=["host"]
    )
    received = CounterMetricFamily("nocturne_egress_received_bytes", "Received, decoded.", labels=["host"])
    by_class: Counter[tuple[str, str]] = Counter()
    by_code: Counter[tuple[str, str]] = Counter()
    waits: dict[str, float] = defaultdict(float)
    sizes: dict[str, int] = defaultdict(int)
    for each in open_metrics().series():
        counts = each.counts
        latency.add_metric([each.host, each.endpoint], buckets=_cumulative(counts), sum_value=counts.seconds)
        by_class.update({(each.host, name): number for name, number in counts.answers.items()})
        by_code.update({(each.host, name): number for name, number in counts.failures.items()})
        waits[each.host] += counts.throttled
        sizes[each.host] += counts.received
    for (host, name), number in sorted(by_class.items()):
        if name == "429":
            too_many.add_metric([host], number)
        else:
            answers.add_metric([host, name], number)
    for (host, name), number in sorted(by_code.items()):
        failures.add_metric([host, name], number)
    for host in sorted(sizes):
        throttled.add_metric([host], waits[host])
        received.add_metric([host], sizes[host])
    yield from (latency, answers, too_many, failures, throttled, received)


def _cumulative(counts: Counts) -> list[tuple[str, float]]:
    """Cumulative buckets: each counts the values up to its bound, as Prometheus expects."""
    found, total = [], 0
    for bound, number in zip([*map(str, BUCKETS), "+Inf"], counts.buckets, strict=True):
        total += number
        found.append((bound, float(total)))
    return found


def _breakers() -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "nocturne_egress_breaker", "1 for the state of a host that failed last.", labels=["host", "state"]
    )
    for circuit in open_breaker().circuits():
        state.add_metric([circuit.host, circuit.state], 1)
    yield state


def _runs() -> Iterator[Metric]:
    runs = GaugeMetricFamily(
        "nocturne_runs_last_day", "Runs that began within 24 hours.", labels=["connector", "state"]
    )
    rows = (
        FetchRun.objects.filter(started_at__gt=now() - WINDOW)
        .values("source__connector", "state")
        .annotate(number=Count("pk"))
    )
    for row in rows.order_by("source__connector", "state")[:MOST]:
        runs.add_metric([row["source__connector"], row["state"]], row["number"])
    yield runs


def _sources() -> Iterator[Metric]:
    sources = GaugeMetricFamily(
        "nocturne_sources", "Sources by health, those that are switched on.", labels=["health"]
    )
    for row in (
        Source.objects.filter(is_active=True).order_by("health").values("health").annotate(number=Count("pk"))
    ):
        sources.add_metric([row["health"]], row["number"])
    yield sources


def _quotas() -> Iterator[Metric]:
    left = GaugeMetricFamily(
        "nocturne_quota_left", "Requests that the key has left in its window.", labels=["key", "window"]
    )
    granted = GaugeMetricFamily(
        "nocturne_quota_granted", "Requests granted in a window.", labels=["key", "window"]
    )
    cost = GaugeMetricFamily(
        "nocturne_quota_cost", "What the window cost so far.", labels=["key", "window", "currency"]
    )
    for each in quota_left():
        window = str(each.seconds)
        left.add_metric([each.key, window], each.left)
        granted.add_metric([each.key, window], each.granted)
        if each.cost:
            cost.add_metric([each.key, window, each.currency], float(each.cost))
    yield from (left, granted, cost)


def _pipeline() -> Iterator[Metric]:
    discovered = CounterMetricFamily(
        "nocturne_events_discovered", "New events by their source.", labels=["source", "category"]
    )
    merged = CounterMetricFamily(
        "nocturne_events_merged", "New listings that joined an event that was there.", labels=["source"]
    )
    dropped = CounterMetricFamily(
        "nocturne_records_dropped", "Records that became no event.", labels=["reason"]
    )
    seconds = CounterMetricFamily("nocturne_step_seconds", "Seconds spent in a step.", labels=["step"])
    taken = CounterMetricFamily("nocturne_step_records", "Records that a step took.", labels=["step"])
    totals = open_counts().totals()
    for pair, number in sorted(totals.discovered.items())[:MOST_DISCOVERED]:
        discovered.add_metric(list(pair), number)
    for family, counts in (
        (merged, totals.merged),
        (dropped, totals.dropped),
        (seconds, totals.seconds),
        (taken, totals.taken),
    ):
        for name, number in sorted(counts.items())[:MOST]:
            family.add_metric([name], number)
    yield from (discovered, merged, dropped, seconds, taken)


def _duplicates() -> Iterator[Metric]:
    """For each source, the share of its new listings within a day that another source had listed before."""
    rate = GaugeMetricFamily(
        "nocturne_duplicate_rate",
        "Share of the last day's new listings that joined another's event.",
        labels=["source"],
    )
    rows = FetchRun.objects.filter(started_at__gt=now() - WINDOW, new__gt=0).values("source__slug")
    for row in rows.annotate(there=Sum("merged"), all=Sum("new")).order_by("source__slug")[:MOST]:
        rate.add_metric([row["source__slug"]], row["there"] / row["all"])
    yield rate


def _queues() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("nocturne_queue_messages", "Messages that wait.", labels=["queue"])
    age = GaugeMetricFamily(
        "nocturne_queue_age_seconds", "For how long the oldest message waits.", labels=["queue"]
    )
    for queue, found in waits().items():
        waiting.add_metric([queue], found.messages)
        age.add_metric([queue], found.seconds)
    yield from (waiting, age)


def _webhooks() -> Iterator[Metric]:
    found = webhook_counts(now=now())
    endpoints = GaugeMetricFamily("nocturne_webhooks", "Webhooks of people.", labels=["state"])
    for state, number in sorted(found.endpoints.items()):
        endpoints.add_metric([state], number)
    lately = GaugeMetricFamily(
        "nocturne_webhook_deliveries", "Deliveries of the last day, and all that wait.", labels=["state"]
    )
    for state, number in sorted(found.deliveries.items()):
        lately.add_metric([state], number)
    dropped = GaugeMetricFamily(
        "nocturne_webhooks_dropped", "Given up unsent, for the webhooks that there are."
    )
    dropped.add_metric([], found.dropped)
    oldest = GaugeMetricFamily("nocturne_webhooks_oldest_due_seconds", "How long the oldest has been due.")
    oldest.add_metric([], found.oldest_due)
    behind = GaugeMetricFamily("nocturne_webhooks_behind", "Changes of the outbox that were not read yet.")
    behind.add_metric([], found.behind)
    yield from (endpoints, lately, dropped, oldest, behind)


def _mails() -> Iterator[Metric]:
    mails = GaugeMetricFamily(
        "nocturne_mails_unsent",
        "Mails of the last 24 hours that wait, are being sent or failed.",
        labels=["kind", "state"],
    )
    rows = (
        Delivery.objects.filter(state__in=UNSENT, created_at__gt=now() - WINDOW)
        .values("kind", "state")
        .annotate(number=Count("pk"))
    )
    for row in rows.order_by("kind", "state"):
        mails.add_metric([row["kind"], row["state"]], row["number"])
    yield mails


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), settings.METRICS_TOKEN.encode()
        ):
            return True
    if settings.MODE is Mode.LOCAL and _from_this_machine(request):
        return True
    return may(request.user, "accounts.read_metrics")


def _from_this_machine(request: HttpRequest) -> bool:
    """Whether the request comes from this machine. A request through a proxy does not count."""
    try:
        direct = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return direct and not any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
    )
