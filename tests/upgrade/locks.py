"""`python -m tests.upgrade.locks APP.NAME… --rows 1000000`: how long a migration holds which lock on a table of so many rows.

In a PostgreSQL of its own. For each migration: the schema of before, rows made by the server in each table that its SQL
names, then the migration itself, while pg_locks is looked at every few milliseconds, then it goes back and forward again.
The rows are of the right types and otherwise nonsense: checks and triggers of before are switched off to make them, and the
checks are there again, not valid, when the migration begins.
Prints a line for each table and lock that makes others wait, and the longest time; exit status 1 above 2 s.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Final

#: Seconds that readers and writers may wait at most.
BOUND: Final = 2.0
#: Locks that make readers (the last) or writers wait.
_HARD: Final = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_LOOK_SECONDS: Final = 0.005
#: A value for each type, from the row's number `n`.
_VALUES: Final = {
    "uuid": "gen_random_uuid()", "bool": "false", "date": "current_date", "timestamptz": "now()", "jsonb": "'{}'", "inet": "'192.0.2.1'",
    "bytea": "int8send(n)", "interval": "interval '0'", "vector": "NULL", "tsvector": "''", "time": "'00:00'", "tstzrange": "'empty'", "float8": "0.5",
}  # fmt: skip


def tables_of(statements: list[str]) -> set[str]:
    """The tables whose rows a migration's statements read, write or lock."""
    named = re.compile(r'(?:ALTER TABLE|UPDATE|DELETE FROM|ON|INTO|REFERENCES) (?:ONLY )?"?([a-z]+_\w+)"?')
    return {found for statement in statements for found in named.findall(statement)}


def fill(link: Any, table: str, rows: int) -> None:
    """Make rows."""
    columns = link.execute(
        "SELECT attname, typname, typcategory, atttypmod FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND attidentity = '' AND (attnotnull OR attname = 'id')",
        [table],
    ).fetchall()
    checks = link.execute(
        "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
        [table],
    ).fetchall()
    for name, *_ in checks:
        link.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    kinds = {"N": "n", "S": "n::text", "A": "'{}'"}
    made = [
        f"left(n::text, {limit - 4})"
        if kind == "varchar" and limit > 4
        else _VALUES.get(kind, kinds.get(category, "NULL"))
        for _, kind, category, limit in columns
    ]
    names = ", ".join(f'"{name}"' for name, *_ in columns)
    link.execute("SET session_replication_role = replica")
    link.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(made)} FROM generate_series(1, {rows}) AS n"
    )  # noqa: S608
    link.execute("RESET session_replication_role")
    for name, kind, says in checks:
        if kind == "c":  # a migration may remove or validate it
            unchecked = says.removesuffix(" NOT VALID")
            link.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {unchecked} NOT VALID')
    link.execute(f"ANALYZE {table}")


class Watch(threading.Thread):
    """Notes how long a backend holds each hard lock."""

    def __init__(self, url: str, pid: int, tables: set[str]) -> None:
        super().__init__(daemon=True)
        self.url, self.pid, self.tables = url, pid, tables
        self.longest: dict[tuple[str, str], float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        """Look until it ended."""
        import psycopg

        since: dict[tuple[str, str], float] = {}
        asked = "SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = %s AND l.granted AND l.mode = ANY(%s)"
        with psycopg.connect(self.url, autocommit=True) as link:
            while not self.ended.wait(_LOOK_SECONDS):
                found = {
                    one
                    for one in link.execute(asked, [self.pid, list(_HARD)]).fetchall()
                    if one[0] in self.tables
                }
                at = time.monotonic()
                since = {one: since.get(one, at) for one in found}
                for one in found:
                    self.longest[one] = max(self.longest.get(one, 0.0), at - since[one])


def measured(label: str, rows: int) -> dict[tuple[str, str], float]:
    """The seconds by table and lock."""
    import psycopg
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    app, name = label.split(".")
    executor = MigrationExecutor(connection)
    migration = executor.loader.get_migration(app, name)
    executor.migrate(list(executor.loader.get_migration(app, name).dependencies))
    executor = MigrationExecutor(connection)
    statements = [
        line for line in executor.loader.collect_sql([(migration, False)]) if not line.startswith("--")
    ]
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as link:
        there = {
            row[0]
            for row in link.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')").fetchall()
        }
        tables = tables_of(statements) & there
        for table in sorted(tables):
            fill(link, table, rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        watch = Watch(url, cursor.fetchone()[0], tables)
    watch.start()
    try:
        MigrationExecutor(connection).migrate([(app, name)])
    finally:
        watch.ended.set()
        watch.join()
    before = [each for each in migration.dependencies if each[0] == app]
    print(f"{label:40}{_back(before, (app, name), tables)}", flush=True)
    return watch.longest


def _back(before: list[tuple[str, str]], after: tuple[str, str], tables: set[str]) -> str:
    """Whether the migration goes backward and forward again with all rows kept."""
    from django.db import connection
    from django.db.migrations.exceptions import IrreversibleError
    from django.db.migrations.executor import MigrationExecutor

    def counted() -> dict[str, int]:
        with connection.cursor() as cursor:
            found = {}
            for table in sorted(tables):
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
                found[table] = cursor.fetchone()[0]
            return found

    rows = counted()
    try:
        MigrationExecutor(connection).migrate(before)
    except IrreversibleError as error:
        return f"does not go back: {error}"
    there = counted()
    MigrationExecutor(connection).migrate([after])
    return "back and forward again, all rows kept" if rows == there == counted() else f"LOST: {rows}, {there}"


def _child(label: str, rows: int) -> int:
    """Measure and print; the exit status."""
    try:
        import django

        django.setup()
        found = measured(label, rows)
    except Exception:  # the parent's folder and services are not this process's to clear
        traceback.print_exc()
        return 2
    for (table, mode), seconds in sorted(found.items()):
        print(f"{label:40}{table:30}{mode:24}{seconds:8.2f} s  ({rows} rows)", flush=True)
    if not found:
        print(f"{label:40}no lock of a table that was there was seen", flush=True)
    return int(max(found.values(), default=0.0) > BOUND)


def main() -> int:
    """Measure each; 1 where a lock was held for longer than BOUND."""
    options = argparse.ArgumentParser(prog="python -m tests.upgrade.locks", description=__doc__)
    options.add_argument("labels", nargs="+")
    options.add_argument("--rows", type=int, default=1_000_000)
    given = options.parse_args()
    from config.embedded import Embedded

    is_long = False
    for label in given.labels:
        with tempfile.TemporaryDirectory(prefix="nocturne-locks-") as name:
            Path(name).chmod(0o755)
            services = Embedded(Path(name), throwaway=True)
            services.start()
            pid = os.fork()  # each in a process whose settings name this database
            if not pid:
                os.environ |= {
                    "DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url, "NOCTURNE_VAR": name, "NOCTURNE_MODE": "test",
                    "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "WARNING",
                }  # fmt: skip
                os._exit(_child(label, given.rows))
            is_long |= os.waitpid(pid, 0)[1] != 0
            services.stop()
    return int(is_long)


if __name__ == "__main__":
    sys.exit(main())
