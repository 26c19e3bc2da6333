"""Limits, crawl delays, breakers and metrics hold across processes.

Real ones, with one Valkey and one server.
"""

import json
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from pytest_httpserver import HTTPServer

from egress.limits import ValkeyBreaker
from egress.metrics import ValkeyMetrics

PROCESSES = 3
ROOT = Path(__file__).parents[2]


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


def run(prefix: str, **order: Any) -> list[Any]:
    """The answers of all processes in one list. Without a `name` each is another source."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.egress.client"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(PROCESSES)
    ]
    for number, process in enumerate(started):  # each begins when its order is complete
        assert process.stdin is not None
        asked = {"name": f"source-{number}", "redis": settings.REDIS_URL, "prefix": prefix, **order}
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
    found = []
    for process in started:
        assert process.stdout is not None
        found += json.loads(process.stdout.read())
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    return found


def outcomes(facts: list[dict[str, Any]]) -> Counter[str]:
    return Counter(fact["code"] or str(fact["status"]) for fact in facts if not fact["robots"])


def test_a_sources_rate_holds_for_all_of_them_together(prefix: str, httpserver: HTTPServer) -> None:
    """Eight an hour: a quarter at once, the rest far apart."""
    httpserver.expect_request("/").respond_with_data("ok")
    policy = {"obey_robots": False, "rate": 8, "rate_window": 3600.0}
    facts = run(prefix, do="fetch", url=httpserver.url_for("/"), times=5, name="source", policy=policy)
    assert len(httpserver.log) == 2
    assert outcomes(facts) == {"200": 2, "rate limited": PROCESSES * 5 - 2}


def test_a_hosts_rate_holds_for_all_sources_of_it(prefix: str, httpserver: HTTPServer) -> None:
    """Eight an hour for the host, two of them at once, though each source would be granted its one."""
    httpserver.expect_request("/").respond_with_data("ok")
    policy = {"obey_robots": False, "rate": 1, "rate_window": 600.0, "host_rate": 8, "host_window": 3600.0}
    facts = run(prefix, do="fetch", url=httpserver.url_for("/"), times=1, policy=policy)
    assert len(httpserver.log) == 2
    assert outcomes(facts) == {"200": 2, "rate limited": PROCESSES - 2}


def test_one_crawl_delay_of_the_site_holds_for_all_of_them(prefix: str, httpserver: HTTPServer) -> None:
    """Each is another source, which has a rate of its own, yet the site wants ten minutes between any two."""
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 600")
    httpserver.expect_request("/").respond_with_data("ok")
    facts = run(prefix, do="fetch", url=httpserver.url_for("/"), times=3)
    assert [request.path for request, _ in httpserver.log].count("/") == 1
    assert outcomes(facts) == {"200": 1, "rate limited": PROCESSES * 3 - 1}


def test_a_retry_after_that_one_hears_is_kept_by_all(prefix: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=429, headers={"Retry-After": "3600"})
    facts = run(prefix, do="fetch", url=httpserver.url_for("/"), times=2, policy={"obey_robots": False})
    assert len(httpserver.log) == 1
    assert {fact["status"] for fact in facts} == {429, None}


def test_exactly_one_probes_a_host_that_was_left_alone(client: "redis.Redis", prefix: str) -> None:
    now = 1_000_000.0
    breaker = ValkeyBreaker(client, prefix=prefix, clock=lambda: now)
    for _ in range(5):
        breaker.failed("host")
    answers = run(prefix, do="probe", host="host", now=now + 61, times=25)
    assert len(answers) == PROCESSES * 25
    assert answers.count(0.0) == 1
    assert {round(answer) for answer in answers if answer} == {90}


def test_all_count_into_the_same_metrics(client: "redis.Redis", prefix: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/events/7").respond_with_data("ok!")
    run(prefix, do="fetch", url=httpserver.url_for("/v1/events/7"), times=3, policy={"obey_robots": False})
    (series,) = ValkeyMetrics(client, prefix=prefix).series()
    assert (series.host, series.endpoint) == (f"127.0.0.1:{httpserver.port}", "/v1/events/:id")
    assert series.counts.answers == {"2xx": PROCESSES * 3}
    assert sum(series.counts.buckets) == PROCESSES * 3
    assert series.counts.received == PROCESSES * 3 * 3
    assert series.counts.seconds > 0
