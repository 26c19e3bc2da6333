"""Connections: TLS verifies the name although the address is pinned, HTTP/2 works, proxies get only checked
addresses.
"""

import base64
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import httpcore
import pytest
from pytest_httpserver import HTTPServer

from egress.client import GuardedClient
from egress.exceptions import AddressRefused, BadAnswer, ConnectFailed, ProxiesDown
from egress.guard import Guard
from egress.pool import ProxyPool
from egress.proxies import Proxy
from egress.transport import Deadline, GuardedBackend
from tests.egress.conftest import RawServer, local_names
from tests.egress.tls import SecureServer

MakeHttp = Callable[..., GuardedClient]


@pytest.mark.parametrize(
    ("protocols", "version"), [(("h2", "http/1.1"), b"HTTP/2"), (("http/1.1",), b"HTTP/1.1")]
)
def test_tls_in_both_versions_of_http(
    make_http: MakeHttp,
    secure: Callable[..., SecureServer],
    certificate: Path,
    protocols: tuple[str, ...],
    version: bytes,
) -> None:
    server = secure(*protocols)
    http = make_http(
        tls=ssl.create_default_context(cafile=str(certificate)), resolver=local_names("feed.test")
    )
    assert http.get(f"https://feed.test:{server.port}/").content == b"Hello over " + version
    assert server.names == ["feed.test"]


@pytest.mark.parametrize("mid_body", [True, False])
def test_http2_that_is_none_is_a_bad_answer(
    make_http: MakeHttp,
    secure: Callable[..., SecureServer],
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    mid_body: bool,
) -> None:
    def rubbish(self: SecureServer, connection: ssl.SSLSocket) -> None:
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        while not any(
            isinstance(event, h2.events.RequestReceived)
            for event in state.receive_data(connection.recv(65536))
        ):
            pass
        if mid_body:
            state.send_headers(1, [(":status", "200")])
            state.send_data(1, b"BEGIN:")
        connection.sendall(state.data_to_send() + b"\x00\x00\x04\x00\xff\x00\x00\x00\x05rubbish" * 10)
        connection.recv(65536)

    monkeypatch.setattr(SecureServer, "_http2", rubbish)
    http = make_http(
        tls=ssl.create_default_context(cafile=str(certificate)), resolver=local_names("feed.test")
    )
    with pytest.raises(BadAnswer):
        http.get(f"https://feed.test:{secure('h2').port}/")


def test_a_certificate_for_another_name_or_of_nobody_is_refused_at_once(
    make_http: MakeHttp, secure: Callable[..., SecureServer], certificate: Path
) -> None:
    server = secure("http/1.1")
    trusting = make_http(
        tls=ssl.create_default_context(cafile=str(certificate)), resolver=local_names("other.test")
    )
    with pytest.raises(ConnectFailed, match="CERTIFICATE_VERIFY_FAILED"):
        trusting.get(f"https://other.test:{server.port}/")
    with pytest.raises(ConnectFailed, match="CERTIFICATE_VERIFY_FAILED"):
        make_http(resolver=local_names("feed.test")).get(f"https://feed.test:{server.port}/")
    assert len(server.names) == 2


def test_https_to_http_is_refused_with_credentials_and_followed_without(
    make_http: MakeHttp,
    secure: Callable[..., SecureServer],
    certificate: Path,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    httpserver.expect_request("/plain").respond_with_data("plain")
    target = f"http://feed.test:{httpserver.port}/plain"

    def answer(self: SecureServer, connection: ssl.SSLSocket) -> None:
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())

    monkeypatch.setattr(SecureServer, "_http1", answer)
    url = f"https://feed.test:{secure('http/1.1').port}/"
    http = make_http(
        tls=ssl.create_default_context(cafile=str(certificate)), resolver=local_names("feed.test")
    )
    assert http.get(url).content == b"plain"
    with pytest.raises(AddressRefused, match="https to http"):
        http.get(url, headers={"Authorization": "Bearer t"})
    target += "?token=copied"
    with pytest.raises(AddressRefused, match="https to http"):
        http.get(url)


# --- Through a proxy


def tunnel(request: bytes) -> Iterator[bytes]:
    """The proxy's answer, then that of the site behind it."""
    if request.startswith(b"CONNECT"):
        yield b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
    else:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbehind"


def test_a_proxy_is_asked_for_the_checked_address(
    make_http: MakeHttp, raw_server: Callable[..., RawServer]
) -> None:
    proxy = raw_server(by=tunnel, keep=True)
    http = make_http(
        allow_loopback=False,
        pool=ProxyPool.from_urls([f"http://us%40er:p%3Aw@127.0.0.1:{proxy.port}"]),
        resolver=lambda host, port, seconds: {
            "feed.test.example": ["93.184.215.14"],
            "six.example.org": ["2606:4700::1111"],
        }.get(host, ["10.0.0.1"]),
    )
    assert http.get("http://feed.test.example/x").content == b"behind"
    assert http.get("http://six.example.org/x").content == b"behind"
    with pytest.raises(AddressRefused):
        http.get("http://inside.example.org/")
    connect, get, six, _ = proxy.asked
    assert connect.startswith(b"CONNECT 93.184.215.14:80 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"us@er:p:w") + b"\r\n" in connect
    assert get.startswith(b"GET /x HTTP/1.1\r\nHost: feed.test.example\r\n")
    assert b"Proxy-Authorization" not in get
    assert six.startswith(b"CONNECT [2606:4700::1111]:80 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"x" * 9000, b""]
)
def test_a_proxy_that_does_not_help_is_said_to_be_down(
    make_http: MakeHttp, raw_server: Callable[..., RawServer], said: bytes
) -> None:
    proxy = raw_server(said)
    http = make_http(
        pool=ProxyPool.from_urls([f"http://127.0.0.1:{proxy.port}"]),
        resolver=lambda host, port, seconds: ["93.184.215.14"],
    )
    with pytest.raises(ProxiesDown, match=r"all 1 outgoing proxies are down .* check PROXY_URL") as error:
        http.get("http://feed.example.org/")
    assert error.value.retry_after


@pytest.mark.parametrize(
    "url",
    ["socks5://127.0.0.1:1080", "https://user:hunter2@proxy.example:3128", "http://", "http://host:1/path"],
)
def test_other_kinds_of_proxy_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="PROXY_URL and PROXY_URLS must be") as error:
        Proxy.from_url(url)
    assert "hunter2" not in str(error.value)


def test_a_proxys_usual_port() -> None:
    assert Proxy.from_url("http://proxy.example/") == Proxy(host="proxy.example", port=3128)


def test_unix_sockets_are_never_connected_to() -> None:
    with pytest.raises(httpcore.ConnectError):
        GuardedBackend(Guard(), Deadline()).connect_unix_socket("/run/docker.sock")
