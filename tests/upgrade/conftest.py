"""The older database, migrated once, and a copy of it for each test."""

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from tests.upgrade.make_dump import KEY, NOW

DUMP = Path(__file__).with_name("database.sql.gz")
#: What a start does between the migrations and the first page (config/management/commands/prepare.py).
LOADERS = ("ensure_roles", "load_cities", "load_categories", "seed_sources")
#: The clock of the tests: some hours after the older version stopped.
LATER: datetime = NOW + timedelta(hours=12)


def make_database(name: str, template: str = "template0") -> None:
    """Create a database as a copy."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def use_database(name: str) -> None:
    """Point every connection of this process, in all threads, to `name`."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def upgraded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of the database that was loaded from the dump, migrated, and prepared as at a start."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_upgraded"
    with django_db_blocker.unblock(), time_machine.travel(LATER, tick=False):
        make_database(name)
        use_database(name)
        with connection.cursor() as cursor:
            cursor.execute(gzip.decompress(DUMP.read_bytes()).decode())
        connection.close()  # the dump sets the search path of its session
        call_command("migrate", interactive=False, verbosity=0)
        for loader in LOADERS:
            call_command(loader)
        use_database(before)
    yield name
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def site(upgraded: str, django_db_blocker: DjangoDbBlocker, settings: Settings) -> Iterator[None]:
    """The upgraded site, hours later, with its original keys. Real transactions, on a copy."""
    before = connection.settings_dict["NAME"]
    settings.SECRET_KEY, settings.FIELD_ENCRYPTION_KEYS, settings.LOOKUP_KEY = KEY, [KEY], KEY
    with django_db_blocker.unblock(), time_machine.travel(LATER, tick=False):
        make_database(f"{upgraded}_copy", template=upgraded)
        use_database(f"{upgraded}_copy")
        cache.clear()
        yield
        use_database(before)
        cache.clear()


@pytest.fixture
def chief(site: None, client: Client) -> Client:
    """The superuser of the older database, signed in."""
    from accounts.models import User

    client.force_login(User.objects.get(email="chief@upgrade.example"))
    return client
