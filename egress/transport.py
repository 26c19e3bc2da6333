"""Opens connections: to an address that the guard has just checked, within one deadline.

Through outgoing proxies where configured.
"""

import contextlib
import ssl
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from egress.addresses import Address
from egress.guard import Guard
from egress.pool import ProxyPool
from egress.proxies import Proxy, ProxyBroken, ask_tunnel

MOST_ADDRESSES = 4
#: At most so many proxies are tried for one connection.
MOST_PROXIES = 3


class Deadline:
    """When one whole request must be over, on a monotonic clock. An HTTP client and its streams share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        self._end = self._clock() + seconds

    def extend(self, seconds: float) -> None:
        """Add time that was spent waiting for our own limits."""
        self._end += seconds

    def remaining(self) -> float:
        """Seconds left, at least 0.0."""
        return max(0.0, self._end - self._clock())

    def bound(self, seconds: float | None) -> float:
        """`seconds`, or the remaining time if that is less."""
        left = self.remaining()
        return left if seconds is None else min(seconds, left)


class DeadlineStream(httpcore.NetworkStream):
    """A stream whose every read and write ends with the deadline, so that a slow server cannot hold us."""

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


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks and connects in one step, so that a name cannot be rebound after the check.

    With proxies the tunnel is requested by address too, so that they resolve nothing; a dead one is skipped.
    TLS still verifies the name.
    """

    def __init__(self, guard: Guard, deadline: Deadline, *, pool: ProxyPool | None = None) -> None:
        self._guard = guard
        self._deadline = deadline
        self._pool = pool
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers.

        Each but the last may take half of the remaining time.
        """
        started = Deadline()
        started.start(self._deadline.bound(timeout))
        *others, last = self._guard.addresses(host, port, seconds=started.remaining())[:MOST_ADDRESSES]
        for address in others:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._open(address, port, max(0.001, started.remaining() / 2))
        return self._open(last, port, max(0.001, started.remaining()))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Refuse Unix sockets: nothing on this machine is a public site."""
        raise httpcore.ConnectError("Unix sockets are refused")

    def _open(self, address: Address, port: int, seconds: float) -> httpcore.NetworkStream:
        if self._pool is None:
            return DeadlineStream(
                self._network.connect_tcp(str(address), port, timeout=seconds), self._deadline
            )
        target = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        broken = ProxyBroken("no outgoing proxy was tried")
        for _ in range(min(len(self._pool), MOST_PROXIES)):
            proxy = self._pool.pick()
            try:
                return self._through(proxy, self._pool, target, seconds)
            except ProxyBroken as error:
                self._pool.failed(proxy, str(error))
                broken = error
        self._pool.check(because=str(broken))
        raise broken

    def _through(self, proxy: Proxy, pool: ProxyPool, target: str, seconds: float) -> httpcore.NetworkStream:
        try:
            stream = DeadlineStream(
                self._network.connect_tcp(proxy.host, proxy.port, timeout=seconds), self._deadline
            )
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise ProxyBroken(f"no connection to the proxy: {error}") from error
        try:
            ask_tunnel(stream, proxy, target, seconds)
        except ProxyBroken:
            stream.close()
            raise
        except (httpcore.ReadError, httpcore.WriteError) as error:
            stream.close()
            raise ProxyBroken(f"the proxy hung up: {error}") from error
        except httpcore.ProxyError:
            stream.close()
            pool.worked(proxy)  # it answered as a proxy: the failure lies behind it
            raise
        except Exception:
            stream.close()
            raise
        pool.worked(proxy)
        return stream


@lru_cache(maxsize=1)
def default_tls() -> ssl.SSLContext:
    """Certificates of certifi, or of SSL_CERT_FILE. Cached, since building takes about 20 ms."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool that connects through `backend`.

    One idle connection for each host, HTTP/2 where the host offers it. httpx has no argument for a network
    backend, so its constructor is not called. The transport is used without httpx.Client, which would log
    whole URLs, keep cookies and read proxies from the environment.
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
