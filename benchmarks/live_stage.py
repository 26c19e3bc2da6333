"""A separate database and live server for the benchmarks of the live feed."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from benchmarks import bare_server, plain_channels
from benchmarks.live_readers import Endpoint

#: The data of the benchmark's changes, and the topics of its readers in turn: each gets every change once.
TOPICS = ("events:all", "events:area:indiranagar", "events:category:music", "events:city:bengaluru")
SUBSCRIPTIONS: tuple[dict[str, Any], ...] = (
    {"topics": ["events:all"]},
    {"topics": ["events:city:bengaluru", "events:category:music"]},
    {"topics": ["events:city:bengaluru"], "filters": {"category": "music", "price_max": 1500}},
    {
        "topics": ["events:city:bengaluru"],
        "filters": {"lat": 12.97, "lng": 77.64, "radius_km": 5, "q": "jaz"},
    },
)
SERVERS: dict[str, tuple[str, ...]] = {
    "daphne": ("config.web",),
    "plain_daphne": ("benchmarks.plain_daphne",),
    "uvicorn": (
        "uvicorn", "--log-level", "warning", "--backlog", "4096", "--ws-per-message-deflate", "false", "--ws-max-size", "65536",
        "--host", "127.0.0.1", "--port", "{port}", "config.asgi:application",
    ),
    "channels": ("daphne", "-v", "0", "-e", "tcp:{port}:interface=127.0.0.1:backlog=4096", "benchmarks.plain_channels:application"),
    "bare": ("benchmarks.bare_server", "{port}"),
    "nchan": (),
}  # fmt: skip
_START_SECONDS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running server; `pids` are its processes."""

    kind: str
    port: int
    pids: tuple[int, ...]

    def endpoint(self) -> Endpoint:
        """Where the readers connect."""
        if self.kind == "channels":
            return Endpoint(port=self.port, ready="hello")
        if self.kind == "nchan":
            return Endpoint(port=self.port, paths=tuple(f"/ws/live?topics={topic}" for topic in TOPICS))
        hosts = ("127.0.0.1", "127.0.0.2") if len(self.pids) > 1 else ("127.0.0.1",)
        return Endpoint(
            port=self.port,
            hosts=hosts,
            says=tuple(json.dumps({"type": "subscribe", **asked}) for asked in SUBSCRIPTIONS),
        )

    def send(self, number: int) -> float:
        """Make one change with `number`. Returns the moment (monotonic) right after COMMIT."""
        if self.kind == "bare":
            return bare_server.send(self.port, _card(number))
        if self.kind == "channels":
            return plain_channels.send(_card(number))
        return _commit(number)

    def rss_mb(self) -> float:
        """The present memory of all its processes."""
        return sum(_memory(pid, "VmRSS:") for pid in self._all())

    def peak_rss_mb(self) -> float:
        """The peak memory of its processes, each at its own time."""
        return round(sum(_memory(pid, "VmHWM:") for pid in self._all()), 1)

    def cpu_seconds(self) -> float:
        """Their processor time so far, user and system."""
        return sum(_cpu_seconds(pid) for pid in self._all())

    def _all(self) -> list[int]:
        """The processes with their children, since nginx works in a child."""
        return [
            each
            for pid in self.pids
            for each in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
        ]


def _memory(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return round(
        int(next(line.split()[1] for line in status.splitlines() if line.startswith(name))) / 1024, 1
    )


def _cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def live_stage(kind: str, *, processes: int = 1) -> Iterator[Server]:
    """A migrated database, Django configured for it, and a server of `kind` on a free port.

    With `processes` several of Daphne share the port. Removed afterwards. The bare server has no database.
    """
    from config.services import wanted_services

    if kind == "bare":
        with _server(kind) as server:
            yield server
        return

    services = wanted_services()
    services.acquire()
    try:
        base = os.environ.get("DATABASE_URL") or services.database_url
        name = f"nocturne_bench_{secrets.token_hex(4)}"
        _run_sql(base, f'CREATE DATABASE "{name}"')
        try:
            os.environ |= {
                "DATABASE_URL": urlunsplit(urlsplit(base)._replace(path=f"/{name}")),
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "CACHE_PREFIX": name,
                "LOG_LEVEL": "WARNING",
            }
            _migrate()
            with _several(processes) if processes > 1 else _server(kind) as server:
                yield server
        finally:
            _run_sql(base, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        services.release()


def _run_sql(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def _server(kind: str) -> Iterator[Server]:
    port = _free_port()
    if kind == "nchan":
        with _nchan(port) as pids:
            yield Server(kind=kind, port=port, pids=pids)
        return
    with _process("-m", *(word.format(port=port) for word in SERVERS[kind]), PORT=str(port)) as process:
        _wait_for(process, lambda: _listens(port))
        yield Server(kind=kind, port=port, pids=(process.pid,))


@contextmanager
def _several(processes: int) -> Iterator[Server]:
    """Web processes with one listening socket, at all addresses of this machine."""
    with socket.socket() as listening, ExitStack() as running:
        listening.bind(("0.0.0.0", 0))
        listening.listen(4096)
        listening.set_inheritable(True)
        port = int(listening.getsockname()[1])
        serve = f"from config import web; web.serve(web.shared({listening.fileno()}))"
        started = []
        for _ in range(processes):
            process = running.enter_context(_process("-c", serve, keep=(listening.fileno(),)))
            _wait_for(process, lambda: _answers(port))
            process.send_signal(signal.SIGSTOP)  # so that the next one answers
            started.append(process)
        for process in started:
            process.send_signal(signal.SIGCONT)
        yield Server(kind="daphne", port=port, pids=tuple(process.pid for process in started))


@contextmanager
def _nchan(port: int) -> Iterator[tuple[int, ...]]:
    """nginx with nchan, the application behind it, and the publisher."""
    from config.embedded.nchan import nginx

    app, engine = _free_port(), _free_port()
    places = {"app": f"127.0.0.1:{app}", "listen": f"127.0.0.1:{port}", "engine": f"127.0.0.1:{engine}"}
    setting = {"PORT": str(app), "LIVE_ENGINE": "nchan", "LIVE_NCHAN_URL": f"http://{places['engine']}"}
    with (
        TemporaryDirectory() as folder,
        nginx(Path(folder), **places, connections=12_000) as front,
        _process("-m", *(word.format(port=app) for word in SERVERS["uvicorn"]), **setting) as web,
        _process("manage.py", "publish_live", **setting) as publisher,
    ):
        _wait_for(web, lambda: _listens(app))
        gate = f"http://{places['app']}/_live/gate?topics={TOPICS[0]}"
        until = time.monotonic() + _START_SECONDS
        while httpx.get(gate).headers.get("x-accel-redirect") != "/_live/engine":
            if time.monotonic() > until:
                raise SystemExit("nocturne: the publisher of the benchmark does not come up")
            time.sleep(0.2)
        yield front, web.pid, publisher.pid


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _process(
    *words: str, keep: tuple[int, ...] = (), **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, "DATABASE_POOL": "true", **environment},
        pass_fds=keep,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", is_up: Callable[[], bool]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if is_up():
            return
        time.sleep(0.1)
    raise SystemExit("nocturne: the server of the benchmark does not come up")


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
    except httpx.TransportError:
        return False
    return True


def _commit(number: int) -> float:
    from django.db import transaction
    from uuid_utils.compat import uuid7

    from outbox.records import NewChange
    from outbox.services import record

    moment: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moment.append(time.monotonic()))  # before the hook that numbers changes
        record(
            [
                NewChange(
                    type="event.changed",
                    object_type="event",
                    object_id=uuid7(),
                    topics=TOPICS,
                    data=_card(number),
                )
            ]
        )
    return moment[0]


def _card(number: int) -> dict[str, Any]:
    """Data of a realistic size."""
    return {
        "n": number, "slug": "moonlit-jazz-at-the-blue-room", "title": "Moonlit Jazz at the Blue Room", "start": "2026-11-21T20:00:00+05:30",
        "end": None, "timezone": "Asia/Kolkata", "all_day": False, "time_known": True, "city": "bengaluru", "area": "indiranagar",
        "venue": "Blue Room", "lat": 12.9784, "lng": 77.6408, "category": "music", "tags": ["jazz", "live"], "language": "en", "online": "no",
        "price": {"type": "paid", "min": 499.0, "max": 999.0, "currency": "INR"}, "status": "scheduled", "publication": "approved", "version": 1,
    }  # fmt: skip
