"""The pool of outgoing proxies: rotation, pauses, and the error when none is left."""

from collections.abc import Callable, Iterator

import pytest

from egress.client import GuardedClient
from egress.exceptions import ProxiesDown
from egress.guard import Guard
from egress.pool import LONGEST_REST, REST, ProxyPool
from egress.proxies import Proxy
from egress.proxy import GuardedProxy
from tests.egress.conftest import Clock, RawServer
from tests.egress.test_proxy import said
from tests.egress.test_transport import tunnel

ONE, TWO, THREE = (Proxy(host=f"{name}.example", port=3128) for name in ("one", "two", "three"))


def test_they_take_turns(clock: Clock) -> None:
    pool = ProxyPool([ONE, TWO, THREE], clock=clock)
    assert [pool.pick() for _ in range(4)] == [ONE, TWO, THREE, ONE]


def test_the_same_proxy_twice_is_one() -> None:
    assert len(ProxyPool([ONE, ONE, TWO])) == 2


def test_a_dead_one_is_left_out_for_a_while_and_then_tried_once(clock: Clock) -> None:
    pool = ProxyPool([ONE, TWO], clock=clock)
    pool.failed(ONE, "silent")
    assert [pool.pick() for _ in range(3)] == [TWO, TWO, TWO]
    clock.now += REST
    assert [pool.pick() for _ in range(3)].count(ONE) == 1, "one try, not a crowd"
    pool.worked(ONE)
    assert {pool.pick(), pool.pick()} == {ONE, TWO}


def test_it_rests_longer_after_each_failure_in_a_row_but_not_for_ever(clock: Clock) -> None:
    pool = ProxyPool([ONE], clock=clock)
    rests = []
    for _ in range(10):
        pool.failed(ONE, "silent")
        with pytest.raises(ProxiesDown) as error:
            pool.pick()
        rests.append(error.value.retry_after)
    assert rests[:3] == [REST, 2 * REST, 4 * REST]
    assert rests[-1] == LONGEST_REST


def test_no_proxy_is_no_pool() -> None:
    assert ProxyPool.from_urls(["", " "]) is None


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Proxy.from_url("http://user:hunter2@one.example:3128"))


def public(host: str, port: int, seconds: float) -> list[str]:
    return ["93.184.215.14"]


def test_the_door_goes_through_the_next_one_where_one_is_dead(
    make_http: Callable[..., GuardedClient], raw_server: Callable[..., RawServer], clock: Clock
) -> None:
    dead, alive = raw_server(), raw_server(by=tunnel, keep=True)
    dead.close()
    pool = ProxyPool.from_urls([f"http://127.0.0.1:{dead.port}", f"http://127.0.0.1:{alive.port}"])
    http = make_http(pool=pool, resolver=public, allow_loopback=False)
    assert http.get("http://feed.example.org/x").content == b"behind"
    assert clock.slept == [], "it was no failure of the site, so nothing waited"
    assert pool is not None
    assert pool.alive() == 1


def test_the_guarded_proxy_uses_the_same_pool(raw_server: Callable[..., RawServer]) -> None:
    def unwilling(request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"

    pool = ProxyPool.from_urls([f"http://127.0.0.1:{raw_server(by=unwilling).port}"])
    proxy = GuardedProxy(Guard(resolver=public), upstream=pool)
    with proxy.running() as url:
        assert said(url, b"CONNECT feed.example.org:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 502")
    assert pool is not None
    assert pool.alive() == 0
    assert proxy.counts["failed"] == 1


def test_a_site_that_the_proxy_cannot_reach_is_not_the_proxys_death(
    make_http: Callable[..., GuardedClient], raw_server: Callable[..., RawServer]
) -> None:
    pool = ProxyPool.from_urls(
        [f"http://127.0.0.1:{raw_server(b'HTTP/1.1 502 Bad Gateway', bytes([13, 10, 13, 10])).port}"]
    )
    http = make_http(pool=pool, resolver=public, allow_loopback=False)
    with pytest.raises(Exception, match="proxy"):
        http.get("http://feed.example.org/x")
    assert pool is not None
    assert pool.alive() == 1
