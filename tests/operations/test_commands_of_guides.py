"""Each command of docs/operations runs on a small installation of its own, or has a reason why it cannot."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from config.backup.streams import new_identity
from config.embedded import Embedded
from config.embedded.paths import PROJECT
from tests.config.backup.drill import Machine, copy_schema
from tests.operations.commands_of_guides import (
    MAKE,
    NOT_RUN,
    PERSON,
    SLUG,
    TOGETHER,
    commands,
    reason,
)

#: Run all in one process, since each start takes a second; the answers as one line of JSON.
_ONE_PROCESS = """
import contextlib, io, json, sys
import django
from django.core.management import ManagementUtility
django.setup()
found = {}
for name, words in json.loads(sys.argv[1]).items():
    out, code = io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as end:
            code = end.code or 0
    found[name] = [code, out.getvalue()]
print(json.dumps(found))
"""
_PREPARED = """
import django
django.setup()
from accounts.models import User
from places.models import City
from sources.models import Source
User.objects.create_user(email={person!r}, password="a long password of nobody")
Source.objects.create(slug={slug!r}, name="Guides", connector="ical", type="ical", url="https://venue.example/calendar.ics", city=City.objects.first())
"""


class Installation(Machine):
    """A machine with PostgreSQL and Valkey, prepared as production is."""

    def __init__(self, folder) -> None:
        identity, recipient = new_identity()
        super().__init__(folder / "var", folder / "backups", identity, recipient)
        self.services = Embedded(folder / "var")
        self.environment.pop("REDIS_URL", None)
        self.environment["BACKUP_WAL"] = "false"  # dumps: the log is the drill's
        self.folder = folder

    def run(self, *words: str, ok: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """A program in the project, with this installation's environment."""
        done = subprocess.run(
            words,
            cwd=PROJECT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not ok or done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
        return done

    def python(self, code: str, *words: str) -> str:
        """The output of a program of Python."""
        return self.run(sys.executable, "-W", "ignore", "-c", code, *words).stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("guides"))
    made.services.start()
    try:
        with django_db_blocker.unblock():
            copy_schema(made)
        made.run(sys.executable, "-W", "ignore", "manage.py", "prepare", "--no-samples", "--no-static")
        made.python(_PREPARED.format(person=PERSON, slug=SLUG))
        yield made
    finally:
        made.services.stop()


def failed(installation: Installation, said: dict[str, list[str]]) -> dict[str, str]:
    """Run commands in one process; those that failed, with what they said."""
    words = {
        name: [str(installation.folder / word) if word == "FILE.zip" else word for word in each]
        for name, each in said.items()
    }
    answers = json.loads(installation.python(_ONE_PROCESS, json.dumps(words)).splitlines()[-1])
    return {name: text for name, (code, text) in answers.items() if code}


def test_every_command_runs_or_has_a_reason():
    run = {*TOGETHER, *MAKE}
    unknown = {name: where for name, where in commands().items() if name not in run and not reason(name)}
    assert unknown == {}
    named = commands()
    assert [begin for begin in NOT_RUN if not any(name.startswith(begin) for name in named)] == []


@pytest.mark.parametrize("command", sorted(commands()))
def test_the_shell_can_read_each_command(command):
    if command.startswith("select "):
        return
    read = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)  # noqa: S607
    assert (read.returncode, read.stderr) == (0, "")


def test_commands_that_change_little(installation):
    assert failed(installation, TOGETHER) == {}
    assert (installation.folder / "FILE.zip").stat().st_size > 100


def test_what_asks_the_running_site(installation):
    with installation.web() as address:
        port = address.rpartition(":")[2]
        health, stats = (
            installation.run(
                "make", "-o", "setup", target.removeprefix("make "), PORT=port, HOST="127.0.0.1"
            ).stdout
            for target in MAKE
        )
        assert "web at 127.0.0.1" in health
        assert "valkey: ok" in health
        assert "alerts open" in stats
        doctor = installation.run(sys.executable, "-W", "ignore", "manage.py", "doctor", ok=False, PORT=port)
        assert "database" in doctor.stdout


def test_questions_to_the_database(installation):
    questions = [name for name in commands() if name.startswith("select ")]
    assert len(questions) > 2
    with psycopg.connect(installation.services.database_url) as connection:
        for question in questions:
            connection.execute(question).fetchall()


def test_secrets_are_written_into_a_folder_of_its_own(tmp_path):
    shutil.copy(PROJECT / "Makefile", tmp_path)
    shutil.copytree(PROJECT / "deploy", tmp_path / "deploy")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    done = subprocess.run(
        ["make", "-o", "setup", "init-secrets"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,  # noqa: S607
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert "SECRET_KEY" in done.stdout


def test_logs_say_where_they_are_when_nothing_of_ours_runs(tmp_path):
    (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "systemctl").write_text("#!/bin/sh\nexit 1\n")
    for name in ("docker", "systemctl"):
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "logs"],
        cwd=PROJECT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,  # noqa: S607
    )
    assert done.returncode != 0
    assert "make run shows its lines" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("kubectl", "kustomize", "deploy/kubernetes/production"),
        ("terraform", "fmt", "-check", "-recursive", "deploy/terraform"),
    ],
)
def test_files_of_a_cluster_and_a_cloud(words, tmp_path):
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not here")
    done = subprocess.run(
        words,
        cwd=PROJECT,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
