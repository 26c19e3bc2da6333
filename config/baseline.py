"""The schema that all migrations make, as one file of SQL: an empty database is made of it in a second or two.

Django renders the models anew for each step of each migration, which takes half a minute of processor time
for ours. `manage.py migrate` loads the file where the database is empty, and then applies what the file does
not have. A test holds the file equal to what the migrations make (decision 0153).
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from config.backup import programs

FILE: Final = Path(__file__).with_name("baseline.sql")
#: Functions of migrations that make rows in an empty database. All others change rows that exist.
ROWS: Final = (("outbox.migrations.0001_changes_epoch_cursors", "begin_epoch"),)
_SCRATCH: Final = "nocturne_baseline"
#: Lines of a dump that set its own session, or that psql alone knows.
_SESSION: Final = ("SET ", "SELECT pg_catalog.set_config(", "\\", "--", "COMMENT ON EXTENSION ")


def load() -> bool:
    """Make the empty database of the file. False, and nothing done, where it has tables or the server another major version.

    PostgreSQL's dumps are not promised to work on versions before the one that wrote them.
    """
    if connection.introspection.table_names():
        return False
    written = FILE.read_text()
    if written.splitlines()[0] != _first_line():
        return False
    with transaction.atomic():
        execute(written)
        for module, name in ROWS:
            getattr(import_module(module), name)(apps, None)
    return True


def execute(written: str) -> None:
    """Run what `text` returned in the empty database, whole or not at all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute("SET LOCAL check_function_bodies = off; SET LOCAL search_path = ''")
        cursor.execute(written)
        cursor.execute("SELECT set_config('search_path', %s, true)", [path])


def text() -> str:
    """The file's text for the present database: its schema, and the names of the applied migrations."""
    dump = subprocess.run(
        [programs.path("pg_dump"), "--schema-only", "--no-owner", "--no-privileges"],
        env=programs.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [_first_line()]
    body = False
    for line in dump.stdout.splitlines():
        # what stands in the body of a function is kept as it is
        if body or not (line.startswith(_SESSION) or not line.strip()):
            # a trigger carries the digest of its text, which looks like a key
            is_digest = line.startswith("COMMENT ON TRIGGER ")
            lines.append(f"{line} -- pragma: allowlist secret" if is_digest else line)
        body ^= line.count("$$") % 2 == 1
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    rows = ",\n".join(f"    ('{app}', '{name}', now())" for app, name in applied)
    lines.append(f"INSERT INTO public.django_migrations (app, name, applied) VALUES\n{rows};")
    return "\n".join(lines) + "\n"


@contextmanager
def scratch(name: str = _SCRATCH) -> Iterator[None]:
    """Use an empty database of its own within the block, and drop it after. Needs the right to create databases."""
    given = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def made_from_zero() -> str:
    """What `text` says of a scratch database that all migrations made, one after the other."""
    with scratch():
        call_command("migrate", interactive=False, verbosity=0, from_zero=True)
        return text()


def _first_line() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
    return f"-- Of PostgreSQL {major}, by `manage.py write_baseline`; not to be edited."
