"""A name that is public at the check and private at the connection reaches nothing."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from egress.client import GuardedClient
from egress.exceptions import AddressRefused, ConnectFailed
from egress.guard import Guard, Resolver
from egress.proxy import GuardedProxy
from tests.egress.conftest import RawServer
from tests.egress.hostile import SITE, Listener, connections, listening
from tests.egress.rebinding import NameServer, rebinding
from tests.ports import free_port

MakeHttp = Callable[..., GuardedClient]
pytestmark = pytest.mark.usefixtures("site_counts_as_public")
#: Where a name may lead that was public a moment ago.
INSIDE = [
    ("127.0.0.1",),
    ("::1",),
    ("169.254.169.254",),
    ("10.0.0.1",),
    ("::ffff:7f00:1",),
    (SITE, "127.0.0.1"),
    ("0.0.0.0",),
]


@dataclass
class Site:
    """A public site named rebind.test, its answers by path, and an inside listener on the same port."""

    server: RawServer
    inside: Listener
    answers: dict[str, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://rebind.test:{self.server.port}/"


def page(body: bytes = b"ok", status: str = "200 OK", extra: str = "") -> bytes:
    """An answer that closes the connection, so that the next request resolves the name again."""
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{extra}\r\n".encode()
        + body
    )


@pytest.fixture
def site(raw_server: Callable[..., RawServer]) -> Iterator[Site]:
    answers: dict[str, bytes] = {}
    server = raw_server(
        by=lambda request: iter([answers.get(request.split(b" ")[1].decode(), page())]),
        host=SITE,
        port=free_port(),  # of both addresses
    )
    with listening("127.0.0.1", server.port) as inside:
        yield Site(server, inside, answers)


def http_to(make_http: MakeHttp, site: Site, resolver: Resolver, **given: object) -> GuardedClient:
    return make_http(allow_loopback=False, ports=[site.server.port], resolver=resolver, **given)


def none_inside(tried: list[tuple[str, int]], site: Site, dns: NameServer) -> bool:
    """Whether there were connections only to the site and the name server."""
    return {address for address in tried if address[1] != dns.port} <= {
        (SITE, site.server.port)
    } and site.inside.connections == 0


def test_the_name_server_and_the_listener_do_what_they_should(site: Site) -> None:
    with rebinding((SITE,), ("127.0.0.1", "::1")) as (dns, resolver):
        assert [resolver("rebind.test", 80, 5) for _ in range(3)] == [
            [SITE],
            ["127.0.0.1", "::1"],
            ["127.0.0.1", "::1"],
        ]
        assert dns.asked == 3
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=10) as seen:
        assert seen.recv(1) == b""
    assert site.inside.connections == 1


@pytest.mark.parametrize("inside", INSIDE, ids=", ".join)
def test_the_second_request(make_http: MakeHttp, site: Site, inside: tuple[str, ...]) -> None:
    with rebinding((SITE,), inside) as (dns, resolver), connections() as tried:
        http = http_to(make_http, site, resolver)
        assert http.get(site.url).content == b"ok"
        with pytest.raises(AddressRefused):
            http.get(site.url)
    assert none_inside(tried, site, dns)


@pytest.mark.parametrize("inside", INSIDE, ids=", ".join)
def test_between_robots_txt_and_the_page(make_http: MakeHttp, site: Site, inside: tuple[str, ...]) -> None:
    site.answers["/robots.txt"] = page(b"User-agent: *\nAllow: /")
    with rebinding((SITE,), inside) as (dns, resolver), connections() as tried, pytest.raises(AddressRefused):
        http_to(make_http, site, resolver, obey_robots=True).get(site.url)
    assert [request.split(b" ")[1] for request in site.server.asked] == [b"/robots.txt"]
    assert none_inside(tried, site, dns)


@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_redirect_to_its_own_name(make_http: MakeHttp, site: Site, path: str) -> None:
    site.answers[path] = page(status="302 Found", extra=f"Location: {site.url}next\r\n")
    with (
        rebinding((SITE,), ("127.0.0.1",)) as (dns, resolver),
        connections() as tried,
        pytest.raises(AddressRefused),
    ):
        http_to(make_http, site, resolver, obey_robots=path != "/").get(site.url)
    assert len(site.server.asked) == 1
    assert none_inside(tried, site, dns)


def test_another_try_after_a_failure(make_http: MakeHttp, site: Site) -> None:
    site.answers["/"] = page(status="502 Bad Gateway")
    with (
        rebinding((SITE,), ("127.0.0.1",)) as (dns, resolver),
        connections() as tried,
        pytest.raises(AddressRefused),
    ):
        http_to(make_http, site, resolver).get(site.url)
    assert len(site.server.asked) == 1
    assert none_inside(tried, site, dns)


def test_what_was_checked_is_what_is_connected_to(make_http: MakeHttp, site: Site) -> None:
    """One look-up for one connection: between check and use there is nothing to rebind."""
    with rebinding((SITE,), ("127.0.0.1",)) as (dns, resolver), connections() as tried:
        http_to(make_http, site, resolver).get(site.url)
        assert dns.asked == 1
    assert none_inside(tried, site, dns)


def test_an_address_that_refuses_does_not_lead_to_the_next_look_up(make_http: MakeHttp, site: Site) -> None:
    """The site is gone: each try looks up anew, and the first that leads inside ends it."""
    site.server.close()
    with rebinding((SITE,), ("127.0.0.1",)) as (dns, resolver), connections() as tried:
        with pytest.raises((AddressRefused, ConnectFailed)):
            http_to(make_http, site, resolver).get(site.url)
        assert dns.asked == 2
    assert none_inside(tried, site, dns)


@pytest.mark.parametrize("inside", INSIDE, ids=", ".join)
@pytest.mark.parametrize("tunnel", [True, False], ids=["CONNECT", "plain"])
def test_through_the_guarded_proxy(site: Site, inside: tuple[str, ...], tunnel: bool) -> None:
    """As a browser would use it: a page first, then what the page asks for from the same name."""
    with (
        rebinding((SITE,), inside) as (dns, resolver),
        GuardedProxy(Guard(ports=[site.server.port], resolver=resolver)).running() as url,
        connections() as tried,
    ):
        proxy = int(url.rpartition(":")[2])
        target = f"rebind.test:{site.server.port}"
        head = (
            f"CONNECT {target} HTTP/1.1\r\n\r\n"
            if tunnel
            else f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\n\r\n"
        )
        said = []
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", proxy), timeout=20) as client:
                client.sendall(head.encode())
                said.append(client.recv(12))
    assert said == [b"HTTP/1.1 200", b"HTTP/1.1 403"]
    assert none_inside([each for each in tried if each[1] != proxy], site, dns)
