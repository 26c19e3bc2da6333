"""The drill: a machine that writes, is backed up and is lost; an empty one that takes over.

Run as a program it is the writer: it commits changes one after the other and prints the number of each after its commit.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import psycopg

from config.backup import programs
from config.backup.streams import new_identity
from config.embedded import Embedded
from config.embedded.paths import PROJECT
from tests.ports import free_port

KEYS = {"SECRET_KEY": "drill" * 12, "FIELD_ENCRYPTION_KEYS": "field-" * 8, "LOOKUP_KEY": "lookup" * 8}
PATIENCE = 120.0
_LOOP = """
import sys, uuid, django
django.setup()
from django.db import transaction
from outbox.records import NewChange
from outbox.services import record
number = 0
while True:
    number += 1
    with transaction.atomic():
        record([NewChange(type="system.notice", object_type="drill", object_id=uuid.uuid4(), topics=("events:all",), data={"n": number})])
    print(number, flush=True)
"""


class Machine:
    """An installation of its own below `folder`, with the keys of the drill."""

    def __init__(self, folder: Path, backups: Path, identity: str, recipient: str) -> None:
        self.services = Embedded(folder, valkey=False, archive=True)
        kept = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "NOCTURNE_TEST_DB")
        }
        self.environment = {
            **kept, **KEYS, "NOCTURNE_MODE": "local", "NOCTURNE_VAR": str(folder), "BACKUP_TO": str(backups), "BACKUP_WAL": "true",
            "BACKUP_RECIPIENTS": recipient, "BACKUP_IDENTITY": identity, "LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip

    def manage(self, *words: str) -> dict:
        """Run a command; its last line."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *words],
            cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def numbers(self) -> list[int]:
        """What the writer committed, in the database."""
        with psycopg.connect(self.services.database_url) as connection:
            rows = connection.execute(
                "SELECT (data->>'n')::int FROM outbox_change WHERE object_type = 'drill' ORDER BY 1"
            )
            return [row[0] for row in rows.fetchall()]

    def moment(self) -> datetime:
        """The time by its database; the tests' own clock stands still."""
        with psycopg.connect(self.services.database_url) as connection:
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            assert row is not None
            return row[0]

    @contextmanager
    def web(self) -> Iterator[str]:
        """A web process; yields its address."""
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "config.web"],
            cwd=PROJECT,
            env={**self.environment, "PORT": str(port)},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: _answers(address), "the web process answers")
            yield address
        finally:
            process.terminate()
            process.wait()


class Writer:
    """Commits changes until it is killed."""

    def __init__(self, machine: Machine) -> None:
        words = [sys.executable, "-W", "ignore", "-c", _LOOP]
        self._process = subprocess.Popen(
            words,
            cwd=PROJECT,
            env=machine.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.committed = 0
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, more: int) -> int:
        """Wait for so many further commits; returns the newest number."""
        wanted = self.committed + more
        until(lambda: self.committed >= wanted, "the writer commits")
        return self.committed

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.committed = int(line)


def copy_schema(machine: Machine) -> None:
    """Give a machine the tests' migrated database, without waiting for the migrations."""
    url = machine.services.database_url
    dump = subprocess.run(
        [programs.path("pg_dump"), "--no-owner"], env=programs.environment(), capture_output=True, check=True
    )
    subprocess.run(
        [programs.path("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
        input=dump.stdout,
        capture_output=True,
        check=True,
    )


def two_machines(folder: Path) -> tuple[Machine, Machine]:
    """The first one and the one that takes over."""
    identity, recipient = new_identity()
    first, second = (
        Machine(folder / name, folder / "backups", identity, recipient) for name in ("first", "second")
    )
    return first, second


def resumed(address: str, epoch: str) -> str:
    """What the live feed first says to a reader that comes back with an old position."""
    headers = {"Last-Event-ID": f"{epoch}-3"}
    with httpx.stream(
        "GET", f"{address}/api/v1/live?topics=events:all", headers=headers, timeout=PATIENCE
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:") and '"subscribed"' in line:
                return line
    raise AssertionError("the feed ended")


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        time.sleep(0.02)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False
