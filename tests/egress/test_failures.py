"""Statuses, retries and breakers: what failed, whether a retry helps, and the waits."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import structlog
from pytest_httpserver import HTTPServer

from egress.client import GuardedClient
from egress.exceptions import BadAnswer, CircuitOpen, ConnectFailed, ServerFailed, SiteRefused, TimedOut
from egress.limits import MemoryLimiter
from pipeline.contract.http_errors import ClientRefused, EgressError, RateLimited
from tests.egress.conftest import Clock, RawServer, local_names

MakeHttp = Callable[..., GuardedClient]
RawStart = Callable[..., RawServer]


@pytest.mark.parametrize(
    ("status", "headers", "error", "wait"),
    [
        (429, {"Retry-After": "120"}, RateLimited, 120.0),
        (429, {}, RateLimited, 60.0),
        (429, {"Retry-After": "99999999999999999999"}, RateLimited, 86400.0),
        (503, {"Retry-After": "Sat, 21 Nov 2026 00:05:00 GMT"}, RateLimited, 300.0),
        (503, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, RateLimited, 86400.0),
        (503, {"Retry-After": "soon"}, ServerFailed, None),
        (500, {}, ServerFailed, None),
        (404, {}, ClientRefused, None),
        (410, {}, ClientRefused, None),
        (408, {}, TimedOut, None),
        (304, {}, BadAnswer, None),
        (302, {}, BadAnswer, None),
        (206, {}, BadAnswer, None),
    ],
)
def test_statuses(
    make_http: MakeHttp,
    httpserver: HTTPServer,
    status: int,
    headers: dict[str, str],
    error: type[EgressError],
    wait: float | None,
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status, headers=headers)
    with pytest.raises(error) as raised:
        make_http(now=lambda: datetime(2026, 11, 21, tzinfo=UTC)).get(httpserver.url_for("/"))
    assert raised.value.retry_after == wait
    assert raised.value.url == httpserver.url_for("/")
    assert getattr(raised.value, "status", status) == status


def test_a_site_that_asks_to_wait_is_left_alone_for_so_long(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("", status=429, headers={"Retry-After": "120"})
    httpserver.expect_ordered_request("/b").respond_with_data("ok")
    http = make_http()
    for _ in range(2):
        with pytest.raises(RateLimited):
            http.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1
    clock.now += 120
    assert http.get(httpserver.url_for("/b")).content == b"ok"


def test_a_get_that_fails_in_passing_is_tried_again(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("", status=502)
    httpserver.expect_ordered_request("/").respond_with_data("", status=500)
    httpserver.expect_ordered_request("/").respond_with_data("third")
    assert make_http().get(httpserver.url_for("/")).content == b"third"
    assert clock.slept == [0.625, 2.125]


def test_tries_are_bounded(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    with pytest.raises(ServerFailed):
        make_http().get(httpserver.url_for("/"))
    assert len(httpserver.log) == 3
    with pytest.raises(ServerFailed):
        make_http(tries=1).get(httpserver.url_for("/"))
    assert len(httpserver.log) == 4


def test_a_post_and_a_refusal_are_not_tried_again(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/", method="POST").respond_with_data("", status=500)
    with pytest.raises(ClientRefused):
        make_http().get(httpserver.url_for("/gone"))
    with pytest.raises(ServerFailed):
        make_http().post(httpserver.url_for("/"), json={})
    assert len(httpserver.log) == 2


def test_no_second_try_without_time_for_it(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    with pytest.raises(TimedOut, match="another try"):
        make_http(total_timeout=0.4).get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1


def test_a_connection_that_is_refused_or_closed_is_tried_again(
    make_http: MakeHttp, raw_server: RawStart, clock: Clock
) -> None:
    server = raw_server()
    with pytest.raises(ConnectFailed, match="without an answer"):
        make_http().get(server.url)
    assert len(server.asked) == 3
    server.close()
    with pytest.raises(ConnectFailed):
        make_http().get(server.url)
    assert clock.slept == [0.625, 2.125] * 2


def test_a_name_that_does_not_resolve_fails_to_connect(make_http: MakeHttp) -> None:
    with pytest.raises(ConnectFailed, match="does not resolve"):
        make_http(resolver=local_names()).get("http://nowhere.test/")


def test_the_next_address_is_tried_when_one_refuses(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    http = make_http(resolver=lambda host, port, seconds: ["127.0.0.77", "127.0.0.1"])
    assert http.get(f"http://feed.test:{httpserver.port}/").content == b"ok"


def test_a_host_that_keeps_failing_is_left_alone_then_probed(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    httpserver.expect_request("/well").respond_with_data("ok")
    http = make_http()
    for error in (ServerFailed, CircuitOpen, CircuitOpen):
        with pytest.raises(error):
            http.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 5
    clock.now += 61
    assert http.get(httpserver.url_for("/well")).content == b"ok"
    assert http.get(httpserver.url_for("/well")).content == b"ok"


def test_short_waits_for_the_rate_limit_are_slept_and_long_ones_raise(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    short = make_http(name="a", rate=1, rate_window=10)
    for _ in range(3):
        short.get(httpserver.url_for("/"))
    assert clock.slept == pytest.approx([10.0, 10.0])
    long = make_http(name="b", rate=1, rate_window=3600)
    long.get(httpserver.url_for("/"))
    with pytest.raises(RateLimited) as error:
        long.get(httpserver.url_for("/"))
    assert error.value.retry_after == pytest.approx(3600)


def test_another_fetch_from_the_same_host_is_waited_for(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    limiter = MemoryLimiter(clock=clock)
    limiter.hold(f"127.0.0.1:{httpserver.port}", seconds=1)
    make_http(limiter=limiter).get(httpserver.url_for("/"))
    assert clock.slept == [0.25] * 4
    limiter.hold(f"127.0.0.1:{httpserver.port}", seconds=1000)
    with pytest.raises(RateLimited, match="under way"):
        make_http(limiter=limiter).get(httpserver.url_for("/"))


def test_the_connection_is_given_back_after_a_failure(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=404)
    http = make_http()
    for _ in range(2):
        with pytest.raises(ClientRefused):
            http.get(httpserver.url_for("/"))
    assert clock.slept == []


@pytest.mark.parametrize(
    "headers", [{"X-Evil": "a\r\nHost: b"}, {"X-Evil\n": "a"}, {"X Evil": "a"}, {"": "a"}, {"X": "ä"}]
)
def test_a_header_that_cannot_be_sent_is_refused(
    make_http: MakeHttp, httpserver: HTTPServer, headers: dict[str, str]
) -> None:
    with pytest.raises(ClientRefused, match="header"):
        make_http().get(httpserver.url_for("/"), headers=headers)
    assert httpserver.log == []


def test_logs_and_errors_hold_no_secrets(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/broken").respond_with_data("", status=500)
    http = make_http(headers={"Authorization": "Bearer hunter2"})
    texts: list[str] = []
    with structlog.testing.capture_logs() as logs:
        http.get(httpserver.url_for("/ok?token=hunter2"))
        for path in ("/gone?apikey=hunter2", "/broken?key=hunter2"):
            with pytest.raises(EgressError) as error:
                http.get(httpserver.url_for(path))
            texts.append(f"{error.value!r} {error.value.url}")
    assert "hunter2" not in repr(logs) + "".join(texts)
    assert re.search(r"token=\*\*\*", repr(logs))


def test_a_challenge_in_place_of_the_page_is_a_refusal_that_nothing_gets_around(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data(
        "Just a moment", status=403, headers={"cf-mitigated": "challenge"}
    )
    with pytest.raises(SiteRefused, match="left alone"):
        make_http().get(httpserver.url_for("/"))
