"""Names and documents use the words of docs/glossary.md, and none of those that it replaced."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests.packages import PACKAGES

_ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
#: Where a refused word means something else: {(file, word): reason}.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("mail/enums.py", "complaint"): "mail providers call a report of spam a complaint",
    ("mail/domain/sending.py", "complaints"): "the same",
    ("mail/services/campaigns.py", "complaints"): "the same",
}


def refused(pattern: str) -> frozenset[str]:
    """What the last column of the glossary has in `code font` or in “quotes”."""
    cells = _ROW.findall((PROJECT / "docs/glossary.md").read_text())
    return frozenset(word.lower() for cell in cells for word in re.findall(pattern, cell))


NAMES, PHRASES = refused(r"`(\w+)`"), refused(r"“([^”]+)”")


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def old_words(path: Path) -> set[str]:
    """Refused words in the path of a module and in the names that it defines."""
    names = [*path.relative_to(PROJECT).parts, *names_in(ast.parse(path.read_text()))]
    words = {part.lower() for name in set(names) for part in _PART.findall(name)} & NAMES
    return {word for word in words if (str(path.relative_to(PROJECT)), word) not in EXCEPTIONS}


@pytest.mark.parametrize("app", [*PACKAGES, "benchmarks"])
def test_names_are_those_of_the_glossary(app):
    modules = [path for path in (PROJECT / app).rglob("*.py") if "migrations" not in path.parts]
    assert {str(path.relative_to(PROJECT)): words for path in modules if (words := old_words(path))} == {}


DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_use_the_words_of_the_glossary(document):
    text = " ".join(document.read_text().split()).lower()
    found = {phrase for phrase in PHRASES if re.search(rf"\b{phrase}\b", text)}
    assert found == (PHRASES if document.name == "glossary.md" else set())


def test_an_old_word_is_found_within_a_name(tmp_path):
    tree = ast.parse("class OldKeeper:\n    def open_door(self, ledger): self.duty = 1")
    found = {part.lower() for name in names_in(tree) for part in _PART.findall(name)}
    assert {"keeper", "door", "ledger", "duty"} <= found & NAMES


def test_exceptions_are_needed():
    assert all(word in NAMES and (PROJECT / name).exists() for name, word in EXCEPTIONS)
