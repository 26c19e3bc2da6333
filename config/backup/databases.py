"""Restores a dump as another database of the same server, and renames it when it is ready."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO, Any, Final

import psycopg
from django.db import connection
from psycopg import sql

from config.backup import programs
from config.backup.errors import BackupError
from config.backup.pointing import pointed_at

_CLOSING_SECONDS: Final = 3.0


def restore_dump(content: IO[bytes], *, repair: Callable[[], Any], replace: bool) -> str:
    """Restore `content`, repair it, and switch. Returns the name under which the former database is kept, or ''.

    Raises BackupError where others are connected, the database holds something and `replace` is false, or the user may not create one.
    """
    name = str(connection.settings_dict["NAME"])
    beside = f"{name}_restoring"
    connection.close()
    with _server() as server:
        is_held = _holds_something(server, name)
        if is_held and not replace:
            raise BackupError(f"The database {name} is not empty: --replace keeps it under another name")
        _require_alone(server, name)
        _create(server, beside)
        params = programs.parameters(dbname=beside)
        env = programs.environment(params)
        words = ("--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={beside}")
        programs.feed("pg_restore", *words, env=env, content=content)
        with pointed_at({"NAME": beside}):
            repair()
        _require_alone(server, name)
        return _switch(server, name, beside, keep=is_held)


def require_alone() -> None:
    """Refuse where somebody else is connected to Django's database."""
    connection.close()
    with _server() as server:
        _require_alone(server, str(connection.settings_dict["NAME"]))


def _switch(server: psycopg.Connection, name: str, beside: str, *, keep: bool) -> str:
    former = f"{name}_before_{datetime.now(UTC):%Y%m%d%H%M%S}" if keep else ""
    with server.transaction():
        if _exists(server, name):
            _alter(server, name, former or f"{name}_empty")
        _alter(server, beside, name)
    if not former:
        _drop(server, f"{name}_empty")
    return former


def _server() -> psycopg.Connection:
    try:
        return psycopg.connect(**programs.parameters(dbname="postgres"), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupError(f"The database server does not answer: {str(error).splitlines()[0]}") from error


def _create(server: psycopg.Connection, name: str) -> None:
    _drop(server, name)
    try:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupError(
            "The user of DATABASE_URL may not create a database: as an administrator run ALTER ROLE … CREATEDB, for the restore only"
        ) from error


def _alter(server: psycopg.Connection, name: str, new: str) -> None:
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new))
    )


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _require_alone(server: psycopg.Connection, name: str) -> None:
    """Wait for sessions that were just closed, then refuse where somebody is connected."""
    until = time.monotonic() + _CLOSING_SECONDS
    while others := _connected(server, name):
        if time.monotonic() > until:
            raise BackupError(
                f"{others} connections to {name} are open: stop every process of Nocturne, then restore"
            )
        time.sleep(0.05)


def _connected(server: psycopg.Connection, name: str) -> int:
    found = server.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [name]
    ).fetchone()
    return int(found[0]) if found else 0


def _holds_something(server: psycopg.Connection, name: str) -> bool:
    if not _exists(server, name):
        return False
    with psycopg.connect(**programs.parameters(dbname=name)) as there:
        found = there.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone()
    return bool(found and found[0])
