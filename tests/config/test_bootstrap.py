"""The environment of a fresh clone: which commands run, when none do, and one line for each problem."""

import errno
import json
import subprocess
import sys

import pytest

from config.embedded.paths import PROJECT
from deploy import bootstrap
from deploy.bootstrap import Bootstrap, BootstrapError


class Programs:
    """Replaces every program; `fail` maps a part of a command to its error output."""

    def __init__(self, fail: dict[str, str]) -> None:
        self.fail = fail
        self.called: list[str] = []

    def __call__(self, words, env=None):
        line = " ".join(map(str, words))
        self.called.append(line)
        for key, said in self.fail.items():
            if key in line:
                return subprocess.CompletedProcess(words, 1, said)
        return subprocess.CompletedProcess(words, 0, "")

    def ran(self, part: str) -> bool:
        return any(part in line for line in self.called)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / "requirements-s3.txt").write_text("one==1\nthree==3\n")
    (tmp_path / "requirements-dev.txt").write_text("one==1\ntwo==2\n")
    return tmp_path


@pytest.fixture
def programs(monkeypatch):
    def use(fail=None) -> Programs:
        stand_in = Programs(fail or {})
        monkeypatch.setattr(bootstrap, "_run", stand_in)
        return stand_in

    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    return use


def fresh(project) -> Bootstrap:
    (project / ".venv").mkdir(exist_ok=True)
    return Bootstrap(project)


def test_an_environment_is_made_by_uv_and_remembered(project, programs):
    ran = programs()
    assert fresh(project).ensure("run")
    assert ran.ran("-m uv pip sync -q --python")
    assert not ran.ran("--require-hashes")
    assert json.loads((project / ".venv" / bootstrap.STAMP).read_text())["level"] == "run"


def test_nothing_is_fetched_when_nothing_changed(project, programs):
    programs()
    fresh(project).ensure("run")
    again = programs()
    assert not Bootstrap(project).ensure("run")
    assert not again.ran("pip")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_changed_requirement_installs_again(project, programs, name):
    programs()
    fresh(project).ensure("dev")
    (project / name).write_text("one==2\n")
    assert Bootstrap(project).ensure("dev")


@pytest.mark.parametrize(("held", "asked"), [("dev", "run"), ("dev", "s3"), ("s3", "run")])
def test_what_needs_less_takes_nothing_away(project, programs, held, asked):
    programs()
    fresh(project).ensure(held)
    again = programs()
    assert not Bootstrap(project).ensure(asked)
    assert not again.ran("sync")


def test_what_needs_more_installs_it(project, programs):
    programs()
    fresh(project).ensure("run")
    again = programs()
    assert Bootstrap(project).ensure("s3")
    assert again.ran("requirements-s3.txt")


def test_an_environment_that_is_broken_is_made_anew(project, programs):
    programs()
    fresh(project).ensure("run")
    ran = programs({"-c": "broken"})
    assert Bootstrap(project).ensure("run")
    assert ran.ran("-m venv")


def test_pip_serves_where_uv_cannot_be_had(project, programs):
    ran = programs({"install -q uv": "no uv", "-m uv": "no module"})
    fresh(project).ensure("run")
    assert ran.ran("-m pip install -q --require-hashes -r")


def test_pip_serves_where_uv_fails(project, programs):
    ran = programs({"sync": "no such registry"})
    fresh(project).ensure("run")
    assert ran.ran("--require-hashes")


def test_a_python_without_venv_gets_one_from_uv(project, programs):
    ran = programs({"-c import sys": "none yet", "-m venv": "ensurepip is not available"})
    Bootstrap(project).ensure("run")
    assert ran.ran("--target")
    assert ran.ran("venv --clear --seed")


def test_a_python_without_venv_and_pip_is_one_line(project, programs):
    programs(
        {
            "-c import sys": "none yet",
            "-m venv": "ensurepip is not available",
            "--target": "No module named pip",
        }
    )
    with pytest.raises(BootstrapError, match=r"apt-get install python3\.\d+-venv") as caught:
        Bootstrap(project).ensure("run")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("x\nERROR: [Errno 28] No space left on device\n", "is full"),
        ("NewConnectionError: Temporary failure in name resolution", "later starts need no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\nmore", "ERROR: THESE PACKAGES DO NOT MATCH"),
        ("", "no reason was given"),
    ],
)
def test_a_failed_installation_is_one_line(project, programs, said, words):
    programs({"sync": said, "--require-hashes": said})
    with pytest.raises(BootstrapError) as caught:
        fresh(project).ensure("run")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (project / ".venv" / bootstrap.STAMP).exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "cannot write to"), (errno.ENOSPC, "is full"), (errno.EIO, "Input/output")],
)
def test_a_folder_that_cannot_be_written_is_one_line(project, programs, monkeypatch, number, words):
    programs({"-c import sys": "none yet"})

    def refuse(*_args, **_kwargs):
        raise OSError(number, "Input/output error")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(BootstrapError, match=words):
        Bootstrap(project).ensure("run")


def test_uv_learns_pips_registry(monkeypatch):
    listed = (
        "global.index-url='https://mirror.example/simple'\n:env:.find-links='/a /b'\nglobal.timeout='3'\n"
    )
    monkeypatch.setattr(bootstrap, "_run", lambda words: subprocess.CompletedProcess(words, 0, listed))
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    env = bootstrap.uv_environment()
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert env["UV_FIND_LINKS"] == "/a,/b"


def test_a_program_that_is_not_there_is_a_failure():
    assert bootstrap._run(["/no/such/program"]).returncode == 127


def test_uv_is_found_on_the_path(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert bootstrap.find_uv() == ["/bin/uv"]


def test_the_program_says_one_line_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(
        Bootstrap, "ensure", lambda self, level: (_ for _ in ()).throw(BootstrapError(f"no {level}"))
    )
    assert bootstrap.main(["--dev"]) == 1
    assert capsys.readouterr().err == "nocturne: no dev\n"


def test_the_program_succeeds(monkeypatch):
    levels = []
    monkeypatch.setattr(Bootstrap, "ensure", lambda self, level: levels.append(level))
    assert bootstrap.main([]) == 0
    assert levels == ["run"]


def test_an_old_python_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main([]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_make_alone_lists_its_targets():
    said = subprocess.run(
        ["make", "-C", PROJECT, "--no-print-directory"], capture_output=True, text=True, check=True
    ).stdout
    for target in ("run", "dev", "setup", "test", "lint", "types", "bench", "help"):
        assert f"\n  {target} " in said


def test_make_without_a_python_says_one_line():
    done = subprocess.run(
        ["make", "-C", PROJECT, "--no-print-directory", "setup", "PYTHON="],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nocturne: needs Python 3.11 or newer, found Python 3" in done.stderr
