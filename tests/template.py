"""The database of each test process: a copy of one that was migrated once, and is kept for later runs.

A template has the digest of all migrations in its name. A process that finds none migrates its own database,
which takes seconds, and copies it for the others; templates with other digests are dropped.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection

PREFIX = "nocturne_template_"


def name() -> str:
    """The template's name for the present migrations, including those of packages."""
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda each: each.label):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


@contextmanager
def turn(var: Path) -> Iterator[None]:
    """Let one process at a time create its database: a template can be copied only without connections to it."""
    with os.fdopen(os.open(var / "template.lock", os.O_RDWR | os.O_CREAT, 0o600)) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def use() -> None:
    """Let Django create the test database from the template, if it exists."""
    if name() in _templates():
        connection.settings_dict["TEST"]["TEMPLATE"] = name()


def keep() -> None:
    """Copy the new, still empty test database as the template, and drop those of other migrations."""
    if connection.settings_dict["TEST"].get("TEMPLATE") == name():
        return
    database = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        for old in _templates():
            cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name()}" TEMPLATE "{database}"')


def _templates() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [row[0] for row in cursor.fetchall()]
