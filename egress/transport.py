"""How a connection is made: to an address that the guard has just checked, under one deadline, through PROXY_URL where one is set."""

import contextlib
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from egress.addresses import Address
from egress.guard import Guard

MOST_ADDRESSES = 4
PROXY_HEAD = 8192


class Deadline:
    """When the whole of one request must be over, on a clock that never goes back. Shared by a door and its streams."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        self._end = self._clock() + seconds

    def extend(self, seconds: float) -> None:
        """Time that we waited by our own rules does not count."""
        self._end += seconds

    def remaining(self) -> float:
        """Seconds left, 0.0 when none."""
        return max(0.0, self._end - self._clock())

    def bound(self, seconds: float | None) -> float:
        """`seconds`, or what is left where that is less."""
        left = self.remaining()
        return left if seconds is None else min(seconds, left)


class DeadlineStream(httpcore.NetworkStream):
    """A stream whose every read and write ends with the deadline: a server that drips a byte a second cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
        left = self._deadline.bound(timeout)
        if left <= 0:
            raise error("the deadline has passed")
        return left


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """An HTTP proxy that takes CONNECT. `authorization` is the whole header value, '' for none."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def from_url(cls, url: str) -> "Proxy":
        """Read `http://[user:password@]host:port`. ValueError for anything else, without the password in its text."""
        split = urlsplit(url)
        if split.scheme != "http" or not split.hostname or split.path not in ("", "/"):
            raise ValueError("PROXY_URL must be http://[user:password@]host:port")
        authorization = ""
        if split.username:
            pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
            authorization = "Basic " + b64encode(pair.encode()).decode("ascii")
        return cls(host=split.hostname, port=split.port or 3128, authorization=authorization)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks and connects in one step: the address that was checked is the one that is connected to, so a name cannot rebind.

    With a proxy the tunnel is asked for by address too, so that the proxy resolves nothing. TLS still verifies the name.
    """

    def __init__(self, guard: Guard, deadline: Deadline, *, proxy: Proxy | None = None) -> None:
        self._guard = guard
        self._deadline = deadline
        self._proxy = proxy
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers; each but the last may take half of the time that is left."""
        started = Deadline()
        started.start(self._deadline.bound(timeout))
        *others, last = self._guard.addresses(host, port, seconds=started.remaining())[:MOST_ADDRESSES]
        for address in others:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._open(address, port, max(0.001, started.remaining() / 2))
        return self._open(last, port, max(0.001, started.remaining()))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Never: nothing on this machine is a public site."""
        raise httpcore.ConnectError("Unix sockets are refused")

    def _open(self, address: Address, port: int, seconds: float) -> httpcore.NetworkStream:
        if self._proxy is None:
            return DeadlineStream(self._network.connect_tcp(str(address), port, timeout=seconds), self._deadline)
        stream = DeadlineStream(self._network.connect_tcp(self._proxy.host, self._proxy.port, timeout=seconds), self._deadline)
        try:
            _tunnel(stream, self._proxy, f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}", seconds)
        except Exception:
            stream.close()
            raise
        return stream


def _tunnel(stream: httpcore.NetworkStream, proxy: Proxy, target: str, seconds: float) -> None:
    """Ask the proxy for a tunnel (RFC 9110, 9.3.6). Raises httpcore.ProxyError where it does not give one."""
    authorization = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    stream.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n".encode("ascii"), seconds)
    head = b""
    while b"\r\n\r\n" not in head:
        piece = stream.read(PROXY_HEAD, seconds)
        head += piece
        if not piece or len(head) > PROXY_HEAD:
            raise httpcore.ProxyError("the proxy gave no valid answer")
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or words[1] != b"200":
        raise httpcore.ProxyError(f"the proxy answered {words[1:2]!r}")


@lru_cache(maxsize=1)
def default_tls() -> ssl.SSLContext:
    """Certificates of certifi, or of SSL_CERT_FILE. Built once: it takes about 20 ms."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool that connects through `backend`. One idle connection a host, HTTP/2 where the host offers it.

    httpx has no argument for a network backend, so its constructor is not called. The transport is used without httpx.Client, which would
    log whole URLs, keep cookies and read proxies from the environment.
    """

    def __init__(self, backend: httpcore.NetworkBackend, *, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or default_tls(),
            max_connections=8,
            max_keepalive_connections=4,
            keepalive_expiry=15.0,
            http2=True,
            network_backend=backend,
        )
