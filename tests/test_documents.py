"""What the documents state about the code: named files exist, and the published JSON is as listed."""

import re
from datetime import date
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from pipeline.contract.fields import SIMPLE
from pipeline.contract.normalized import NormalizedEvent

DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
_PATH = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)\b")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
_KEY = re.compile(r"`([a-z_]+)`")
ROOMS = (
    "",
    "pipeline",
    "pipeline/connectors",
    "pipeline/connectors/formats",
    "pipeline/connectors/platforms",
    "sources",
    "events",
    "digests/services",
)


def exists(name: str) -> bool:
    return any((PROJECT / room / name).exists() for room in ROOMS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_a_document_names_exists(document: Path) -> None:
    assert [name for name in _PATH.findall(document.read_text()) if not exists(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_keys_of_a_normalized_event_are_listed() -> None:
    table = (
        (PROJECT / "docs/interfaces.md")
        .read_text()
        .partition("## A normalized event")[2]
        .partition("Each [simple field]")[0]
    )
    rows = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    event = NormalizedEvent(external_id="1", title="Concert", start=date(2026, 12, 1)).to_json()
    assert set(_KEY.findall(rows)) == set(event) - set(SIMPLE)


def test_no_module_cites_a_document_that_is_not_in_the_repository() -> None:
    apps = [path for path in PROJECT.glob("*/") if (path / "__init__.py").exists()]
    cited = {
        str(path.relative_to(PROJECT))
        for app in apps
        for path in app.rglob("*.py")
        if "contracts.md" in path.read_text() and path.name != "test_documents.py"
    }
    assert cited == set()
