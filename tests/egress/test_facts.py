"""Listeners are notified of every request.

Answered, failed, refused before it was sent, and those for robots.txt.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from pytest_httpserver import HTTPServer

from egress.client import GuardedClient
from egress.factory import open_client
from egress.facts import ExchangeFact, endpoint_of, place_of
from egress.records import RequestPolicy, Validators
from pipeline.contract.http import Quota
from pipeline.contract.http_errors import EgressError
from tests.egress.conftest import redirect

MakeHttp = Callable[..., GuardedClient]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def facts() -> list[ExchangeFact]:
    return []


@pytest.fixture
def http(make_http: MakeHttp, facts: list[ExchangeFact]) -> Callable[..., GuardedClient]:
    return lambda **given: make_http(listeners=[facts.append], now=lambda: NOW, **given)


def heard(facts: list[ExchangeFact], *names: str) -> list[Any]:
    return [tuple(getattr(fact, name) for name in names) for fact in facts]


def test_an_answer(http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v3/events/8841/").respond_with_data("twelve bytes")
    http().get(httpserver.url_for("/v3/events/8841/?token=hunter2"))
    (fact,) = facts
    assert (fact.method, fact.status, fact.code, fact.size, fact.waited, fact.at) == (
        "GET",
        200,
        "",
        12,
        0.0,
        NOW,
    )
    assert (fact.host, fact.endpoint) == (f"127.0.0.1:{httpserver.port}", "/v3/events/:id")
    assert fact.url == httpserver.url_for("/v3/events/8841/?token=***")
    assert 0 < fact.seconds < 30


def test_every_hop_and_robots_txt(http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /secret")
    redirect(httpserver, "/a", "/b")
    httpserver.expect_request("/b").respond_with_data("ok")
    open_to_all = http(obey_robots=True)
    open_to_all.get(httpserver.url_for("/a"))
    with pytest.raises(EgressError):
        open_to_all.get(httpserver.url_for("/secret"))
    assert heard(facts, "endpoint", "status", "code", "robots") == [
        ("/robots.txt", 200, "", True),
        ("/a", 302, "", False),
        ("/b", 200, "", False),
        ("/secret", None, "robots refused", False),
    ]


def test_every_try_with_what_was_waited_before_it(
    http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("", status=502)
    httpserver.expect_ordered_request("/").respond_with_data("ok")
    http().get(httpserver.url_for("/"))
    assert heard(facts, "status", "code", "waited") == [(502, "server failed", 0.0), (200, "", 0.625)]


def test_a_304(http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=304)
    url = httpserver.url_for("/")
    with pytest.raises(EgressError):
        http(validators={url: Validators(etag='"1"')}).get(url, conditional=True)
    assert heard(facts, "status", "code", "from_cache", "size") == [(304, "not modified", True, 0)]


def test_what_was_never_sent(http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer) -> None:
    redirect(httpserver, "/inside", "http://169.254.169.254/")
    httpserver.expect_request("/ok").respond_with_data("ok")
    slow = http(name="slow", rate=1, rate_window=3600)
    for url in ("http://user:hunter2@10.0.0.1/", httpserver.url_for("/inside"), httpserver.url_for("/ok")):
        with pytest.raises(EgressError):
            slow.get(url)
    assert heard(facts, "status", "code", "seconds") == [
        (None, "address refused", 0.0),
        (302, "", facts[1].seconds),
        (None, "address refused", 0.0),
        (None, "rate limited", 0.0),
    ]
    assert "hunter2" not in repr(facts)


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"max_received": 2}, "too large"),
        ({"quota_key": "k", "quotas": (Quota(requests=0, seconds=86_400),)}, "quota spent"),
    ],
)
def test_failures_by_their_code(
    http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer, policy: dict[str, Any], code: str
) -> None:
    httpserver.expect_request("/").respond_with_data("long answer")
    with pytest.raises(EgressError):
        http(**policy).get(httpserver.url_for("/"))
    assert heard(facts, "code") == [(code,)]


def test_a_listener_that_fails_stops_no_fetch(
    make_http: MakeHttp, facts: list[ExchangeFact], httpserver: HTTPServer
) -> None:
    def fail(fact: ExchangeFact) -> None:
        raise ValueError("no room")

    httpserver.expect_request("/").respond_with_data("ok")
    with structlog.testing.capture_logs() as logs:
        assert make_http(listeners=[fail, facts.append]).get(httpserver.url_for("/")).content == b"ok"
    assert len(facts) == 1
    assert [line["event"] for line in logs][0] == "egress.listener_failed"


@pytest.mark.django_db
@pytest.mark.parametrize("shared", [True, False])
def test_the_factorys_doors_tell_too(
    facts: list[ExchangeFact], httpserver: HTTPServer, settings: Any, shared: bool
) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True
    httpserver.expect_request("/").respond_with_data("ok")
    with open_client(RequestPolicy(obey_robots=False), shared=shared, listener=facts.append) as way_out:
        way_out.get(httpserver.url_for("/"))
    assert heard(facts, "status") == [(200,)]


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("", "/"),
        ("/", "/"),
        ("/v3/organizations/1234567/events/", "/v3/organizations/:id/events"),
        ("/discovery/v2/events.json", "/discovery/v2/events.json"),
        ("/maps/api/place/nearbysearch/json", "/maps/api/place/nearbysearch/json"),
        ("/v21.0/me/events", "/v21.0/me/events"),
        ("/Feeds/upcoming-events", "/feeds/upcoming-events"),
        ("/e/an-evening-of-jazz-tickets-99", "/e/:id"),
        ("/calendar/ical/a%40b.org/private-3f2a/basic.ics", "/calendar/ical/:id/:id/basic.ics"),
        ("/a/b/c/d/e/f/g", "/a/b/c/d/e/…"),
        ("/venues/ünlü", "/venues/:id"),
    ],
)
def test_endpoints_hold_no_ids(path: str, endpoint: str) -> None:
    assert endpoint_of(path) == endpoint


def test_a_url_that_cannot_be_read_has_no_place() -> None:
    assert place_of("http://[") == ("", "")
    assert place_of("http://***@Example.org:8080/a?b") == ("example.org:8080", "/a")
