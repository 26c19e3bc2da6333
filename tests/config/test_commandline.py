"""The command line: what its commands load, and that its list of commands is Django's."""

import json
import subprocess
import sys

import pytest
from django.core.management import get_commands

from config.commandline import WITHOUT_APPS, commands
from tests.packages import ROOT

#: Runs `manage.py` with the words given to it, then tells on standard error which modules it has loaded.
_RUN = """
import json, sys
import manage
try:
    manage.main()
except SystemExit:
    pass
print(json.dumps([sys.dont_write_bytecode, sorted(name for name, module in sys.modules.items() if module)]), file=sys.stderr)
"""


def run(*words: str, given: str = "", **environment: str) -> tuple[str, bool, set[str]]:
    """What the command prints, whether it refuses to keep bytecode, and the modules that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "NOCTURNE_MODE": "test", **environment},
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    forbids, loaded = json.loads(done.stderr.splitlines()[-1])
    return done.stdout, forbids, set(loaded)


def loaded_too_much(loaded: set[str]) -> set[str]:
    """What no command without apps has loaded: models, and packages that only others need."""
    return loaded & {
        "events.models",
        "sources.models",
        "psycopg",
        "redis",
        "celery",
        "rich",
        "twisted",
        "sklearn",
        "django.db.models",
    }


def test_commands_are_those_that_django_finds():
    assert commands() == get_commands()


def test_help_lists_every_command_and_loads_no_app():
    said, _, loaded = run("help")
    assert {line.strip() for line in said.splitlines()} >= set(get_commands())
    assert loaded_too_much(loaded) == set()
    names, _, _ = run("help", "--commands")
    assert names.split() == sorted(get_commands())


def test_other_commands_load_neither_numbers_nor_the_servers_libraries():
    _, _, loaded = run("rebuild_search", "--help")
    assert "events.models" in loaded
    assert loaded & {"numpy", "scipy", "sklearn", "rich", "twisted", "daphne", "spacy", "boto3"} == set()


def test_bytecode_is_kept_where_the_environment_forbids_it():
    _, forbids, _ = run("help", PYTHONDONTWRITEBYTECODE="1")
    assert not forbids


@pytest.mark.parametrize("name", sorted(WITHOUT_APPS))
def test_commands_without_apps_load_no_model(name, tmp_path):
    given = tmp_path / "given"
    match name:
        case "match":
            given.write_text("id,source,title,start\n1,a,Jazz,2026-11-25T20:00\n")
            said, _, loaded = run(name, str(given))
            assert said.startswith("id1,id2,score")
        case "categorize":
            said, _, loaded = run(name, given='{"id": 1, "title": "Jazz concert"}\n')
            assert json.loads(said)["category"] == "music"
        case "inspect_source":
            given.write_text(
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nSUMMARY:Jazz concert\n"
                "DTSTART:20261201T200000Z\nEND:VEVENT\nEND:VCALENDAR\n"
            )
            said, _, loaded = run(name, str(given), "--now", "2026-11-25T00:00:00Z")
            assert "Jazz concert" in said
    assert loaded_too_much(loaded) == set()
    usage, _, _ = run("help", name)
    assert usage.startswith(f"usage: -c {name}")


def test_a_broken_setting_is_told_by_django():
    done = subprocess.run(
        [sys.executable, "manage.py", "help"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "NOCTURNE_MODE": "wrong"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "only Django core commands are listed" in done.stdout
