"""A separate installation for chaos.

PostgreSQL and Valkey that may be killed and wiped, real servers, a writer. Never the shared test services.
"""

import asyncio
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.db import connection as test_connection

from config.embedded import Embedded, database_url, postgres
from config.embedded.paths import PROJECT
from tests.environment import MARK, given

#: For what must come sooner or later: on a machine three times slower, under coverage, with neighbours.
PATIENCE = 120.0
#: All sizes as the issue has them (`make chaos-live`).
FULL = os.environ.get("CHAOS_FULL") == "1"
SETTINGS = (
    "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'",
    "ALTER SYSTEM SET pg_stat_statements.track_utility = off",
)


def wait(question: Callable[[], Any], what: str, patience: float = PATIENCE, pause: float = 0.02) -> Any:
    """The first true result of `question`, asked again after each `pause`, in seconds."""
    end = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < end, f"{what}: not within {patience:.0f} s"
        time.sleep(pause)
    return answer


class Process:
    """A child of the nursery."""

    def __init__(self, kind: str, pid: int, port: int, log: Path) -> None:
        self.kind, self.pid, self.log = kind, pid, log
        self.address = ("127.0.0.1", port)

    def lives(self) -> bool:
        """Whether it runs; the nursery reaps dead children at once."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def kill(self) -> None:
        """Send SIGKILL: nothing is cleaned up."""
        os.kill(self.pid, signal.SIGKILL)
        wait(lambda: not self.lives(), "a killed process is gone")

    async def retire(self) -> None:
        """Send SIGTERM, like a supervisor, and wait for its end while readers in this event loop continue."""
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while self.lives():
            assert time.monotonic() < end, (
                f"{self.kind} does not end after SIGTERM, its log says: {self.said()}"
            )
            await asyncio.sleep(0.02)

    def memory(self) -> int:
        """Bytes of its own, without those shared with the nursery."""
        rows = dict(
            line.split(":", 1) for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        )
        return sum(int(rows[name].split()[0]) for name in ("Private_Dirty", "Private_Clean")) * 1024

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


class Writer:
    """A client of the writer process (`writer.py`)."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._socket = socket.create_connection(process.address, timeout=PATIENCE * 2)
        self._lines = self._socket.makefile("rw")

    def __call__(self, what: str, **more: Any) -> Any:
        """The result of `writer.what(**more)`."""
        self.begin(what, **more)
        return self.finish()

    def begin(self, what: str, **more: Any) -> None:
        """Send the request without waiting."""
        self._lines.write(json.dumps({"do": what, **more}) + "\n")
        self._lines.flush()

    def poll(self) -> bool:
        """Whether `finish` would not have to wait."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def finish(self) -> Any:
        reported = json.loads(self._lines.readline() or '{"error": "the writer is gone"}')
        assert "answer" in reported, f"the writer failed: {reported}\n{self.process.said()}"
        return reported["answer"]

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


class House:
    """Services, nursery and their processes; `reset` between tests."""

    def __init__(self, folder: Path, schema: str, more: Mapping[str, str]) -> None:
        self.services = Embedded(folder, throwaway=True)
        self.folder = folder
        self.processes: list[Process] = []
        self.services.start()
        for statement in SETTINGS:
            self.run(statement)
        self.services.postgres.stop()
        self.services.postgres.start()
        self.run(
            "ALTER DATABASE nocturne SET synchronous_commit = on"
        )  # a killed PostgreSQL keeps what was committed
        self.run("CREATE EXTENSION pg_stat_statements")
        _psql(self.services.database_url, schema)
        environment = {
            **os.environ, "DATABASE_URL": self.services.database_url, "REDIS_URL": self.services.redis_url, "DATABASE_POOL": "true",
            "DJANGO_SETTINGS_MODULE": "config.settings", "CACHE_PREFIX": "chaos", "LOG_LEVEL": "WARNING", "OMP_NUM_THREADS": "1", **more,
        }  # fmt: skip
        pipe = subprocess.PIPE
        words = [sys.executable, "-W", "ignore", "-m", "tests.realtime.chaos.nursery"]
        self._nursery = subprocess.Popen(
            words, cwd=PROJECT, env=environment, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )
        assert self._nursery.stdout is not None
        assert self._nursery.stdout.readline() == "ready\n", "the nursery did not come up"

    def start(self, kind: str, *, lose: float = 0.0) -> Process:
        """Start a `daphne`, `uvicorn` or `writer`, which accepts connections from now on.

        It loses the share `lose` of its hints.
        """
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        log = self.folder / "log" / f"{kind}-{len(self.processes)}.log"
        self._nursery.stdin.write(json.dumps({"kind": kind, "log": str(log), "lose": lose}) + "\n")
        reported = json.loads(self._nursery.stdout.readline())
        self.processes.append(Process(kind, reported["pid"], reported["port"], log))
        return self.processes[-1]

    def reset(self) -> None:
        """End all processes, and empty the services."""
        for process in self.processes:
            if process.lives():
                process.kill()
        self.services.start()
        self.run(  # without the triggers, since those of the log refuse it
            "DO $$ BEGIN SET LOCAL session_replication_role = replica; EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ') || ' CASCADE'"
            " FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'); END $$"
        )
        self.run(
            "INSERT INTO outbox_epoch (id, epoch, last_number, pruned_to, started_at) VALUES (1, 'first', 0, 0, now())"
        )
        self.wipe()

    def wipe(self) -> None:
        """FLUSHALL."""
        with redis.Redis.from_url(self.services.redis_url) as client:
            client.flushall()

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of `statement`, where it has any."""
        with psycopg.connect(self.services.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def number(self) -> int:
        """The newest number."""
        return int(self.run("SELECT last_number FROM outbox_epoch")[0][0])

    def final_number(self) -> int:
        """The newest number once every committed change has one.

        A writer leaves its changes to another process that numbers at that moment, so `number` may still grow
        after the writer has answered. Blocks the event loop: readers stand still meanwhile. Asks seldom, since
        `statements` counts these questions too.
        """
        wait(lambda: not self.unnumbered(), "all changes get their number", pause=0.25)
        return self.number()

    def unnumbered(self) -> int:
        return int(self.run("SELECT count(*) FROM outbox_change WHERE number IS NULL")[0][0])

    def forget_statements(self) -> None:
        self.run("SELECT pg_stat_statements_reset()")

    def statements(self) -> dict[str, int]:
        """How often each statement (without values) was executed since the last call, the most frequent
        first.
        """
        return dict(self.run(
            "SELECT query, sum(calls)::int FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat%' GROUP BY query ORDER BY 2 DESC"))  # fmt: skip

    def close(self) -> None:
        """End everything, and delete the folder."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)
        self.services.stop()


@contextmanager
def opened(**more: str) -> Iterator[House]:
    """An installation with the schema of the test database, below /tmp since PostgreSQL's user must have access.

    Its processes get `more` as environment.
    """
    dump = subprocess.run(
        _words("pg_dump", "--schema-only", "--no-owner", "-d", _source_url()),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    folder = Path(tempfile.mkdtemp(prefix="nocturne-chaos-"))
    folder.chmod(0o755)
    try:
        house = House(folder, dump.stdout, more)
        try:
            yield house
        finally:
            house.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _source_url() -> str:
    settings = test_connection.settings_dict
    if "DATABASE_URL" in given():
        return f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    return database_url(Path(os.environ[MARK]), settings["NAME"])


def _psql(url: str, script: str) -> None:
    done = subprocess.run(
        _words("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url),
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr


def _words(program: str, *words: str) -> list[str]:
    return [str(postgres._binaries() / program), *words]
