"""Real servers on loopback and HTTP clients that may reach them.

No test sleeps: waits are injected and recorded.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from egress.addresses import is_public
from egress.client import GuardedClient
from egress.limits import MemoryBreaker, MemoryLimiter
from egress.records import RequestPolicy
from egress.robots import Robots
from tests.egress.hostile import SITE
from tests.egress.tls import SecureServer, write_certificate


class Clock:
    """A clock that is moved explicitly, and by sleeping on it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def local_names(*names: str) -> Callable[[str, int, float], list[str]]:
    """A resolver for `names`, all at 127.0.0.1."""

    def resolver(host: str, port: int, seconds: float) -> list[str]:
        if host not in names:
            raise OSError("unknown")
        return ["127.0.0.1"]

    return resolver


@pytest.fixture
def make_http(clock: Clock) -> Iterator[Callable[..., GuardedClient]]:
    """HTTP clients with everything in memory; policy fields and client arguments by keyword."""
    doors: list[GuardedClient] = []
    fields = set(RequestPolicy.__dataclass_fields__)

    def make(**given: object) -> GuardedClient:
        defaults: dict[str, object] = {
            "validators": {},
            "limiter": MemoryLimiter(clock=clock),
            "robots": Robots(),
            "breaker": MemoryBreaker(clock=clock),
            "allow_loopback": True,
            "sleep": clock.sleep,
            "chance": lambda: 0.5,
        }
        if "quotas_of" in given:  # `quotas` is the policy's
            defaults["quotas"] = given.pop("quotas_of")
        policy = RequestPolicy(
            **({"obey_robots": False} | {key: given.pop(key) for key in list(given) if key in fields})
        )  # type: ignore[arg-type]
        doors.append(GuardedClient(policy, **(defaults | given)))  # type: ignore[arg-type]
        return doors[-1]

    yield make
    for http in doors:
        http.close()


@pytest.fixture(scope="session")
def loopback_server() -> Iterator[HTTPServer]:
    """By address, not by name: `localhost` may lead to ::1 first."""
    with HTTPServer(host="127.0.0.1", port=0) as server:
        yield server


@pytest.fixture
def httpserver(loopback_server: HTTPServer) -> HTTPServer:
    """The plugin's fixture of that name, on 127.0.0.1."""
    loopback_server.clear()
    return loopback_server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for feed.test, with its key."""
    path = tmp_path_factory.mktemp("tls") / "feed.pem"
    write_certificate(path)
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Callable[..., SecureServer]]:
    servers: list[SecureServer] = []

    def start(*protocols: str) -> SecureServer:
        servers.append(SecureServer(certificate, list(protocols)))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def site_counts_as_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address of this machine counts as public; all others are judged as in production."""
    monkeypatch.setattr("egress.guard.is_public", lambda address: str(address) == SITE or is_public(address))


class RawServer:
    """Answers every request with `parts` of bytes, unchanged.

    It stores the requests; with `keep` a connection serves several.
    """

    def __init__(
        self,
        parts: Callable[[bytes], Iterator[bytes]],
        *,
        keep: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._parts = parts
        self._keep = keep
        self._listener = socket.create_server((host, port))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{host}:{self.port}/"
        self.asked: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self.sent = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with (
            connection,
            contextlib.suppress(OSError),
        ):  # the door hangs up, which is what several tests are about
            while self._one(connection) and self._keep:
                pass

    def _one(self, connection: socket.socket) -> bool:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                return False
            request += piece
        self.asked.append(request)
        for part in self._parts(request):
            connection.sendall(part)
            self.sent += len(part)
        return True

    def close(self) -> None:
        # A blocked accept() is only woken by shutdown, not by close.
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)


@pytest.fixture
def raw_server() -> Iterator[Callable[..., RawServer]]:
    """Start a server that sends exactly these bytes.

    `raw_server(b"…", b"…")`, or a generator function of the request.
    """
    servers: list[RawServer] = []

    def start(
        *parts: bytes,
        by: Callable[[bytes], Iterator[bytes]] | None = None,
        keep: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> RawServer:
        servers.append(RawServer(by or (lambda request: iter(parts)), keep=keep, host=host, port=port))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def redirect(httpserver: HTTPServer, path: str, target: str, status: int = 302) -> None:
    httpserver.expect_request(path).respond_with_data("", status=status, headers={"Location": target})
