"""Makes a backup: the database and the stored files, each a stream that is encrypted on its way; then the manifest."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.backup import files, keys, programs, wal
from config.backup.errors import BackupError
from config.backup.manifest import FOLDER, Manifest, Stored
from config.backup.places import Place
from config.backup.streams import Counted, produced, sealed
from config.services import wanted_services

log = structlog.get_logger(__name__)
DUMP, BASE = "dump", "base"
DATABASE: Final = {DUMP: "database.dump.age", BASE: "base.tar.age"}
FILES: Final = "files.tar.age"
#: A key that no other advisory lock of this project uses: one backup at a time.
_LOCK: Final = 7_206_145_130
_READERS: Final[dict[str, tuple[str, ...]]] = {
    DUMP: ("pg_dump", "--format=custom", "-Z3", "--no-owner", "--no-privileges", "--lock-wait-timeout=60000"),
    BASE: ("pg_basebackup", "--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast"),
}


def default_kind() -> str:
    """`base` where the embedded PostgreSQL keeps its log, else `dump`."""
    return BASE if settings.BACKUP_WAL and spool() is not None else DUMP


def spool() -> Path | None:
    """Where the embedded PostgreSQL leaves finished segments of its log; None where DATABASE_URL names another server."""
    services = wanted_services()
    return services.postgres.spool if services.postgres in services.wanted else None


def make(place: Place, *, kind: str, with_files: bool = True) -> Manifest:
    """Make a backup while the site runs. Raises BackupError, also where another one is being made.

    What an interrupted one left is without a manifest, and is deleted with the old ones.
    """
    recipients = keys.recipients()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise BackupError("Another backup is being made")
        try:
            return _make(place, kind, recipients, with_files=with_files)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def ship_log(place: Place, *, finish: bool = False) -> int:
    """Ship the finished segments of the embedded PostgreSQL's log; `finish` finishes the present one first."""
    folder = spool()
    if folder is None or not settings.BACKUP_WAL:
        raise BackupError(
            "Only the embedded PostgreSQL ships its log, with BACKUP_WAL=true; of a managed one use the provider's point-in-time recovery (docs/backup.md)"
        )
    if finish:
        _finish_segment(folder)
    return wal.ship(folder, place, _system(), keys.recipients())


def _make(place: Place, kind: str, recipients: list[str], *, with_files: bool) -> Manifest:
    begun, first, system = datetime.now(UTC), "", ""
    backup_id = f"{begun:%Y%m%dT%H%M%SZ}-{kind}-{secrets.token_hex(3)}"
    facts = _facts()
    if kind == BASE:
        system, first = _system(), _present_segment()
    name, *words = _READERS[kind]
    env = programs.environment()

    def put(file: str, work: Callable[[IO[bytes]], object]) -> Stored:
        content = Counted(sealed(produced(work), recipients))
        place.put(f"{FOLDER}{backup_id}/{file}", content)
        return Stored(name=file, bytes=content.bytes, sha256=content.sha256)

    objects = [put(DATABASE[kind], lambda out: programs.read(name, *words, env=env, out=out))]
    if with_files:
        # after the database: each file that its rows name is there, unless it was deleted since
        objects.append(put(FILES, files.pack))
    if kind == BASE:
        ship_log(place, finish=True)
    manifest = Manifest(
        id=backup_id,
        kind=kind,
        begun=begun.isoformat(),
        ended=datetime.now(UTC).isoformat(),
        recipients=recipients,
        keys=keys.fingerprints(),
        objects=objects,
        system=system,
        first_segment=first,
        **facts,
    )
    manifest.write(place)
    log.info("backup_made", id=backup_id, kind=kind, bytes=manifest.bytes)
    return manifest


def _facts() -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "postgres": _ask("SELECT current_setting('server_version_num')::int"),
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }


def _system() -> str:
    """The identifier of the cluster, which its log has, too."""
    return str(_ask("SELECT system_identifier FROM pg_control_system()"))


def _present_segment() -> str:
    return str(_ask("SELECT pg_walfile_name(pg_current_wal_lsn())"))


def _finish_segment(folder: Path) -> None:
    """Begin another segment and wait (a minute at most) until the one before is archived."""
    segment = str(_ask("SELECT pg_walfile_name(pg_switch_wal())"))
    until = time.monotonic() + 60
    while str(_ask("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver")) < segment:
        if time.monotonic() > until:
            raise BackupError(f"PostgreSQL does not archive its log into {folder}: see its log file")
        time.sleep(0.05)


def _ask(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
