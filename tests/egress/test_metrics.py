"""Counts of outgoing requests for all processes together, bounded for any number of hosts and paths."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import redis
import structlog
from django.conf import settings

from egress.facts import ExchangeFact
from egress.limits import ValkeyBreaker
from egress.limits.rules import MEMORY, Circuit
from egress.metrics import BUCKETS, ValkeyMetrics
from egress.metrics.recorder import STALE
from tests.egress.conftest import Clock

Make = Callable[..., ValkeyMetrics]


@pytest.fixture
def client() -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture
def prefix(client: "redis.Redis") -> Iterator[str]:
    prefix = f"test:{secrets.token_hex(6)}:"
    yield prefix
    for key in client.scan_iter(prefix + "*"):
        client.delete(key)


@pytest.fixture
def make(client: "redis.Redis", prefix: str, clock: Clock) -> Make:
    return lambda **given: ValkeyMetrics(client, clock=clock, prefix=prefix, **given)


def fact(host: str = "a.example", endpoint: str = "/", **given: object) -> ExchangeFact:
    values: dict[str, object] = {"status": 200, "seconds": 0.2, **given}
    return ExchangeFact(
        at=datetime(2026, 11, 21, tzinfo=UTC), method="GET", url="", host=host, endpoint=endpoint, **values
    )  # type: ignore[arg-type]


def test_what_is_counted(make: Make) -> None:
    metrics = make()
    for each in (
        fact(seconds=0.05, size=100),
        fact(seconds=0.06, size=50),
        fact(status=304, code="not modified", from_cache=True, seconds=0.2),
        fact(status=429, code="rate limited", seconds=0.4, waited=12.5),
        fact(status=503, code="server failed", seconds=31.0),
        fact(status=None, code="timed out", seconds=20.0),
        fact(status=None, code="rate limited", seconds=0.0, waited=2.25),
    ):
        metrics(each)
    (series,) = metrics.series()
    counts = series.counts
    assert counts.answers == {"2xx": 2, "3xx": 1, "4xx": 1, "429": 1, "5xx": 1}
    assert counts.failures == {"rate limited": 2, "server failed": 1, "timed out": 1}
    assert dict(zip([*BUCKETS, "more"], counts.buckets, strict=True)) == dict.fromkeys(BUCKETS, 0) | {
        0.05: 1,
        0.1: 1,
        0.25: 1,
        0.5: 1,
        30.0: 1,
        "more": 1,
    }
    assert counts.seconds == pytest.approx(51.71)
    assert (counts.throttled, counts.received) == (14.75, 150)


def test_series_are_kept_apart_and_listed_in_order(make: Make) -> None:
    metrics = make()
    for host, endpoint in (("b.example", "/"), ("a.example", "/x"), ("a.example", "/"), ("a.example", "/x")):
        metrics(fact(host, endpoint))
    assert [(each.host, each.endpoint, each.counts.answers["2xx"]) for each in metrics.series()] == [
        ("a.example", "/", 1),
        ("a.example", "/x", 2),
        ("b.example", "/", 1),
    ]


def test_a_host_with_endless_paths_gets_few_endpoints(make: Make) -> None:
    metrics = make(most_endpoints=3)
    for number in range(10):
        metrics(fact(endpoint=f"/{'abcdefghij'[number]}"))
    assert {each.endpoint: each.counts.answers["2xx"] for each in metrics.series()} == {
        "/a": 1,
        "/b": 1,
        "/c": 1,
        "other": 7,
    }


def test_endless_hosts_are_counted_together(make: Make) -> None:
    metrics = make(most=5)
    for number in range(20):
        metrics(fact(f"host{number}.example"))
    series = metrics.series()
    assert len(series) == 6
    assert sum(each.counts.answers["2xx"] for each in series) == 20
    assert {each.host: each.counts.answers["2xx"] for each in series}["other"] == 15


def test_a_host_long_unused_makes_room(make: Make, clock: Clock) -> None:
    metrics = make(most=2)
    metrics(fact("old.example"))
    clock.now += STALE
    metrics(fact("used.example"))
    clock.now += 10
    metrics(fact("new.example"))
    assert [each.host for each in metrics.series()] == ["new.example", "used.example"]
    metrics(fact("newer.example"))
    assert [each.host for each in metrics.series()] == ["new.example", "other", "used.example"]


def test_a_host_that_comes_back_starts_anew(make: Make, clock: Clock) -> None:
    metrics = make(most=1, most_endpoints=1)
    metrics(fact("a.example", "/one"))
    clock.now += STALE + 1
    metrics(fact("b.example", "/one"))
    clock.now += STALE + 1
    metrics(fact("a.example", "/two"))
    (series,) = metrics.series()
    assert (series.endpoint, series.counts.answers) == ("/two", {"2xx": 1})


def test_without_valkey_nothing_fails_and_one_warning_is_given() -> None:
    metrics = ValkeyMetrics(redis.Redis.from_url("unix:///nowhere/valkey.sock"))
    with structlog.testing.capture_logs() as logs:
        metrics(fact())
        metrics(fact())
    assert [line["event"] for line in logs] == ["egress.metrics_not_counted"]
    with pytest.raises(redis.RedisError):
        metrics.series()


def test_the_state_of_breakers_is_listed(client: "redis.Redis", prefix: str, clock: Clock) -> None:
    breaker = ValkeyBreaker(client, prefix=prefix, clock=clock)
    for host, times in (
        ("shut.example", 5),
        ("probed.example", 5),
        ("shaky.example", 2),
        ("well.example", 5),
    ):
        for _ in range(times):
            breaker.failed(host)
    breaker.succeeded("well.example")
    clock.now += 61
    for _ in range(2):
        breaker.check("probed.example")
    breaker.failed("shut.example")
    assert [circuit[:3] for circuit in breaker.circuits()] == [
        ("probed.example", "half_open", 5),
        ("shaky.example", "closed", 2),
        ("shut.example", "open", 6),
    ]
    assert breaker.circuits()[0].seconds == pytest.approx(90, abs=1e-3)
    assert breaker.circuits()[2].seconds == pytest.approx(120, abs=1e-3)
    clock.now += 121
    assert breaker.circuits()[2] == Circuit("shut.example", "half_open", 6, 0.0)
    clock.now += MEMORY
    assert breaker.circuits() == []
