"""The doctor says what is wrong, with a remedy, also where the services are gone."""

import io
import json
import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils.timezone import now

from config.backup import keeping
from config.doctor import machine, site
from config.env import Mode
from config.management.commands import doctor
from operations.enums import State
from tests.config.backup.conftest import backups  # noqa: F401 (a fixture)
from tests.ports import free_port

pytestmark = pytest.mark.django_db


def run() -> tuple[dict, str, int]:
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out)
        code = 0
    except SystemExit as ended:
        code = ended.code
    return json.loads(out.getvalue().splitlines()[-1]), out.getvalue(), code


def test_it_looks_at_everything_and_ends_with_json(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    said, text, code = run()
    for name in (
        "settings",
        "port",
        "clock",
        "migrations",
        "backups",
        "mail domain",
        "files of models",
        "database",
        "valkey",
        "queues",
        "beat",
        "disk",
    ):
        assert f" {name}" in text, name
    assert code == (0 if said["ok"] else 1)
    assert all(each["remedy"] for each in said["wrong"])


def test_a_database_that_is_gone_does_not_silence_it(monkeypatch):
    def gone(*_: object, **__: object):
        raise DatabaseError("gone")

    monkeypatch.setattr("config.doctor.machine.connection.cursor", gone)
    said, text, code = run()
    assert code == 1
    assert "DOWN      database" in text
    assert "UNKNOWN   clock" in text
    assert "settings" in text


def test_secrets_that_others_can_read(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    [found] = [each for each in machine.files() if "secret-key" in each.detail]
    assert found.remedy == f"chmod 600 {tmp_path / 'secret-key'}"


def test_a_misspelt_variable(monkeypatch, tmp_path):
    (tmp_path / ".env.example").write_text("# about\n#SITE_URL=\n#HOST=x\n")
    (tmp_path / ".env").write_text("SITE_ULR=https://x\nHOST_FILE=/run/x\nAWS_ACCESS_KEY_ID=x\n")
    monkeypatch.setattr(machine, "PROJECT", tmp_path)
    assert machine.variables().detail == "Nobody reads SITE_ULR."
    (tmp_path / ".env").write_text("SITE_URL=https://x\n")
    assert machine.variables().state == State.OK


def test_a_port_that_is_free_ours_or_somebody_elses(settings, httpserver):
    settings.HOST, settings.PORT = "127.0.0.1", free_port()
    assert machine.port().state == State.OFF
    settings.PORT = httpserver.port
    httpserver.expect_ordered_request("/healthz").respond_with_data("ok\n")
    assert machine.port().state == State.OK
    httpserver.expect_request("/healthz").respond_with_data("<html>another site")
    assert machine.port().state == State.DOWN
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        assert machine.port().remedy.startswith("See which")


def test_a_clock_that_is_wrong(monkeypatch):
    real = now()
    monkeypatch.setattr(machine, "now", lambda: real - timedelta(days=365))
    found = machine.clock()
    assert found.state == State.DEGRADED
    assert "NTP" in found.remedy


def test_migrations_that_wait(monkeypatch):
    assert site.migrations().state == State.OK
    monkeypatch.setattr(site.MigrationExecutor, "migration_plan", lambda *_: [("events.0999_more", False)])
    assert site.migrations().remedy == "python manage.py prepare"


@pytest.mark.django_db(transaction=True)
def test_backups_that_are_missing_old_or_fresh(backups, settings):  # noqa: F811 (the fixture)
    assert site.backups().detail == "There is none."
    call_command("backup", "--without-files", stdout=io.StringIO())
    assert site.backups().state == State.OK
    [held] = keeping.known(backups)
    path = backups.root / "backups" / held / "manifest.json"
    path.write_text(path.read_text().replace('"ended": "2026', '"ended": "2025'))
    assert site.backups().state == State.DEGRADED
    settings.BACKUP_TO = ""
    assert site.backups().state == State.OFF
    settings.MODE = Mode.PRODUCTION
    assert site.backups().state == State.DEGRADED


def test_what_check_deploy_says_is_told_in_production(settings):
    settings.MODE, settings.STAFF_SECOND_FACTOR = Mode.PRODUCTION, False
    assert "settings accounts.E010" in [each.name for each in machine.configuration()]
    assert doctor._ILL == (State.DEGRADED, State.DOWN)
