"""The pool of the web process: told soon that PostgreSQL is away, patient where it is only busy. A real PostgreSQL of its own."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from config.embedded import database_url
from config.embedded.postgres import Postgres
from config.failures import is_away
from config.postgresql import base
from config.postgresql.base import DatabaseWrapper
from tests.config.variables import read_settings

pytestmark = pytest.mark.real_clock
#: Far above what an attempt takes on a busy machine, and below the 10 s that a busy pool is waited for.
SOON = 6.0


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="nocturne-pool-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        found = Postgres(folder)
        found.start()
        yield found
        found.stop()


@contextmanager
def wrapper(monkeypatch: pytest.MonkeyPatch, server: Postgres, **given: str) -> Iterator[Any]:
    """A way to get connections as the web process has it: the settings' own database, a new one for each thread."""
    names, _ = read_settings(
        monkeypatch, DATABASE_URL=database_url(server.var), DATABASE_POOL="true", **given
    )
    settings = {
        "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "TIME_ZONE": None, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "",
        **names["DATABASES"]["default"],
    }  # fmt: skip
    assert settings["ENGINE"] == "config.postgresql"
    made = DatabaseWrapper(settings, f"pool of {id(settings)}")
    try:
        yield made
    finally:
        made.close_pool()


def taken(one: Any) -> Any:
    """A connection of the pool, which answers."""
    with one.wrap_database_errors:
        link = one.get_new_connection(one.get_connection_params())
    assert link.execute("SELECT 1").fetchone() == (1,)
    link.rollback()
    return link


def refused(one: Any) -> float:
    """Seconds until it was said that the database is away."""
    begun = time.monotonic()
    with pytest.raises(OperationalError) as told:
        taken(one)
    assert is_away(told.value)
    return time.monotonic() - begun


def test_who_asks_while_postgresql_is_away_is_told_soon_and_next_at_once(monkeypatch, server):
    with wrapper(monkeypatch, server) as one:
        one.pool.putconn(taken(one))
        server.stop()
        try:
            assert refused(one) < SOON
            again = [refused(one) for _ in range(3)]
            assert sum(again) < 1, "a request that asks three times waits once"
        finally:
            server.start()
        monkeypatch.setattr(base, "_rests", {})
        one.pool.putconn(taken(one))  # it goes on when the database is there again


def test_a_pool_that_is_busy_is_waited_for(monkeypatch, server):
    """The only connection is in use for longer than DATABASE_AWAY_SECONDS: the next one gets it all the same."""
    with wrapper(monkeypatch, server, DATABASE_AWAY_SECONDS="0.2") as one:
        one.settings_dict["OPTIONS"]["pool"]["max_size"] = 1
        used, answers = taken(one), []
        waiting = threading.Thread(target=lambda: answers.append(taken(one)))
        waiting.start()
        while one.pool.get_stats().get("requests_errors", 0) < 2:  # it has waited twice in vain
            assert waiting.is_alive()
            time.sleep(0.01)
        one.pool.putconn(used)
        waiting.join(20)
        assert answers == [used]
        one.pool.putconn(used)
