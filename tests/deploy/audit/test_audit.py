"""`make audit` on a small project: its findings, its exceptions, and its output without network."""

import json
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from deploy.audit.__main__ import main
from deploy.audit.vulnerabilities import NO_SOURCE

#: Put together here, so that this file holds none.
AWS_KEY = "AKIA" + "QZ7WERTYPLMNB4X2"
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"
MENDED = {"id": "GHSA-1", "aliases": ["CVE-2026-1"], "fixed_in": ["99"]}


class Project:
    """A checkout with one package, and its audit."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.add()

    def add(self) -> None:
        subprocess.run(["git", "-C", self.root, "add", "-A"], check=True)

    def accept(self, section: str, key: str) -> None:
        self.write("deploy/audit/accepted.toml", f'[{section}]\n"{key}" = "looked at"\n')


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without findings; each test gets a copy."""
    root = tmp_path_factory.mktemp("sound")
    subprocess.run(["git", "init", "-q", root], check=True)
    for name, text in {
        "requirements.in": "nh3\n", "requirements.txt": f"nh3=={version('nh3')}\n", "requirements-dev.in": "", "requirements-dev.txt": "",
        "app/__init__.py": "import nh3\n", "deploy/audit/accepted.toml": "", "docs/third-parties.md": "", "LICENSE": "MIT\n",
        "static/fonts/inter-OFL.txt": "OFL\n", "static/fonts/space-grotesk-OFL.txt": "OFL\n",
        "static/fonts/noto-sans-devanagari-OFL.txt": "OFL\n", "static/fonts/noto-sans-kannada-OFL.txt": "OFL\n", "static/vendor/uplot/LICENSE.txt": "MIT\n",
        "static/vendor/leaflet/LICENSE.txt": "BSD\n",
        "pipeline/geography/data/geonames-CC-BY.txt": "CC BY\n",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    Project(root).add()
    with HTTPServer() as nobody:
        main(["--write", "--advisories", nobody.url_for("")], root)
    Project(root).add()
    return root


@pytest.fixture
def project(sound: Path, tmp_path: Path, capsys: Any, httpserver: Any) -> Any:
    made = Project(shutil.copytree(sound, tmp_path / "project"))

    def audit(*words: str) -> tuple[int, str, dict[str, Any]]:
        capsys.readouterr()
        code = main([*words, "--advisories", httpserver.url_for("")], made.root)
        said = capsys.readouterr().out
        return code, said, json.loads(said.splitlines()[-1])

    made.audit = audit
    return made


def test_a_sound_project_passes(project):
    code, _, told = project.audit()
    assert (code, told["passed"]) == (0, True)
    assert {
        "vulnerabilities",
        "licences",
        "third_parties",
        "dependencies",
        "secrets",
        "seconds",
    } <= told.keys()


def test_without_a_source_that_is_said_and_is_neither_pass_nor_failure(project):
    code, said, told = project.audit()
    assert NO_SOURCE in said
    assert told["vulnerabilities"] == {"source": None, "asked": 1, "answered": 0, "found": []}
    assert code == 0


@pytest.mark.parametrize(
    "body", ["no json", "[]", "{}", '{"vulnerabilities": null}', '{"vulnerabilities": "none"}']
)
def test_an_answer_that_tells_nothing_is_no_answer(project, httpserver, body):
    httpserver.expect_request(f"/pypi/nh3/{version('nh3')}/json").respond_with_data(body)
    assert project.audit()[2]["vulnerabilities"]["answered"] == 0


def test_a_known_vulnerability_fails_the_audit(project, httpserver):
    httpserver.expect_request(f"/pypi/nh3/{version('nh3')}/json").respond_with_json(
        {"vulnerabilities": [MENDED]}
    )
    code, said, told = project.audit()
    assert code == 1
    assert f"nh3 {version('nh3')}: GHSA-1, CVE-2026-1; mended in 99" in said
    assert told["vulnerabilities"]["found"] == ["GHSA-1"]


def test_one_that_was_withdrawn_does_not(project, httpserver):
    row = {**MENDED, "withdrawn": "2026-01-01T00:00:00Z"}
    httpserver.expect_request(f"/pypi/nh3/{version('nh3')}/json").respond_with_json(
        {"vulnerabilities": [row]}
    )
    assert project.audit()[0] == 0


@pytest.mark.parametrize("name", ["GHSA-1", "CVE-2026-1"])
def test_one_that_was_looked_at_may_stand(project, httpserver, name):
    httpserver.expect_request(f"/pypi/nh3/{version('nh3')}/json").respond_with_json(
        {"vulnerabilities": [MENDED]}
    )
    project.accept("vulnerabilities", name)
    code, _, told = project.audit()
    assert (code, told["vulnerabilities"]["found"]) == (0, ["GHSA-1"])


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("app/cloud.py", f'KEY = "{AWS_KEY}"', "AWS Access Key"),
        ("tests/fixture.txt", AWS_KEY, "AWS Access Key"),
        ("deploy/id_rsa", PRIVATE_KEY, "Private Key"),
        ("app/settings.py", 'DB_PASSWORD = "' + "tr0ub4dor-and-more" + '"', "Secret Keyword"),
        ("docs/how.md", "postgres://nocturne:" + "tr0ub4dor@db/nocturne", "Basic Auth Credentials"),
        ("app/sign.py", 'X = "' + "kG93hQz7LpW2sXv8TbN4mRc6YdF1aJe5" + '"', "Base64 High Entropy String"),
    ],
)
def test_a_planted_secret_is_found_and_not_said(project, name, text, kind):
    project.write(name, f"\n{text}\n")
    code, said, _ = project.audit()
    assert code == 1
    assert f"secrets: PROBLEM {name}:2: {kind}" in said
    assert all(
        word.strip('"') not in said for word in text.split() if len(word) > 16 and "PRIVATE" not in text
    )


def test_what_is_no_secret_may_stand_and_is_named_when_it_is_gone(project):
    project.write("app/cloud.py", f'KEY = "{AWS_KEY}"\n')
    said = project.audit()[1]
    project.accept("secrets", said.split('if it is none: "')[1].partition('"')[0])
    assert project.audit()[0] == 0
    project.write("app/cloud.py", "")
    assert "names what is no longer there: app/cloud.py AWS Access Key" in project.audit()[1]


def test_a_file_that_git_does_not_know_is_not_looked_at(project):
    project.write(".gitignore", ".env\n")
    project.write(".env", f"KEY={AWS_KEY}\n")
    assert project.audit()[0] == 0


def test_an_undeclared_import_is_found(project):
    project.write("app/fetching.py", "import httpx\n")
    code, said, _ = project.audit()
    assert code == 1
    assert "dependencies: PROBLEM app/fetching.py:1: 'httpx'" in said


def test_a_package_that_nobody_imports_is_found_and_may_stand(project):
    project.write("requirements.in", "nh3\norjson\n")
    code, said, _ = project.audit()
    assert code == 1
    assert "'orjson' defined as a dependency but not used" in said
    project.accept("unused", "DEP002 orjson")
    assert project.audit()[0] == 0


def test_an_import_of_tests_alone_must_be_declared_for_them(project):
    project.write("tests/test_it.py", "import pytest\n")
    assert "tests/test_it.py:1: 'pytest'" in project.audit()[1]
    project.write("requirements-dev.in", "-r requirements.txt\npytest\n")
    assert project.audit()[0] == 0


def test_a_package_that_is_new_makes_the_page_old(project):
    project.write("requirements-dev.txt", f"h11=={version('h11')}\n")
    code, said, _ = project.audit()
    assert code == 1
    assert "docs/third-parties.md is not current (h11)" in said
    assert project.audit("--write")[0] == 0
    assert "| h11 | MIT |" in (project.root / "docs/third-parties.md").read_text()


def test_a_vendored_file_without_a_licence_is_found(project):
    project.write("static/vendor/leaflet.js", "// somebody's\n")
    code, said, _ = project.audit()
    assert code == 1
    assert "static/vendor/leaflet.js: whose is it" in said
