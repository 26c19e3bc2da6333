"""A database and a live server of their own, for the benchmarks of the live feed."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

SERVERS = {
    "daphne": ("daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application"),
    "uvicorn": (
        "uvicorn",
        "--log-level",
        "warning",
        "--backlog",
        "8192",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        "config.asgi:application",
    ),
}
_START_SECONDS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running server; `pid` is its process."""

    port: int
    pid: int

    def peak_rss_mb(self) -> float:
        """The most memory that the server has held so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return round(int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024, 1)


@contextmanager
def live_stage(kind: str) -> Iterator[Server]:
    """A migrated database, Django in this process set up on it, and a server of `kind` on a free port; all gone afterwards."""
    from config.services import wanted_services

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
            with _server(kind) as server:
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in SERVERS[kind]]
    process = subprocess.Popen([sys.executable, "-m", *words], env={**os.environ, "DATABASE_POOL": "true"})
    try:
        _wait_for(process, port)
        yield Server(port=port, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("nocturne: the server of the benchmark does not come up")
