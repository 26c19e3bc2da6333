"""The guarded proxy, for requests of a browser or a spider, which do not use the HTTP client.

It applies the same guard and the same limits of bytes and time, and listens on loopback only.
"""

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

import httpcore
import httpx
import structlog

from egress.exceptions import AddressRefused, TimedOut
from egress.guard import Guard, effective_port
from egress.masking import mask_text
from egress.pool import ProxyPool
from egress.transport import Deadline, GuardedBackend
from pipeline.contract.http_errors import EgressError

log = structlog.get_logger(__name__)

MOST_HEAD = 64 * 1024
PIECE = 64 * 1024
#: At most so many refused hosts are remembered.
MOST_REFUSED = 200
#: Headers of the connection to the proxy, which the site does not get.
_HOP = frozenset({b"proxy-connection", b"proxy-authorization", b"connection", b"keep-alive", b"host"})
_REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class _RefusedError(Exception):
    """The status of the proxy's own answer."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        self.status = status


class GuardedProxy:
    """An HTTP proxy on 127.0.0.1 for public addresses only.

    It accepts CONNECT, and plain http in absolute form (RFC 9110). It connects to the address that the guard
    checked, and uses `upstream` as the HTTP client does. Each connection carries at most `max_bytes` in both
    directions together, all of them `total_bytes`, and lasts at most `seconds`; at most `most` are open at
    once. `counts` has `opened`, `refused`, `failed`, `closed` and `bytes`; `refused` has the first refused
    hosts, with the reason. Hosts in `closed` are refused silently.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        upstream: ProxyPool | None = None,
        max_bytes: int = 64 * 1024 * 1024,
        total_bytes: int = 512 * 1024 * 1024,
        closed: Collection[str] = (),
        seconds: float = 120.0,
        connect_seconds: float = 10.0,
        most: int = 64,
    ) -> None:
        self._guard = guard
        self._backend = GuardedBackend(guard, Deadline(), pool=upstream)
        self._max_bytes, self._seconds, self._connect_seconds, self._most = (
            max_bytes,
            seconds,
            connect_seconds,
            most,
        )
        self._total = total_bytes
        self._closed = frozenset(closed)
        self._open = 0
        self.counts: Counter[str] = Counter()
        self.refused: dict[str, str] = {}

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Serve in a thread during the block; yields `http://127.0.0.1:PORT`."""
        listener = socket.create_server(("127.0.0.1", 0))
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()
        thread = threading.Thread(
            target=loop.run_until_complete,
            args=(self._serve(listener, stop),),
            name="egress-proxy",
            daemon=True,
        )
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()

    async def _serve(self, listener: socket.socket, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._accept, sock=listener, limit=MOST_HEAD)
        await stop.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._handle(reader, writer)
        except _RefusedError as refused:
            writer.write(
                f"HTTP/1.1 {refused.status} {refused}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side closed, sent too much, or took too long: a proxy can only end the connection
        finally:
            self._open -= 1
            writer.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open > self._most:
            raise _RefusedError(503)
        url, head = self._read_head(await reader.readuntil(b"\r\n\r\n"))
        try:
            connection = await asyncio.to_thread(self._connect, url)
        except (EgressError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProxyError) as error:
            self._note(url.host, mask_text(str(url)), str(error), refused=isinstance(error, AddressRefused))
            raise _RefusedError(_status(error)) from None
        self.counts["opened"] += 1
        site_reader, site_writer = await asyncio.open_connection(sock=connection, limit=MOST_HEAD)
        try:
            if head:
                site_writer.write(head)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._carry(reader, writer, site_reader, site_writer, len(head))
        finally:
            site_writer.close()

    def _read_head(self, raw: bytes) -> tuple[httpx.URL, bytes]:
        """The target, and the request's head for the site: empty for a tunnel.

        One request for each connection.
        """
        line, *fields = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
        words = line.split(b" ")
        if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            raise _RefusedError(400)
        tunnel = words[0] == b"CONNECT"
        try:
            target = words[1].decode("ascii")
            if not (":" in target if tunnel else target.lower().startswith("http://")):
                raise _RefusedError(400)
            url = self._guard.check_url(f"https://{target}/" if tunnel else target)
        except UnicodeDecodeError:
            raise _RefusedError(400) from None
        except AddressRefused as error:
            self._note(_host(target, tunnel=tunnel), error.url, error.detail, refused=True)
            raise _RefusedError(403) from None
        if url.host in self._closed:
            self.counts["closed"] += 1
            raise _RefusedError(403)
        if tunnel:
            return url, b""
        kept = [field for field in fields if field.split(b":")[0].strip().lower() not in _HOP]
        lines = [
            b" ".join([words[0], url.raw_path, b"HTTP/1.1"]),
            b"Host: " + url.netloc,
            b"Connection: close",
            *kept,
        ]
        return url, b"\r\n".join(lines) + b"\r\n\r\n"

    def _note(self, host: str, url: str, reason: str, *, refused: bool) -> None:
        log.warning("egress.proxy_refused", url=url, reason=reason[:200])
        self.counts["refused" if refused else "failed"] += 1
        if refused and len(self.refused) < MOST_REFUSED:
            self.refused.setdefault(host.lower(), reason)

    def _connect(self, url: httpx.URL) -> socket.socket:
        host = url.raw_host.decode("ascii")
        stream = self._backend.connect_tcp(host, effective_port(url), timeout=self._connect_seconds)
        connection: socket.socket = stream.get_extra_info("socket")
        connection.setblocking(False)
        return connection

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        site_reader: asyncio.StreamReader,
        site_writer: asyncio.StreamWriter,
        carried: int,
    ) -> None:
        """Copy in both directions until the site closes, or the bytes are used up."""
        left = self._max_bytes - carried

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            nonlocal left
            while data := await source.read(PIECE):
                left -= len(data)
                self.counts["bytes"] += len(data)
                if left < 0 or self.counts["bytes"] > self._total:
                    site_writer.transport.abort()
                    writer.transport.abort()
                    return
                sink.write(data)
                await sink.drain()
            if sink.can_write_eof():
                sink.write_eof()

        upward = asyncio.create_task(pump(reader, site_writer))
        try:
            await pump(site_reader, writer)
        finally:
            upward.cancel()
            await asyncio.gather(upward, return_exceptions=True)


def _host(target: str, *, tunnel: bool) -> str:
    """The host of a refused target, if it can be parsed."""
    try:
        return (urlsplit(f"//{target}" if tunnel else target).hostname or "")[:253]
    except ValueError:
        return ""


def _status(error: Exception) -> int:
    if isinstance(error, AddressRefused):
        return 403
    return 504 if isinstance(error, TimedOut | httpcore.TimeoutException) else 502
