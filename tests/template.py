"""The database of each process that runs tests: a copy of one that was migrated once, kept for later runs too.

A template has the digest of all migrations in its name. Whoever finds none migrates its own database, which
takes seconds, and copies it for the others; those of other digests go.
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
    """The template's name for the migrations as they are now, those of the packages included."""
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda each: each.label):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


@contextmanager
def turn(var: Path) -> Iterator[None]:
    """One process at a time makes its database: a template can be copied only while nobody is connected to
    it."""
    with os.fdopen(os.open(var / "template.lock", os.O_RDWR | os.O_CREAT, 0o600)) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def use() -> None:
    """Let Django make the test database from the template, where there is one."""
    if name() in _templates():
        connection.settings_dict["TEST"]["TEMPLATE"] = name()


def keep() -> None:
    """Copy the test database, just made and still empty, as the template, and drop those of other
    migrations."""
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
