"""Parts of the supervisor without a separate process: restarts, grace periods, closed terminals."""

import io
import os
import signal
from pathlib import Path

import pytest

from config.supervisor import __main__ as program
from config.supervisor.children import StopRequest, Supervisor
from config.supervisor.output import Screen, SturdyOutput
from config.supervisor.prepared import Prepared
from config.supervisor.reload import SourceChanges
from config.supervisor.start import StartError, child_environment, require_free, welcome

ECHO = "sh -c 'echo started; exec sleep 1000'"


class Script:
    """Returns its answers in turn, then the last one repeatedly."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def supervise(commands, stop=None, **options) -> tuple[int, str]:
    """Run to the end. Returns the code and the output."""
    stream = io.StringIO()
    screen = Screen(list(commands), stream)
    code = Supervisor(
        commands, screen=screen, stop=stop or StopRequest(), env=os.environ, cwd=Path("/"), **options
    ).run()
    return code, stream.getvalue()


def stop_after(lines: int, word: str, stop: StopRequest, stream_of):
    """A `changed` that is always false, and requests a stop when `word` was printed so often."""

    def ask() -> bool:
        if stream_of().count(word) >= lines:
            stop.signals.append(signal.SIGTERM)
        return False

    return ask


def test_a_change_starts_all_of_them_anew_and_an_end_waits_for_the_next_change():
    stop, stream = StopRequest(), io.StringIO()
    asked = stop_after(2, "| started", stop, stream.getvalue)
    changes = iter([False] * 3 + [True])

    def changed() -> bool:
        asked()
        said = stream.getvalue()
        return "waiting for a change" in said and next(changes, False)

    commands = {"web": ECHO, "worker": "sh -c 'exit 4'"}
    code = Supervisor(
        commands,
        screen=Screen(list(commands), stream),
        stop=stop,
        env=os.environ,
        cwd=Path("/"),
        changed=changed,
    ).run()
    assert code == 0
    assert "worker ended with code 4, waiting for a change" in stream.getvalue()
    assert "files changed, restarting" in stream.getvalue()


def test_patience_ends():
    stop = StopRequest()
    deaf = "sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 1000; done'"
    stream = io.StringIO()
    asked = stop_after(1, "deaf", stop, stream.getvalue)
    screen = Screen(["deaf"], stream)
    Supervisor(
        {"deaf": deaf}, screen=screen, stop=stop, env=os.environ, cwd=Path("/"), patience=0.2, changed=asked
    ).run()
    assert "killing deaf" in stream.getvalue()


def test_the_others_start_when_the_first_is_ready():
    called = []
    code, said = supervise(
        {"first": ECHO, "second": "sh -c 'exit 5'"},
        ready=Script(False, False, True),
        on_ready=lambda: called.append(1),
    )
    assert (code, called) == (5, [1])


def test_a_command_that_is_none_ends_with_the_shells_code():
    assert supervise({"web": "no-such-program"})[0] == 127


def test_bytes_that_are_no_text_are_shown_all_the_same():
    assert "\ufffd" in supervise({"web": "printf '\\377\\n'"})[1]


class Broken(io.StringIO):
    """A closed terminal."""

    def write(self, _text):
        raise OSError(5, "Input/output error")

    def flush(self):
        raise OSError(5, "Input/output error")


def test_a_screen_that_is_gone_is_written_to_in_silence():
    screen = Screen(["web"], Broken())
    screen.say("one")
    screen.say("two", "web")
    output = SturdyOutput(Broken())
    output.flush()
    assert output.stream is None
    assert not output.isatty()
    assert output.write("abc") == 3


def test_a_change_of_the_source_is_noticed_once(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    seen = []

    def watch(*folders, watch_filter, raise_interrupt):
        seen.append((folders, watch_filter(None, "x.py"), watch_filter(None, "x.pyc")))
        yield {"a change"}

    monkeypatch.setattr("watchfiles.watch", watch)
    changes = SourceChanges(tmp_path)
    changes._thread.join(10)
    assert [changes(), changes()] == [True, False]
    assert seen == [((tmp_path / "config",), True, False)]


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://127.0.0.1:80/"),
        ("::1", "http://[::1]:80/"),
        ("box", "http://box:80/"),
        ("127.0.0.1", "http://localhost:80/accounts/"),
    ],
)
def test_addresses_can_be_clicked(host, shown):
    assert shown in welcome(host, 80, "")


def test_a_host_that_cannot_be_resolved():
    with pytest.raises(StartError, match="cannot be resolved"):
        require_free("no-such-host.invalid", 80)


@pytest.mark.parametrize(
    ("given", "quiet", "level"), [("", True, "WARNING"), ("", False, "INFO"), ("DEBUG", True, "DEBUG")]
)
def test_make_run_is_quiet_unless_told_otherwise(monkeypatch, given, quiet, level):
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    if given:
        monkeypatch.setenv("LOG_LEVEL", given)
    env = child_environment("box", 81, quiet=quiet)
    assert (env["LOG_LEVEL"], env["HOST"], env["PORT"]) == (level, "box", "81")


def test_what_is_done_once_may_end_and_is_waited_for():
    called = []
    commands = {"prepare": "sh -c 'echo prepared'", "web": ECHO, "worker": "sh -c 'exit 6'"}
    code, said = supervise(
        commands, once="prepare", ahead=2, ready=lambda: True, on_ready=lambda: called.append(1)
    )
    assert (code, called) == (6, [1])
    assert said.index("prepared") < said.index("worker ended")


def test_what_is_done_once_and_fails_is_the_end():
    code, said = supervise(
        {"prepare": "sh -c 'exit 3'", "web": ECHO, "worker": "echo never"},
        once="prepare",
        ahead=2,
        ready=lambda: False,
    )
    assert code == 3
    assert "never" not in said


def test_others_do_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr("config.supervisor.children.HEAD_START", 0)
    called = []
    assert (
        supervise(
            {"web": ECHO, "worker": "sh -c 'exit 6'"}, ready=lambda: False, on_ready=lambda: called.append(1)
        )[0]
        == 6
    )
    assert called == []


def test_a_prepared_database_is_recognized_until_a_migration_or_the_database_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://one/one")
    migration = tmp_path / "app" / "migrations" / "0001_first.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("one")
    prepared = Prepared(tmp_path, tmp_path)
    assert not prepared.holds()
    prepared.remember()
    assert prepared.holds()
    migration.write_text("two")
    assert not prepared.holds()
    prepared.remember()
    monkeypatch.setenv("DATABASE_URL", "postgresql://two/two")
    assert not prepared.holds()
    monkeypatch.delenv("DATABASE_URL")
    assert not prepared.holds()


@pytest.mark.parametrize(
    ("words", "expected"), [([], (False, 0)), (["--dev"], (True, 0)), (["--with-parent"], (False, 1))]
)
def test_the_programs_options(monkeypatch, words, expected):
    bound = []
    monkeypatch.setattr(program, "die_with_parent", lambda: bound.append(1))
    monkeypatch.setattr(program, "run", lambda dev: (dev, len(bound)))
    assert program.main(words) == expected
