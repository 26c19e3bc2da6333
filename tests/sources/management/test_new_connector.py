"""`manage.py new_connector`.

Its files and table lines, its refusals, and a new test that fails until it is filled in.
"""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

ROOT = Path(settings.BASE_DIR)
NEW = (
    "pipeline/connectors/platforms/town_calendar.py",
    "tests/pipeline/connectors/platforms/test_town_calendar.py",
    "tests/pipeline/fixtures/town_calendar/answer.json",
    "docs/sources/town_calendar.md",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that a connector touches and needs."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for folder in ("pipeline", "docs/sources"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for folder in (
        "tests",
        "tests/pipeline",
        "tests/pipeline/connectors",
        "tests/pipeline/connectors/platforms",
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "__init__.py").touch()
    for name in ("reading.py", "loopback.py"):
        shutil.copy(ROOT / "tests/pipeline/connectors" / name, tmp_path / "tests/pipeline/connectors" / name)
    return tmp_path


def make(copy: Path, name: str = "town_calendar", **options: str) -> list[str]:
    out = StringIO()
    call_command("new_connector", name, root=copy, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().split()


def run_tests(copy: Path) -> tuple[int, str]:
    """Run the new test in another process, with the project's other packages behind the copy."""
    alone = {
        "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "pytest_httpserver.pytest_plugin",
        "--rootdir",
        str(copy),
        "-c",
        os.devnull,
        NEW[1],
    ]
    done = subprocess.run(
        command,
        cwd=copy,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def fill_in(copy: Path) -> None:
    """Fill in what a person would write: recognition, fields, and metadata."""
    path = copy / NEW[0]
    code = path.read_text()
    code = code.replace("    marks = ()\n", "    marks = ((b'\"hall\"',),)\n")
    code = code.replace(
        "            start=None,\n",
        '            start=item.get("starts"),\n            venue=values.venue(name=html_line(item, "hall")),\n',
    )
    for name in ("allows", "quota", "storage", "attribution", "terms", "link"):
        code = code.replace(f'        {name}="",', f'        {name}="said",')
    path.write_text(code)
    page = copy / NEW[3]
    page.write_text(page.read_text().replace("…", "said"))


def test_everything_is_written_and_in_its_place(copy: Path) -> None:
    assert make(copy, title="Town calendar of Marne") == [
        *NEW,
        "pipeline/connectors/registry.py",
        "docs/sources/README.md",
    ]
    assert all((copy / path).is_file() for path in NEW)
    registry = (copy / "pipeline/connectors/registry.py").read_text().splitlines()
    imports = [line for line in registry if line.startswith("from pipeline.connectors.")]
    assert imports == sorted(imports)
    assert (
        registry.index('    "town_calendar": TownCalendarConnector,')
        == registry.index('    "json_feed": JsonFeedConnector,') - 1
    )
    assert (
        "| [`town_calendar`](town_calendar.md) | documented | Town calendar of Marne | … |"
        in (copy / "docs/sources/README.md").read_text()
    )


def test_the_new_test_fails_until_the_connector_is_filled_in(copy: Path) -> None:
    make(copy)
    code, output = run_tests(copy)
    assert code == 1, output
    for name in (
        "says_what_an_operator_must_know",
        "answers_are_recognized",
        "sample_gives_its_events",
        "event_that_moved",
        "it_is_fetched",
    ):
        assert name in output.split("short test summary")[1], output
    fill_in(copy)
    assert run_tests(copy)[0] == 0, run_tests(copy)[1]


def test_the_new_code_is_formatted_and_linted_as_ours(copy: Path) -> None:
    make(copy)
    ours = ["--config", str(ROOT / "pyproject.toml"), "--config", f"src=['{copy}', '{ROOT}']"]
    for command in (["format", "--check"], ["check"]):
        ruff = [sys.executable, "-m", "ruff", *command, *ours, str(copy / NEW[0]), str(copy / NEW[1])]
        done = subprocess.run(ruff, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name", ["", "Town", "1town", "town-calendar", "town__calendar", "../town", "class", "x" * 41, "tow n"]
)
def test_names_that_are_no_modules_are_refused(copy: Path, name: str) -> None:
    with pytest.raises(CommandError, match="^NAME: .* use small letters"):
        make(copy, name)


@pytest.mark.parametrize("name", ["ical", "json_feed", "webhook"])
def test_connectors_that_there_are_stay_as_they_are(copy: Path, name: str) -> None:
    with pytest.raises(CommandError, match=f"^NAME: '{name}' is taken"):
        make(copy, name)


@pytest.mark.parametrize("path", NEW)
def test_nothing_is_overwritten(copy: Path, path: str) -> None:
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_text("mine")
    before = (copy / "pipeline/connectors/registry.py").read_text()
    with pytest.raises(CommandError, match=f"is taken \\({path}"):
        make(copy)
    assert (copy / path).read_text() == "mine"
    assert (copy / "pipeline/connectors/registry.py").read_text() == before
    assert [one for one in NEW if (copy / one).exists()] == [path]


def test_a_table_of_another_form_is_left_alone(copy: Path) -> None:
    (copy / "pipeline/connectors/registry.py").write_text("CONNECTORS = {}\n")
    with pytest.raises(CommandError, match="registry.py: .* add the connector by hand"):
        make(copy)
    assert not any((copy / one).exists() for one in NEW)
