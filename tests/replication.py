"""A primary and its streaming replica, both of the embedded PostgreSQL, on sockets below /tmp."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import database_url, postgres
from config.embedded.postgres import Postgres

PATIENCE = 60.0


class Pair:
    """The two servers. Each keeps its data in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        # with the log of a server that has replicas, and with the disk: what is seen is flushed
        self.primary = Postgres(folder / "primary", archive=True)
        self.replica = Postgres(folder / "replica", archive=True)

    def start(self, dump: str) -> None:
        """Start both, with what `dump` (SQL) makes."""
        self.primary.start()
        _ran("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", self.url, input=dump)
        self.replica.home.mkdir(parents=True)
        words = ("-h", str(self.primary.sockets), "-U", "nocturne", "-D", str(self.replica.data))
        _ran("pg_basebackup", *words, "-R", "-X", "stream", "-c", "fast")
        self.replica.start()

    def stop(self) -> None:
        """Stop both."""
        for server in (self.replica, self.primary):
            server.stop()

    @property
    def url(self) -> str:
        """The primary's."""
        return database_url(self.primary.var)

    @property
    def replica_url(self) -> str:
        """The replica's."""
        return database_url(self.replica.var)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of `statement` at the primary, where it has any."""
        return _rows(self.url, statement)

    def run_at_replica(self, statement: str) -> list[tuple[Any, ...]]:
        """The same at the replica."""
        return _rows(self.replica_url, statement)

    def pause(self) -> None:
        """Return when the replica replays nothing more, until `pg_wal_replay_resume()`."""
        self.run_at_replica("SELECT pg_wal_replay_pause()")
        asked = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        assert postgres._wait(lambda: bool(self.run_at_replica(asked)[0][0]), PATIENCE), "the replica goes on"

    def catch_up(self) -> None:
        """Return when the replica has replayed what the primary has committed by now."""
        [(end,)] = self.run("SELECT pg_current_wal_flush_lsn()::text")
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"
        assert postgres._wait(lambda: bool(self.run_at_replica(asked)[0][0]), PATIENCE), (
            "the replica does not catch up"
        )


@contextmanager
def pair(source: str) -> Iterator[Pair]:
    """The two, with the schema of the database at `source` and the first epoch of the outbox."""
    dump = _ran("pg_dump", "--schema-only", "--no-owner", "-d", source)
    dump += _ran("pg_dump", "--data-only", "--no-owner", "-t", "django_migrations", "-d", source)
    dump += (
        "INSERT INTO public.outbox_epoch (id, epoch, last_number, pruned_to, started_at)"
        " VALUES (1, 'first', 0, 0, now());\n"
    )
    folder = Path(tempfile.mkdtemp(prefix="nocturne-pair-"))
    folder.chmod(0o755)
    found = Pair(folder)
    try:
        found.start(dump)
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def _ran(program: str, *words: str, input: str = "") -> str:
    done = subprocess.run(
        [str(postgres._binaries() / program), *words],
        input=input,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
