"""The guarded proxy, used by real clients."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response as Answer

from egress.exceptions import TimedOut
from egress.guard import Guard
from egress.pool import ProxyPool
from egress.proxies import Proxy
from egress.proxy import GuardedProxy
from tests.egress.conftest import RawServer, local_names
from tests.egress.test_transport import tunnel
from tests.egress.tls import SecureServer

RawStart = Callable[..., RawServer]
LOCAL = Guard(allow_loopback=True, resolver=local_names("feed.test"))


@pytest.fixture
def run() -> Iterator[Callable[..., str]]:
    """Start a proxy; returns its URL."""
    with contextlib.ExitStack() as stack:
        yield lambda guard=LOCAL, **given: stack.enter_context(GuardedProxy(guard, **given).running())


def said(url: str, request: bytes) -> bytes:
    """The proxy's answer to exactly these bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", httpx.URL(url).port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def test_plain_http_passes_without_the_proxys_headers(
    run: Callable[..., str], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/a").respond_with_handler(
        lambda r: Answer(f"{r.host} {r.query_string.decode()} {r.headers.get('Proxy-Authorization')}")
    )
    with httpx.Client(proxy=run().replace("http://", "http://user:pw@")) as client:
        assert (
            client.get(f"http://feed.test:{httpserver.port}/a?b=1").text
            == f"feed.test:{httpserver.port} b=1 None"
        )
        assert client.post(f"http://feed.test:{httpserver.port}/a", content=b"x" * 300_000).status_code == 200


def test_https_passes_through_a_tunnel(
    run: Callable[..., str], secure: Callable[..., SecureServer], certificate: Path
) -> None:
    server = secure("http/1.1")
    with httpx.Client(proxy=run(), verify=ssl.create_default_context(cafile=str(certificate))) as client:
        assert client.get(f"https://feed.test:{server.port}/").text == "Hello over HTTP/1.1"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"CONNECT 169.254.169.254:80 HTTP/1.1", b"403"),
        (b"CONNECT [::ffff:127.0.0.1]:443 HTTP/1.1", b"403"),
        (b"CONNECT user@example.org:443 HTTP/1.1", b"403"),
        (b"CONNECT inside.test:443 HTTP/1.1", b"502"),
        (b"CONNECT example.org HTTP/1.1", b"400"),
        (b"GET http://10.0.0.1/ HTTP/1.1", b"403"),
        (b"GET http://127.0.0.1\\@example.org/ HTTP/1.1", b"403"),
        (b"GET https://example.org/ HTTP/1.1", b"400"),
        (b"GET / HTTP/1.1", b"400"),
        (b"GET http://ex\xe4mple.org/ HTTP/1.1", b"400"),
        (b"rubbish", b"400"),
    ],
)
def test_what_is_not_public_or_not_http_is_refused(
    run: Callable[..., str], request_line: bytes, status: bytes
) -> None:
    assert said(run(), request_line + b"\r\nHost: x\r\n\r\n").split(b" ")[1] == status


def test_a_name_that_leads_inside_is_refused(run: Callable[..., str], httpserver: HTTPServer) -> None:
    url = run(Guard(resolver=lambda host, port, seconds: ["127.0.0.1"]))
    assert said(url, b"CONNECT feed.example.org:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")
    assert said(url, b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")
    assert httpserver.log == []


def test_a_connection_ends_when_its_bytes_are_used_up(run: Callable[..., str], raw_server: RawStart) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 5_000_000)
    answer = said(run(max_bytes=1_000_000), f"GET {server.url} HTTP/1.1\r\n\r\n".encode())
    assert len(answer) <= 1_000_000


def test_a_connection_ends_when_its_time_is_up(run: Callable[..., str], raw_server: RawStart) -> None:
    over = threading.Event()

    def silent(request: bytes) -> Iterator[bytes]:
        over.wait(30)
        yield b""

    server = raw_server(by=silent)
    assert said(run(seconds=0.1), f"GET {server.url} HTTP/1.1\r\n\r\n".encode()) == b""
    over.set()


def test_a_head_that_never_ends_is_cut(run: Callable[..., str]) -> None:
    assert said(run(), b"GET http://feed.test/ HTTP/1.1\r\n" + b"X: y\r\n" * 50_000) == b""


def test_more_connections_than_allowed_are_refused(run: Callable[..., str]) -> None:
    assert said(run(most=0), b"CONNECT feed.test:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 503")


def test_a_closed_port_is_a_bad_gateway(run: Callable[..., str], raw_server: RawStart) -> None:
    server = raw_server()
    server.close()
    assert said(run(), f"GET {server.url} HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 502")


def test_a_name_that_takes_too_long_is_a_gateway_timeout(run: Callable[..., str]) -> None:
    def slow(host: str, port: int, seconds: float) -> list[str]:
        raise TimedOut("slow")

    assert said(run(Guard(resolver=slow)), b"CONNECT slow.example.org:443 HTTP/1.1\r\n\r\n").startswith(
        b"HTTP/1.1 504"
    )


def test_an_upstream_proxy_is_asked_for_the_checked_address(
    run: Callable[..., str], raw_server: RawStart
) -> None:
    upstream = raw_server(by=tunnel, keep=True)
    guard = Guard(resolver=lambda host, port, seconds: ["93.184.215.14"])
    url = run(guard, upstream=ProxyPool([Proxy(host="127.0.0.1", port=upstream.port)]), seconds=5.0)
    with httpx.Client(proxy=url) as client:
        assert client.get("http://feed.example.org/x").text == "behind"
    assert upstream.asked[0].startswith(b"CONNECT 93.184.215.14:80 HTTP/1.1\r\n")
    assert upstream.asked[1].startswith(b"GET /x HTTP/1.1\r\nHost: feed.example.org\r\nConnection: close\r\n")


def test_it_counts_and_closes_what_it_is_told_to(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    proxy = GuardedProxy(LOCAL, closed=["chatter.test"])
    with proxy.running() as url, httpx.Client(proxy=url) as client:
        assert client.get(httpserver.url_for("/").replace("localhost", "127.0.0.1")).text == "ok"
        assert client.get("http://chatter.test/").status_code == 403
        assert client.get("http://10.0.0.1/").status_code == 403
        assert client.get("http://unknown.test/").status_code == 502
    assert {name: proxy.counts[name] for name in ("opened", "closed", "refused", "failed")} == {
        "opened": 1, "closed": 1, "refused": 1, "failed": 1,
    }  # fmt: skip
    assert list(proxy.refused) == ["10.0.0.1"]
    assert proxy.counts["bytes"] > 2


def test_all_connections_together_have_a_bound(raw_server: RawStart) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 600_000)
    with GuardedProxy(LOCAL, total_bytes=1_000_000).running() as url:
        first, second = (len(said(url, f"GET {server.url} HTTP/1.1\r\n\r\n".encode())) for _ in range(2))
    assert first > 600_000 > second
