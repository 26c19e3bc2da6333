"""Time limits of statements and locks, by process, and the response when one is exceeded."""

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT
from config.failures import is_away
from tests.config.variables import read_settings
from tests.factories import make_city


def options_of(monkeypatch, **given: str) -> str:
    return read_settings(monkeypatch, **given)[0]["DATABASES"]["default"]["OPTIONS"].get("options", "")


def test_commands_and_migrations_have_no_limit(monkeypatch):
    assert options_of(monkeypatch) == ""


def test_a_process_tells_postgresql_its_limits(monkeypatch):
    given = {"DATABASE_STATEMENT_SECONDS": "15", "DATABASE_LOCK_SECONDS": "0.5"}
    assert options_of(monkeypatch, **given) == "-c statement_timeout=15000 -c lock_timeout=500"


def test_limits_stand_beside_options_of_the_address(monkeypatch):
    given = {"DATABASE_URL": "postgresql://a@b/c?options=-c%20jit%3Doff", "DATABASE_LOCK_SECONDS": "5"}
    assert options_of(monkeypatch, **given) == "-c jit=off -c lock_timeout=5000"


def test_web_and_workers_have_limits_and_beat_needs_none():
    commands = parse_procfile((PROJECT / "Procfile").read_text()).processes
    limited = {
        name
        for name, command in commands.items()
        if "DATABASE_STATEMENT_SECONDS=" in command and "DATABASE_LOCK_SECONDS=" in command
    }
    assert limited == set(commands) - {"beat"}


@pytest.fixture
def slow(monkeypatch):
    """A city page whose query exceeds its limit."""

    def find(_slug):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("events.views.city.find_city", find)
    monkeypatch.setattr("events.api.lists.find_city", find)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/bengaluru/", "/api/v1/cities/bengaluru"])
def test_a_query_that_takes_too_long_is_503_with_a_time_to_come_back(client, slow, path):
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == 503, answer.content[:3000]
    assert answer["Retry-After"] == "10"
    assert b"The database is busy" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/bengaluru/", "/api/v1/cities/bengaluru"])
@pytest.mark.parametrize(
    "said", [psycopg.OperationalError("connection refused"), psycopg.errors.AdminShutdown("terminating")]
)
def test_a_database_that_is_away_is_503_with_a_time_to_come_back(client, monkeypatch, path, said):
    def find(_slug):
        raise OperationalError from said

    monkeypatch.setattr("events.views.city.find_city", find)
    monkeypatch.setattr("events.api.lists.find_city", find)
    client.raise_request_exception = False
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert b"The database does not answer" in answer.content


def test_other_errors_of_the_database_are_ours():
    broken = IntegrityError()
    broken.__cause__ = psycopg.errors.UniqueViolation("twice")
    assert not is_away(broken)
    assert not is_away(OperationalError("raised by nobody"))


@pytest.mark.django_db
def test_pages_of_lists_are_limited_and_say_when_to_come_back(client, settings):
    settings.PAGE_RATE_LIMIT = 2
    make_city()
    statuses = [
        client.get(path, REMOTE_ADDR="192.0.2.9").status_code
        for path in ("/search?q=jazz", "/bengaluru/", "/bengaluru/weekend/", "/about/")
    ]
    assert statuses == [200, 200, 429, 200]
