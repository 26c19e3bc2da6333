"""Links in the documents, and the commands in the README, exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.embedded.paths import PROJECT

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")
#: A command in a table's first cell, in running text, or in an example.
_COMMAND = re.compile(r"^\| (`[a-z_]+.*?) \||manage\.py ([a-z_]+)", re.MULTILINE)
_MAKE = re.compile(r"\bmake ([a-z][a-z-]*)\b")

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
GUIDES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", PROJECT / "docs/adding-a-source.md"]


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def broken_links(document: Path) -> list[str]:
    links = _LINK.findall(_CODE.sub("", document.read_text()))
    relative = [
        link.split("#")[0] for link in links if "://" not in link and not link.startswith(("#", "mailto:"))
    ]
    return [link for link in relative if link and not (document.parent / link).exists()]


def commands_in(text: str) -> set[str]:
    found = set()
    for cell, example in _COMMAND.findall(text):
        found |= {example} if example else set(re.findall(r"`([a-z_]+)", cell))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_relative_links_lead_somewhere(document):
    assert broken_links(document) == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.md").write_text(
        "[here](a.md#top) ![not here](b.png) `[code](c.md)` [out](https://example.org)"
    )
    assert broken_links(tmp_path / "a.md") == ["b.png"]


def test_the_readme_names_commands_that_exist():
    named = commands_in((PROJECT / "README.md").read_text())
    assert {"inspect_source", "load", "fetch", "evaluate", "train_matcher", "load_categories"} <= named
    assert named <= set(get_commands())


@pytest.mark.parametrize("document", GUIDES, ids=name_of)
def test_guides_name_commands_and_targets_that_exist(document):
    text = document.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    examples = "\n".join(re.findall(r"^    .*|`[^`\n]+`", text, re.MULTILINE))
    assert set(_MAKE.findall(examples)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


def test_every_project_command_is_in_the_readme():
    ours = {path.stem for path in PROJECT.glob("*/management/commands/[a-z]*.py")}
    assert ours <= commands_in((PROJECT / "README.md").read_text())


def test_every_decision_is_in_the_index():
    folder = PROJECT / "docs/decisions"
    index = (folder / "README.md").read_text()
    assert [path.name for path in sorted(folder.glob("0*.md")) if path.name not in index] == []


@pytest.mark.django_db
def test_a_source_is_added_with_the_fields_of_the_tour(admin_client):
    from sources.models import Source

    form = admin_client.get("/admin/sources/source/add/").context["adminform"].form
    blank = {
        bound.html_name: "" if bound.value() is None else bound.value()
        for bound in form
        if bound.value() is not False
    }
    for moment in ("next_fetch_at", "created_at"):  # filled in by the page, in two fields each
        blank |= {f"{moment}_0": "2026-11-21", f"{moment}_1": "12:00:00"}
    reported = {
        "name": "A hall",
        "slug": "a-hall",
        "type": "ical",
        "connector": "ical",
        "config": '{"url": "https://hall.example/e.ics"}',
    }
    answer = admin_client.post("/admin/sources/source/add/", {**blank, **reported, "is_active": "on"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Source.objects.get(slug="a-hall").is_active
