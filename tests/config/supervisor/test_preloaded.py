"""Processes are forked from a supervisor that has loaded the site, and are what they would be if they were started alone."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT
from config.supervisor.lines import CHUNK, Lines
from config.supervisor.programs import Program, program_of
from tests.config.supervisor.house import WEB, House
from tests.config.supervisor.test_run import wait_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
TOLD = "env DATABASE_POOL=true DATABASE_STATEMENT_SECONDS=${NOWHERE:-7} OMP_NUM_THREADS=1 python -m tests.config.supervisor.told"


@pytest.fixture
def house(tmp_path):
    houses = []

    def make(procfile: str, **options: str) -> House:
        houses.append(House(tmp_path, procfile, **options))
        return houses[-1]

    yield make
    for each in houses:
        each.close()


#: Loads what the supervisor does, then makes a worker and beat, and names what each had to import or find out itself.
LOADS = """
import os, sys
from config.supervisor.preloaded import Preloaded
site = Preloaded(dict(os.environ))
site.load_workers()
before = set(sys.modules)
from config.celery import app
app.Worker(hostname="notify@here", queues="notify", pool="threads", quiet=True)
app.Beat(quiet=True)
from django.apps import apps
print(*sorted(set(sys.modules) - before), *[one for one in apps.get_models() if "fields_map" not in vars(one._meta)])
print(site.can_fork())
"""


def told(house: House) -> dict:
    return json.loads(house.until("| told {").partition("| told ")[2])


def own_share(pid: int) -> float:
    """The part of a process's memory that is its own, where each page counts for the processes that share it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = {line.split()[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
    return sizes["Pss:"] / sizes["Rss:"]


def test_a_forked_process_is_as_one_that_was_started_alone(house, tmp_path, monkeypatch):
    monkeypatch.delenv(
        "CELERY_SKIP_CHECKS", raising=False
    )  # the site sets it when it is loaded, here as there
    up = house(
        f"web: {WEB}\ntold: {TOLD} wait 'two words'\nalone: {TOLD.replace('env ', 'env ALONE=1 ')} wait 'two words'\n"
    )
    both = told(up), told(up)
    forked, alone = both if "supervisor" not in both[1]["shown"] else both[::-1]
    same = ("words", "folder", "database", "engine", "skips", "threads", "sockets", "signals", "parent")
    assert {name: forked[name] for name in same} == {name: alone[name] for name in same}
    assert forked["database"]["OPTIONS"]["options"].count("statement_timeout=7000") == 1
    assert forked["engine"].startswith("config.postgresql")
    for each in both:
        assert each["pid"] == each["session"]
        assert each["parent"] == up.process.pid
        assert "-m tests.config.supervisor.told wait two words" in each["shown"]


def test_forked_processes_share_what_is_loaded(house):
    up = house(f"told: {TOLD} wait\nweb: {WEB}\n")
    assert own_share(told(up)["pid"]) < 0.7


def test_workers_and_beat_find_all_of_it_loaded():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADS], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines()[-2:] == ["", "True"]


def test_a_text_as_exit_code_is_told_and_the_exit_is_carried_out(house):
    code, said = house(f"told: {TOLD} refuse\n").end()
    assert code == 1
    assert "not today" in said
    assert "goodbye" in said
    assert said.count("stopping") == 0  # the supervisor's own end is not the child's


def test_a_failure_is_told_and_ends_all(house):
    code, said = house(f"told: {TOLD} break\nworker: sh -c 'exec sleep 1000'\n").end()
    assert code == 1
    assert "RuntimeError: broken" in said
    assert "told ended with code 1, stopping the others" in said


def test_a_killed_one_is_forked_again(house):
    up = house(f"told: {TOLD} wait\nworker: sh -c 'exec sleep 1000'\n")
    first = told(up)["pid"]
    os.kill(first, signal.SIGKILL)
    second = told(up)["pid"]
    assert second != first
    up.signal(signal.SIGTERM)
    assert up.end()[0] == 0
    wait_gone(first, second)


def test_forked_processes_do_not_outlive_a_killed_supervisor(house):
    up = house(f"told: {TOLD} wait\n")
    pid = told(up)["pid"]
    up.signal(signal.SIGKILL)
    wait_gone(pid)


def test_a_wrong_setting_is_told_by_the_process_itself(house):
    code, said = house(f"told: {TOLD} wait\n", TRUSTED_PROXIES="nonsense").end()
    assert code == 1
    assert "told     | " in said
    assert "TRUSTED_PROXIES" in said


def test_where_a_thread_was_started_nothing_is_forked(house):
    """A tracer sends from a thread of its own, which a fork would not have."""
    up = house(
        f"told: {TOLD} wait\n", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9/", NOCTURNE_MODE="local"
    )
    assert own_share(told(up)["pid"]) > 0.7


def test_every_process_of_the_procfile_can_be_forked():
    commands = parse_procfile((PROJECT / "Procfile").read_text()).processes
    programs = {name: program_of(text, env=os.environ, cwd=PROJECT) for name, text in commands.items()}
    assert [name for name, program in programs.items() if program is None] == []
    assert programs["web"].words == ("-m", "config.web")
    assert programs["web"].env["DATABASE_POOL"] == "true"


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("python -m a.b c 'd e'", Program(("-m", "a.b", "c", "d e"), {})),
        ("python manage.py prepare", Program(("manage.py", "prepare"), {})),
        ("env PORT=${PORT:-80} python -m a", Program(("-m", "a"), {"PORT": "80"})),
        ("env LOG_LEVEL=DEBUG python -m a", None),  # read when the settings were
        ("python -c 'print(1)'", None),
        ("python", None),
        ("python -m", None),
        ("env A=", None),
        ("sh -c true", None),
        ("python -m a 'never closed", None),
    ],
)
def test_what_can_be_forked(command, program):
    assert program_of(command, env={"PATH": os.environ["PATH"]}, cwd=PROJECT) == program


def test_lines_are_told_when_they_are_whole_or_the_stream_ends():
    lines = Lines()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        assert cat.stdin
        assert cat.stdout
        lines.follow("cat", cat.stdout)
        cat.stdin.write(b"one\r\ntwo\nthr")
        cat.stdin.flush()
        assert lines.read(30) == [("cat", "one"), ("cat", "two")]
        cat.stdin.write(b"ee \xff")
        cat.stdin.close()
        cat.wait()
        assert lines.read(30) == [("cat", "three \ufffd")]
        assert lines.read(0) == []
        assert cat.stdout.closed


def test_a_line_without_an_end_is_told_in_pieces():
    lines, size = Lines(), 3 * CHUNK
    with subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE) as long:
        assert long.stdout
        lines.follow("long", long.stdout)
        found: list[tuple[str, str]] = []
        while not long.stdout.closed:
            found += lines.read(30)
    assert "".join(piece for _, piece in found) == "\0" * size
    assert max(len(piece) for _, piece in found) < 2 * CHUNK
