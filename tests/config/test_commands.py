"""`services` and `prepare`."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection

from config.embedded import Embedded
from config.env import Mode
from config.management.commands import prepare, services


def call(*words, **options) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Separate services for the command."""
    mine = Embedded(tmp_path / "var", postgres=False)
    monkeypatch.setattr(services, "wanted_services", lambda: mine)
    yield mine
    mine.stop()


def test_services_start_status_stop(own):
    assert "Postgres  given by its URL" in call("services", "start")
    assert f"Valkey    running (process {own.valkey.pid()})" in call("services", "status")
    assert "Valkey    stopped" in call("services", "stop")


def test_status_of_stopped_services_fails_with_code_3(own):
    with pytest.raises(CommandError) as caught:
        call("services", "status")
    assert caught.value.returncode == services.NOT_RUNNING


def test_services_that_cannot_start_are_one_line(own, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CommandError, match="Embedded Valkey cannot start"):
        call("services", "start")


@pytest.mark.parametrize(
    ("given", "wanted"), [({}, 2), ({"DATABASE_URL": "x"}, 1), ({"DATABASE_URL": "x", "REDIS_URL": "y"}, 0)]
)
def test_a_url_replaces_its_service(monkeypatch, given, wanted):
    from config.services import wanted_services

    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, given.get(name, ""))
    assert len(wanted_services().wanted) == wanted


@pytest.fixture
def loaders(monkeypatch):
    """Other tests cover the loaders of other apps; here only their order of calls matters."""
    called = []
    real = prepare.call_command

    def note(name, *words, **options):
        called.append(" ".join((name, *words)))
        return real(name, *words, **options) if name == "migrate" else None

    monkeypatch.setattr(prepare, "call_command", note)
    monkeypatch.setattr(
        prepare, "get_commands", lambda: {"load_cities": "", "load_categories": "", "samples": ""}
    )
    return called


@pytest.mark.django_db
def test_prepare_locally_loads_everything_and_makes_the_first_admin_once(loaders, settings, tmp_path):
    settings.MODE, settings.VAR_DIR, settings.DEBUG = Mode.LOCAL, tmp_path, True
    said = call("prepare")
    assert loaders == ["migrate", "load_cities", "load_categories", "samples load --new"]
    kept = tmp_path / "first-admin.txt"
    password = kept.read_text().split()[-1]
    admin = get_user_model().objects.get()
    assert admin.is_superuser
    assert admin.check_password(password)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert password not in said
    kept.unlink()
    call("prepare")
    assert not kept.exists()


@pytest.mark.django_db
def test_prepare_in_production_has_neither_samples_nor_a_ready_made_admin(loaders, settings, tmp_path):
    settings.MODE, settings.VAR_DIR, settings.DEBUG = Mode.PRODUCTION, tmp_path, False
    call("prepare")
    assert loaders == ["migrate", "load_cities", "load_categories", "collectstatic"]
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
def test_prepare_may_leave_the_samples_out(loaders, settings, tmp_path):
    settings.MODE, settings.VAR_DIR, settings.DEBUG = Mode.LOCAL, tmp_path, True
    call("prepare", no_samples=True)
    assert "samples load --new" not in loaders


def test_a_database_that_does_not_answer_is_one_line(monkeypatch):
    def refuse():
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    with pytest.raises(
        CommandError, match="The database does not answer: connection refused. Check DATABASE_URL"
    ) as caught:
        call("prepare", wait=0)
    assert "\n" not in str(caught.value)


class Answers:
    """A cursor with given rows that refuses CREATE EXTENSION."""

    def __init__(self, rows):
        self.rows = rows

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def execute(self, statement, _values=None):
        if statement.startswith("CREATE"):
            raise ProgrammingError("permission denied to create extension")

    def fetchall(self):
        return self.rows

    def fetchone(self):
        return self.rows[0]


def refused(monkeypatch, rows, check) -> str:
    monkeypatch.setattr(connection, "cursor", lambda: Answers(rows))
    with pytest.raises(CommandError) as caught:
        getattr(prepare.Command(), check)()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_extension_that_needs_a_superuser_is_one_line(monkeypatch):
    rows = [(name, name != "vector") for name in prepare.EXTENSIONS]
    assert refused(monkeypatch, rows, "_require_extensions").endswith(
        "as a superuser run in this database: CREATE EXTENSION vector;"
    )


def test_an_extension_that_is_not_installed_is_one_line(monkeypatch):
    rows = [(name, True) for name in prepare.EXTENSIONS if name != "vector"]
    assert "lacks the extensions vector" in refused(monkeypatch, rows, "_require_extensions")


def test_an_old_server_is_one_line(monkeypatch):
    assert "is PostgreSQL 15.4: Nocturne needs 16 or newer" in refused(
        monkeypatch, [(150004, "15.4")], "_require_version"
    )
