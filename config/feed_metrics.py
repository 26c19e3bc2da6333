"""Prometheus metrics of the live feed: the hubs' reports from Valkey, and the outbox from the database."""

from collections import Counter
from collections.abc import Iterator

from django.utils.timezone import now
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from outbox.queries import position, unnumbered
from realtime.connections.registry import ENGINE, WAYS, open_registry

_SEPARATOR = "|"


def live() -> Iterator[Metric]:
    """Connections, messages, queues, resumes and refusals of all hubs. Raises redis.RedisError."""
    registry = open_registry()
    hub_stats = registry.hub_stats()
    processes = sum(ENGINE not in each.connections for each in hub_stats)
    connections = GaugeMetricFamily(
        "nocturne_live_connections", "Open connections to the feed.", labels=["way"]
    )
    total = sum((Counter(each.connections) for each in hub_stats), Counter[str]())
    for way in WAYS:
        connections.add_metric([way], total[way])
    yield connections
    yield _gauge("nocturne_live_processes", "ASGI processes that reported within 20 seconds.", processes)
    yield _gauge(
        "nocturne_live_queue_frames",
        "Frames that wait for slow readers.",
        sum(each.queued_frames for each in hub_stats),
    )
    yield _gauge(
        "nocturne_live_queue_bytes",
        "Bytes that wait for slow readers.",
        sum(each.queued_bytes for each in hub_stats),
    )
    longest = max((each.longest_queue_bytes for each in hub_stats), default=0)
    yield _gauge("nocturne_live_queue_longest_bytes", "The longest queue of one reader.", longest)
    yield from _counts(registry.counts())


def outbox() -> Iterator[Metric]:
    """Committed changes without a number, and how far the slowest hub is behind.

    Raises django.db.Error and redis.RedisError.
    """
    numberless = unnumbered()
    yield _gauge(
        "nocturne_outbox_unnumbered", "Committed changes that have no number yet.", numberless.waiting
    )
    yield _gauge("nocturne_outbox_lag_seconds", "Age of the oldest of them.", numberless.seconds(now=now()))
    here = position()
    yield _gauge("nocturne_outbox_number", "The newest number.", here.number)
    behind = [here.number - each.offset for each in open_registry().hub_stats() if each.epoch == here.epoch]
    yield _gauge(
        "nocturne_outbox_behind",
        "Changes that the slowest hub had not sent when it last reported.",
        max([0, *behind]),
    )


def _counts(counts: Counter[str]) -> Iterator[Metric]:
    """The counters. Their names are `messages`, `frames`, or a kind and its label."""
    yield _counter("nocturne_live_messages", "Changes sent, by all processes together.", counts["messages"])
    yield _counter("nocturne_live_frames", "Frames sent to readers.", counts["frames"])
    families = {
        "opened": CounterMetricFamily(
            "nocturne_live_opened", "Connections that were opened.", labels=["way"]
        ),
        "resumes": CounterMetricFamily(
            "nocturne_live_resumes", "Subscriptions: fresh, recovered or not.", labels=["outcome"]
        ),
        "dropped": CounterMetricFamily(
            "nocturne_live_dropped", "Connections that the server closed.", labels=["why"]
        ),
        "refused": CounterMetricFamily(
            "nocturne_live_refused", "Messages of clients that were answered with an error.", labels=["code"]
        ),
    }
    for name, number in sorted(counts.items()):
        kind, _, label = name.partition(_SEPARATOR)
        if kind in families:
            families[kind].add_metric([label], number)
    yield from families.values()


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, about, value=value)
