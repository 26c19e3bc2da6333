"""Empties the database after tests with real transactions, like Django's `flush` but much faster.

Most of the time of `flush` goes into recreating content types and permissions, 250 rows that hardly any test
changes. They stay as the first `flush` of the run made them; if a test changed them, the whole `flush` is
done. Of the other tables only those with rows are emptied, by DELETE: TRUNCATE makes new files for every table and
index, and a test leaves a few rows in a few tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connections

from outbox.apps import begin_epoch

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.test import TransactionTestCase

MADE = ("django_content_type", "auth_permission")
#: What `MADE` held after the first `flush` of this run, by database.
_made: dict[str, list[object]] = {}


def after_test(case: "TransactionTestCase") -> None:
    """Replaces `TransactionTestCase._fixture_teardown`. Every test gets its own epoch here, too."""
    for name in case._databases_names(include_mirrors=False):
        connection = connections[name]
        with _without_triggers(connection):
            _empty(connection, name)
        begin_epoch(using=name)


@contextmanager
def _without_triggers(connection: "BaseDatabaseWrapper") -> Iterator[None]:
    """The log's triggers refuse DELETE, and foreign keys an order of their own; tests begin with an empty log."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("RESET session_replication_role")


def _empty(connection: "BaseDatabaseWrapper", name: str) -> None:
    """Empty all tables but those of `MADE`, or all of them where a test has changed these."""
    if _made.get(name) != _held(connection):
        options = {"reset_sequences": False, "allow_cascade": False, "inhibit_post_migrate": False}
        call_command("flush", verbosity=0, interactive=False, database=name, **options)
        _made[name] = _held(connection)
        return
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(table) for table in names if table not in MADE]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


def _held(connection: "BaseDatabaseWrapper") -> list[object]:
    """All rows of `MADE`."""
    with connection.cursor() as cursor:
        rows: list[object] = []
        for table in MADE:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows += cursor.fetchall()
    return rows
