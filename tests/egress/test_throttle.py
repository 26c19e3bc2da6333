"""The throttle: quotas, the site's own statements, and jitter."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from egress.caching_hints import next_check
from egress.client import GuardedClient
from egress.exceptions import QuotaSpent, ServerFailed
from egress.limits import MemoryBreaker, MemoryLimiter
from egress.limits.rules import FIRST_BACKOFF, LEAST_BACKOFF, LONGEST_BACKOFF, backoff
from egress.quota import MemoryQuotas
from egress.records import Validators
from pipeline.contract.http import Quota
from pipeline.contract.http_errors import ClientRefused, EgressError, NotModified, RateLimited
from tests.egress.conftest import Clock, local_names, redirect

MakeHttp = Callable[..., GuardedClient]
HOUR, MINUTE = 3600, 60


@pytest.fixture
def http(make_http: MakeHttp, clock: Clock) -> Callable[..., GuardedClient]:
    """HTTP clients with one key, ten seconds past the full hour; the quotas' clock moves with their waits."""
    noon = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC) - timedelta(seconds=clock.now)
    quotas = MemoryQuotas(now=lambda: noon + timedelta(seconds=clock.now))

    def make(requests: int, seconds: float, **given: object) -> GuardedClient:
        return make_http(
            quota_key="key",
            quotas=(Quota(requests=requests, seconds=seconds),),
            **{"quotas_of": quotas, **given},
        )

    return make


def spend(http: GuardedClient, httpserver: HTTPServer, path: str = "/ok") -> int:
    """Send requests until the quota is spent. Returns how many the site got."""
    before = len(httpserver.log)
    with contextlib.suppress(QuotaSpent):
        for _ in range(50):
            http.get(httpserver.url_for(path))
        pytest.fail("the quota is without end")
    return len(httpserver.log) - before


def test_a_key_asks_no_more_than_it_is_granted_whichever_source_uses_it(
    http: MakeHttp, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    first, second = http(5, HOUR, name="one"), http(5, HOUR, name="another")
    for _ in range(3):
        first.get(httpserver.url_for("/ok"))
    assert spend(second, httpserver) == 2
    with pytest.raises(QuotaSpent) as error:
        first.get(httpserver.url_for("/ok"))
    assert error.value.retry_after == HOUR - 10
    assert error.value.url == httpserver.url_for("/ok")


def test_the_rest_of_a_minute_is_waited_for(http: MakeHttp, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    way_out = http(2, MINUTE)
    for _ in range(3):
        way_out.get(httpserver.url_for("/ok"))
    assert clock.slept == [50.0]


def test_so_many_a_second_only_slow_us_down(http: MakeHttp, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    way_out = http(2, 1)
    for _ in range(7):
        way_out.get(httpserver.url_for("/ok"))
    assert clock.slept == [1.0] * 3


def test_another_who_takes_the_next_window_makes_us_wait_again(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    """Until it takes too long: then the run comes back later."""

    class Busy:
        def take(self, key: str, quotas: object) -> None:
            raise QuotaSpent("taken", retry_after=20.0)

    with pytest.raises(QuotaSpent):
        make_http(quota_key="key", quotas=(Quota(requests=1, seconds=20),), quotas_of=Busy()).get(
            httpserver.url_for("/ok")
        )
    assert clock.slept == [20.0] * 3
    assert httpserver.log == []


def test_retries_hops_and_failures_count_and_robots_txt_does_not(
    http: MakeHttp, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("")
    redirect(httpserver, "/a", "/b")
    httpserver.expect_request("/b").respond_with_data("", status=500)
    way_out = http(4, HOUR, obey_robots=True)
    with pytest.raises(ServerFailed):
        way_out.get(httpserver.url_for("/a"))
    with pytest.raises(QuotaSpent):
        way_out.get(httpserver.url_for("/b"))
    assert [request.path for request, _ in httpserver.log] == ["/robots.txt", "/a", "/b", "/b", "/b"]


def test_what_our_own_limits_refuse_is_not_counted(
    http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    slow = http(3, HOUR, name="slow", rate=1, rate_window=HOUR)
    slow.get(httpserver.url_for("/ok"))
    for _ in range(5):
        with pytest.raises(RateLimited):
            slow.get(httpserver.url_for("/ok"))
    assert spend(http(3, HOUR, name="quick"), httpserver) == 2


@pytest.mark.parametrize("status", [200, 404])
def test_the_platforms_answer_corrects_the_count(http: MakeHttp, httpserver: HTTPServer, status: int) -> None:
    """Somebody else uses the key too."""
    headers = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "2"}
    httpserver.expect_request("/said").respond_with_data("ok", status=status, headers=headers)
    httpserver.expect_request("/ok").respond_with_data("ok")
    way_out = http(1000, HOUR, rate=1000, rate_window=1)
    with contextlib.suppress(ClientRefused):
        way_out.get(httpserver.url_for("/said"))
    assert spend(way_out, httpserver) == 2


def test_a_304_and_a_refusal_keep_their_headers_for_hints(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    headers = {"Cache-Control": "max-age=7200", "ETag": '"1"'}
    httpserver.expect_request("/same").respond_with_data("", status=304, headers=headers)
    httpserver.expect_request("/gone").respond_with_data("", status=404, headers=headers)
    url = httpserver.url_for("/same")
    with pytest.raises(NotModified) as same:
        make_http(validators={url: Validators(etag='"1"')}).get(url, conditional=True)
    with pytest.raises(ClientRefused) as gone:
        make_http().get(httpserver.url_for("/gone"))
    for error in (same.value, gone.value):
        assert next_check(error.headers, datetime.now(UTC)) == timedelta(hours=2)


@pytest.mark.parametrize("status", [403, 404, 408, 429, 500, 503])
def test_retry_after_is_kept_to_the_second_whatever_the_status(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock, status: int
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Retry-After": "7300"})
    limiter = MemoryLimiter(clock=clock)
    with pytest.raises(EgressError) as error:
        make_http(limiter=limiter).get(httpserver.url_for("/"))
    assert error.value.retry_after == 7300
    assert error.value.status == status
    clock.now += 7299.5
    with pytest.raises(RateLimited) as again:
        make_http(limiter=limiter).get(httpserver.url_for("/"))
    assert again.value.retry_after == pytest.approx(0.5)
    assert len(httpserver.log) == 1
    clock.now += 0.5
    with pytest.raises(EgressError):
        make_http(limiter=limiter).get(httpserver.url_for("/"))
    assert len(httpserver.log) == 2


def test_an_earlier_retry_after_shortens_no_pause(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    limiter = MemoryLimiter(clock=clock)
    limiter.pause(f"127.0.0.1:{httpserver.port}", seconds=500)
    with pytest.raises(RateLimited) as error:
        make_http(limiter=limiter).get(httpserver.url_for("/"))
    assert error.value.retry_after == pytest.approx(500)


def test_a_pause_that_came_while_we_waited_is_kept(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    """Another process hears a 429 while this one waits for its rate."""
    httpserver.expect_request("/").respond_with_data("ok")
    limiter = MemoryLimiter(clock=clock)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        limiter.pause(f"127.0.0.1:{httpserver.port}", seconds=100)

    http = make_http(limiter=limiter, sleep=sleep, rate=1, rate_window=10)
    http.get(httpserver.url_for("/"))
    with pytest.raises(RateLimited, match="asked us to wait"):
        http.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1


def test_sources_of_one_host_share_its_rate_and_those_of_another_do_not(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    limiter = MemoryLimiter(clock=clock)
    url = httpserver.url_for("/")

    def ask(name: str, **given: object) -> None:
        make_http(limiter=limiter, name=name, host_rate=1, host_window=50, **given).get(url)

    ask("one", rate=1, rate_window=100)
    ask("another", rate=1, rate_window=100)
    assert clock.slept == pytest.approx([50.0])
    other = make_http(
        limiter=limiter, name="elsewhere", host_rate=1, host_window=50, resolver=local_names("b.test")
    )
    other.get(url.replace("127.0.0.1", "b.test"))
    assert clock.slept == pytest.approx([50.0])


def test_a_source_that_is_allowed_more_than_its_host_may_ask_so_often(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    http = make_http(rate=1000, rate_window=1, host_rate=1, host_window=600)
    for _ in range(100):
        http.get(httpserver.url_for("/"))
    assert clock.slept == []


def test_what_the_one_before_us_heard_on_the_same_connection_counts(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    """It held the host, was answered 429, and let go while we stood in line."""
    httpserver.expect_request("/").respond_with_data("ok")
    limiter, site = MemoryLimiter(clock=clock), f"127.0.0.1:{httpserver.port}"
    token = limiter.hold(site, seconds=60)

    def sleep(seconds: float) -> None:
        limiter.pause(site, seconds=100)
        limiter.release(site, token)

    with pytest.raises(RateLimited, match="asked us to wait"):
        make_http(limiter=limiter, sleep=sleep).get(httpserver.url_for("/"))
    assert httpserver.log == []


def test_who_may_not_ask_yet_takes_no_probe_from_others(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    breaker, limiter, url = MemoryBreaker(clock=clock), MemoryLimiter(clock=clock), httpserver.url_for("/")
    for _ in range(5):
        breaker.failed(f"127.0.0.1:{httpserver.port}")
    clock.now += 61
    slow = make_http(breaker=breaker, limiter=limiter, name="slow", rate=1, rate_window=3600)
    limiter.take("source:slow", rate=1, window=3600)
    with pytest.raises(RateLimited):
        slow.get(url)
    assert make_http(breaker=breaker, limiter=limiter, name="quick").get(url).content == b"ok"


@given(st.integers(1, 50), st.floats(0, 1))
def test_waits_before_another_try_are_within_bounds(retry: int, chance: float) -> None:
    assert LEAST_BACKOFF <= backoff(retry, chance) <= min(LONGEST_BACKOFF, FIRST_BACKOFF * 4 ** (retry - 1))


def test_chance_spreads_them_over_all_of_it() -> None:
    assert [backoff(2, chance) for chance in (0.0, 0.5, 1.0)] == [0.25, 2.125, 4.0]
    assert [backoff(retry, 1.0) for retry in (1, 2, 3, 9)] == [1.0, 4.0, 16.0, 16.0]


def test_doors_that_failed_together_come_back_apart(
    make_http: MakeHttp, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    chances = iter([0.1, 0.9, 0.3, 0.7])
    for _ in range(2):
        with pytest.raises(ServerFailed):
            make_http(chance=lambda: next(chances)).get(httpserver.url_for("/"))
    assert len(set(clock.slept)) == 4


def test_a_refusal_without_an_answer_has_no_status(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    with pytest.raises(ClientRefused) as error:
        make_http().get(httpserver.url_for("/"), headers={"X": "a\r\nb"})
    assert error.value.status is None
