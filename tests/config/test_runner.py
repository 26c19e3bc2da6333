"""`make test`: a browser, the tests, the gate; the closing line last and the exit code kept."""

import os
import subprocess
import sys

import psutil
import pytest

import tests.__main__ as runner
from tests import chrome


@pytest.mark.parametrize(
    ("chunks", "shown", "closing"),
    [
        ([b"....", b".. [100%]\n3 passed", b" in 0.1s\n"], b"...... [100%]\n", "3 passed in 0.1s"),
        (
            [b"\x1b[32m.\x1b[0m", b"F\n", b"=== 1 failed in 2s ===\n"],
            b"\x1b[32m.\x1b[0mF\n",
            "=== 1 failed in 2s ===",
        ),
        ([b"only line\n"], b"", "only line"),
        ([], b"", ""),
    ],
)
def test_all_but_the_last_line_is_shown_as_it_comes(capsysbinary, chunks, shown, closing):
    assert runner.show_all_but_last(chunks) == closing
    assert capsysbinary.readouterr().out == shown


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.delenv("NOCTURNE_TEST_PROCESSES", raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1}, raising=False)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run main with given results of pytest and the gate. Returns its code, its output and the calls."""

    def go(words, *, code=0, percent=95.0, browsers=0):
        called = []
        monkeypatch.setattr(chrome, "main", lambda: browsers)
        monkeypatch.setattr(
            runner,
            "run_pytest",
            lambda given, coverage: (
                called.append(("pytest", coverage is not None)) or (code, "3 passed in 1s")
            ),
        )
        monkeypatch.setattr(runner.line_coverage, "report", lambda folder: called.append("report") or percent)
        return runner.main(words), capsys.readouterr().out, called

    return go


def test_all_tests_pass_the_gate(run):
    code, out, called = run([])
    assert (code, out.splitlines()[-1], called) == (0, "3 passed in 1s", [("pytest", True), "report"])


def test_some_tests_have_no_gate(run):
    assert run(["tests/config"]) == (0, "3 passed in 1s\n", [("pytest", False)])


def test_the_exit_code_of_pytest_is_kept(run):
    assert run([], code=5, percent=94.9)[0] == 5


def test_a_gate_that_fails_fails_the_run_and_the_closing_line_is_still_last(run):
    code, out, _ = run([], percent=94.94)
    assert code == 2
    assert out.splitlines() == ["nocturne: 94.94 % of the lines were run, asked are 95 %", "3 passed in 1s"]


def test_no_browser_no_tests(run):
    assert run([], browsers=1) == (1, "", [])


def test_the_fast_tests_need_no_browser_and_have_no_gate(run):
    assert run(["--fast"], browsers=1) == (0, "3 passed in 1s\n", [("pytest", False)])


SLOW = "not (browser or chaos or benchmark or long or pump)"


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ([], ["--durations=30", "-n", "2"]),
        (["--fast"], ["--durations=30", "-n", "2", "-m", SLOW]),
        (["tests/config"], ["--durations=30", "tests/config"]),
        (["--fast", "tests/config"], ["--durations=30", "-m", SLOW, "tests/config"]),
    ],
)
def test_all_tests_run_in_a_process_for_each_core_and_some_in_one(words, given):
    assert runner.arguments(words) == given


@pytest.mark.parametrize(("cores", "number"), [(1, "1"), (4, "4"), (64, "4")])
def test_there_are_at_most_four_processes(monkeypatch, cores, number):
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(cores)), raising=False)
    assert runner.arguments([])[1:] == ([] if number == "1" else ["-n", number])


def test_the_number_of_processes_can_be_chosen(monkeypatch):
    monkeypatch.setenv("NOCTURNE_TEST_PROCESSES", "3")
    assert runner.arguments(["tests/config"]) == ["--durations=30", "-n", "3", "tests/config"]


def test_pytest_is_really_run(tmp_path, capfd):
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert False\n")
    code, closing = runner.run_pytest(
        ["-p", "no:django", "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)], coverage=None
    )
    assert code == 1
    assert "1 failed in" in closing
    assert "assert False" in capfd.readouterr().out


def test_lines_that_any_process_has_run_are_counted(tmp_path, capfd):
    words = ["-p", "no:django", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    for number, body in enumerate(("from pipeline.money import amounts", "from pipeline.dates import zones")):
        test = tmp_path / f"test_{number}.py"
        test.write_text(f"{body}\ndef test_one():\n    assert True\n")
        assert runner.run_pytest([*words, str(test)], coverage=tmp_path)[0] == 0
    percent = runner.line_coverage.report(tmp_path)
    rows = [line.split() for line in capfd.readouterr().out.splitlines()]
    shown = {row[0]: row[3] for row in rows if len(row) > 3}
    assert 0 < percent < 50
    assert shown["pipeline/money/amounts.py"] != "0" != shown["pipeline/dates/zones.py"]
    assert shown["digests/tasks.py"] == "0"


def test_a_process_that_crashes_costs_one_test_and_the_run_goes_on(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "from tests import scheduling\n"
        "def pytest_xdist_make_scheduler(config, log):\n    return scheduling.ByUnit(config, log)\n"
    )
    for name in "abcdef":
        (tmp_path / f"test_{name}.py").write_text("def test_one(): pass\ndef test_two(): pass\n")
    (tmp_path / "test_d.py").write_text("import os\ndef test_one(): os._exit(1)\ndef test_two(): pass\n")
    words = ["-q", "-n", "2", "-p", "no:cacheprovider", "-p", "no:django", "-c", os.devnull]
    command = [sys.executable, "-m", "pytest", *words, "--rootdir", str(tmp_path), str(tmp_path)]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=alone)
    assert "1 failed, 11 passed" in done.stdout, done.stdout + done.stderr


def test_a_browser_on_the_path_is_taken(monkeypatch):
    monkeypatch.setattr(
        "shutil.which", lambda name: "/opt/google-chrome" if name == "google-chrome" else None
    )
    assert chrome.find_chromium() == "/opt/google-chrome"


def test_root_on_debian_installs_the_package(monkeypatch):
    found = iter(["/usr/bin/chromium"])
    called = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(chrome, "find_chromium", lambda: next(found))
    assert chrome.install_chromium(lambda words: called.append(words) or 0) == "/usr/bin/chromium"
    assert called[1][:2] == ["apt-get", "install"]
    assert called[1][-1] == "chromium"


def test_others_let_playwright_install_its_own(monkeypatch):
    called = []
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(chrome, "find_chromium", lambda: None)
    assert chrome.install_chromium(lambda words: called.append(words) or 0) is None
    assert called == [[sys.executable, "-m", "playwright", "install", "chromium"]]


def test_without_any_browser_one_line_says_how(monkeypatch, capsys):
    monkeypatch.setattr(chrome, "find_chromium", lambda: None)
    monkeypatch.setattr(chrome, "install_chromium", lambda call: None)
    assert chrome.main() == 1
    assert capsys.readouterr().err == f"nocturne: {chrome.MISSING}\n"


def test_nothing_is_left_of_the_served_browser(tmp_path):
    before = set(psutil.Process().children(recursive=True))  # another test's browser may be there
    with chrome.served(chrome.find_chromium(), tmp_path) as address:
        assert address.startswith("ws://127.0.0.1:")
        served = set(psutil.Process().children(recursive=True)) - before
    _, alive = psutil.wait_procs(served, timeout=30)
    assert served
    assert alive == []
