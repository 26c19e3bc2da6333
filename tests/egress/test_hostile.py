"""No hostile URL connects to a forbidden address: directly, as a redirect, or through the guarded proxy."""

import socket
from collections.abc import Callable, Iterator

import pytest

from egress.client import GuardedClient
from egress.exceptions import AddressRefused
from egress.guard import Guard
from egress.proxy import GuardedProxy
from pipeline.contract.http_errors import EgressError
from tests.egress.conftest import RawServer
from tests.egress.hostile import SITE, Hostile, Listener, connections, hostile, listening, resolver

MakeHttp = Callable[..., GuardedClient]
TRICKS = hostile(0)
every_trick = pytest.mark.parametrize("number", range(len(TRICKS)), ids=[each.trick for each in TRICKS])


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def trick(number: int, listener: Listener) -> Hostile:
    return hostile(listener.port)[number]


def test_the_table_is_long_and_says_nothing_twice() -> None:
    assert len(TRICKS) >= 60
    assert len({each.url for each in TRICKS}) == len({each.trick for each in TRICKS}) == len(TRICKS)


def test_the_listener_and_the_watch_would_see_a_connection(make_http: MakeHttp) -> None:
    with listening() as listener, connections() as tried:
        for host in ("127.0.0.1", "127.13.37.7"):
            with pytest.raises(EgressError):
                make_http().post(f"http://{host}:{listener.port}/")
    assert tried == [("127.0.0.1", listener.port), ("127.13.37.7", listener.port)]
    assert listener.connections == 2


@every_trick
def test_plainly(trick: Hostile, listener: Listener, make_http: MakeHttp) -> None:
    http = make_http(allow_loopback=False, ports=[listener.port], resolver=resolver)
    with connections() as tried, pytest.raises(EgressError) as error:
        http.get(trick.url)
    assert (tried, listener.connections) == ([], 0)
    if trick.reads_as:
        assert Guard().check_url(trick.url).host == trick.reads_as
    else:
        assert isinstance(error.value, AddressRefused)


@every_trick
def test_with_robots_txt_asked_first(trick: Hostile, listener: Listener, make_http: MakeHttp) -> None:
    http = make_http(allow_loopback=False, obey_robots=True, ports=[listener.port], resolver=resolver)
    with connections() as tried, pytest.raises(EgressError):
        http.get(trick.url)
    assert (tried, listener.connections) == ([], 0)


@every_trick
def test_by_the_guarded_proxy(trick: Hostile, listener: Listener, proxy: int) -> None:
    """CONNECT and absolute form, exactly these bytes: what a hostile page makes a browser ask for."""
    raw = trick.url.encode("utf-8", "surrogateescape")
    authority = raw.partition(b"//")[2].partition(b"/")[0]
    with connections() as tried:
        for request in (b"GET " + raw + b" HTTP/1.1\r\n\r\n", b"CONNECT " + authority + b" HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", proxy), timeout=20) as client:
                client.sendall(request + b"\r\n")
                answer = client.recv(4096)
            assert not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 504"))
    assert [address for address in tried if address != ("127.0.0.1", proxy)] == []
    assert listener.connections == 0


@pytest.fixture(scope="module")
def proxy(listener: Listener) -> Iterator[int]:
    with GuardedProxy(Guard(ports=[listener.port], resolver=resolver)).running() as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture
def redirecting(raw_server: Callable[..., RawServer], trick: Hostile) -> RawServer:
    """A public site that redirects every request to the hostile URL, also for robots.txt.

    Its bytes stay unchanged.
    """
    location = trick.url.encode("utf-8")
    return raw_server(
        b"HTTP/1.1 302 Found\r\nLocation: "
        + location
        + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        host=SITE,
    )


@every_trick
@pytest.mark.usefixtures("site_counts_as_public")
@pytest.mark.parametrize("robots", [False, True], ids=["page", "robots"])
def test_as_a_redirect(
    trick: Hostile, listener: Listener, redirecting: RawServer, make_http: MakeHttp, robots: bool
) -> None:
    http = make_http(
        obey_robots=robots, allow_loopback=False, ports=[listener.port, redirecting.port], resolver=resolver
    )
    with connections() as tried, pytest.raises(EgressError):
        http.get(redirecting.url)
    assert set(tried) == {(SITE, redirecting.port)}
    assert listener.connections == 0
