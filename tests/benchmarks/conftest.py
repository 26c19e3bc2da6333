"""What the tests of benchmarks share."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def environment(child_environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a child process on the tests' server; the benchmark's databases are dropped."""
    yield child_environment
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench_template_%%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
