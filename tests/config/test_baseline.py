"""An empty database is made of the baseline, and is then what all migrations make of it."""

import pytest
from django.core.management import call_command
from django.db import connection

from config import baseline


def _migrated(**options: bool) -> tuple[str, dict[str, int]]:
    """The schema, and the number of rows of each table."""
    with baseline.scratch("nocturne_baseline_test"):
        call_command("migrate", interactive=False, verbosity=0, **options)
        with connection.cursor() as cursor:
            rows = {}
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                rows[table] = cursor.fetchone()[0]
        made = baseline.text()
    # PostgreSQL prints some conditions in other words after it has read its own dump, once
    with baseline.scratch("nocturne_baseline_test"):
        baseline.execute(made)
        return baseline.text(), rows


@pytest.mark.django_db(transaction=True)
def test_the_baseline_makes_what_all_migrations_make():
    """After a migration that is in the file was changed: `manage.py write_baseline`."""
    loaded, zero = _migrated(), _migrated(from_zero=True)
    assert loaded[1] == zero[1]
    assert sorted(loaded[0].splitlines()) == sorted(zero[0].splitlines())


@pytest.mark.django_db(transaction=True)
def test_a_database_with_tables_is_left_alone():
    with baseline.scratch("nocturne_baseline_test"):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE theirs (id int)")
        assert not baseline.load()
        assert connection.introspection.table_names() == ["theirs"]


@pytest.mark.django_db(transaction=True)
def test_another_version_of_postgresql_migrates_step_by_step(monkeypatch, tmp_path):
    other = tmp_path / "baseline.sql"
    other.write_text("-- Of PostgreSQL 1, by `manage.py write_baseline`; not to be edited.\nSELECT 1/0;\n")
    monkeypatch.setattr(baseline, "FILE", other)
    with baseline.scratch("nocturne_baseline_test"):
        assert not baseline.load()


@pytest.mark.django_db(transaction=True)
def test_each_installation_has_an_epoch_of_its_own():
    epochs = set()
    for _ in range(2):
        with baseline.scratch("nocturne_baseline_test"):
            assert baseline.load()
            with connection.cursor() as cursor:
                cursor.execute("SELECT epoch FROM outbox_epoch")
                epochs.add(cursor.fetchone()[0])
    assert len(epochs) == 2
