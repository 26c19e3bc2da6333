"""Restores a base backup of the embedded PostgreSQL in a folder beside the data, up to a moment, and moves it in place."""

import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, Protocol

from django.db import connection
from environ import Env

from config.backup import wal
from config.backup.errors import BackupError
from config.backup.manifest import Manifest
from config.backup.places import Place
from config.backup.pointing import pointed_at
from config.embedded import Embedded, EmbeddedError, database_url
from config.embedded.postgres import Postgres

#: A log of a day replays in minutes.
_START_SECONDS: Final = 3600.0


class Request(Protocol):
    """What is restored: from where, with which key, up to which moment."""

    place: Place
    manifest: Manifest
    identity: str
    until: datetime | None


def restore_base(
    content: IO[bytes], asked: Request, services: Embedded, *, repair: Callable[[], Any], replace: bool
) -> tuple[str, str]:
    """Restore the tar of a base backup, replay the log, repair, switch. Returns the folder of the former data ('' for none), and the
    moment of the last commit that was replayed.

    The lock of the services is held. Raises BackupError where there is data and `replace` is false, or the log does not reach `until`.
    """
    data = services.postgres.data
    if data.exists() and not replace:
        raise BackupError(f"{data} is not empty: --replace keeps it under another name")
    beside = services.var / "restoring"
    shutil.rmtree(beside, ignore_errors=True)
    fresh = Postgres(beside, seconds=_START_SECONDS)
    _unpack(content, fresh.data)
    segments = beside / "segments"
    segments.mkdir(mode=0o755)
    manifest = asked.manifest
    wal.collect(asked.place, manifest.system, manifest.first_segment, segments, asked.identity)
    _configure(fresh.data, segments, asked.until)
    point = _repaired(fresh, manifest, repair)
    former = _switch(fresh.data, data)
    shutil.rmtree(beside)
    return former, point


def _repaired(server: Postgres, manifest: Manifest, repair: Callable[[], Any]) -> str:
    server.var.chmod(0o755)  # another user may run it (root does not)
    try:
        server.start()
    except EmbeddedError as error:
        raise BackupError(f"The log cannot be replayed: {error} ({server.log})") from error
    try:
        with pointed_at(Env.db_url_config(database_url(server.var))):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_last_xact_replay_timestamp()")
                last = cursor.fetchone()[0]
            repair()
    finally:
        server.stop()
    return last.isoformat() if last else manifest.ended


def _unpack(content: IO[bytes], data: Path) -> None:
    data.mkdir(parents=True, mode=0o700)
    with tarfile.open(fileobj=content, mode="r|") as tar:
        tar.extractall(data, filter="data")
    for path in (data, *(each for each in data.rglob("*") if each.is_dir())):
        path.chmod(0o700)


def _configure(data: Path, segments: Path, until: datetime | None) -> None:
    """Tell the server where the log is and where to stop (postgresql.auto.conf is read last, and once)."""
    said = [
        f'restore_command = \'cp "{segments}/%f" "%p"\'',
        "recovery_target_action = 'promote'",
        "hot_standby = off",
    ]
    if until is not None:
        said.append(f"recovery_target_time = '{until.astimezone(UTC).isoformat()}'")
    (data / "postgresql.auto.conf").write_text("\n".join(said) + "\n")
    (data / "recovery.signal").touch()


def _switch(fresh: Path, data: Path) -> str:
    (fresh / "postgresql.auto.conf").write_text("")
    former = ""
    if data.exists():
        kept = data.with_name(f"data.before-{datetime.now(UTC):%Y%m%d%H%M%S}")
        data.rename(kept)
        former = str(kept)
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh.rename(data)
    return former
