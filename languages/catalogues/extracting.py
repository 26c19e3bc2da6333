"""Collects the marked texts of Python files, templates and tables into the catalogues, without gettext's own programs."""

import ast
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from languages.catalogues.compiling import PROJECT, sources

#: How texts are marked: the function's name, and which arguments are the text, its plural and its context (`c`).
KEYWORDS: Final[dict[str, Any]] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "_": None,
}
#: Tables whose columns are shown to readers.
TABLES: Final = {
    "pipeline/taxonomy/data/taxonomy.csv": "name",
    "pipeline/taxonomy/data/subcategories.csv": "name",
}
_LEFT_OUT: Final = ("tests/", "benchmarks/", "deploy/", "training/", "templates/admin/", "templates/unfold/")
_MARKS: Final = ("gettext", "translate")


def collected() -> Catalog:
    """All marked texts of the product, with the files where they stand."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(_files(PROJECT)):
        name = path.relative_to(PROJECT).as_posix()
        for context, text, comments in _texts(path, name):
            catalogue.add(text, None, [(name, 0)], context=context, auto_comments=comments)
    return catalogue


def missing_and_unused() -> dict[str, tuple[set[Any], set[Any]]]:
    """By language: the texts that its catalogue lacks, and those that it has beyond the sources."""
    wanted = {_key(message) for message in collected() if message.id}
    found = {}
    for path in sources():
        held = {_key(message) for message in read_catalogue(path) if message.id}
        found[path.parent.parent.name] = (wanted - held, held - wanted)
    return found


def update() -> Iterator[Path]:
    """Bring every catalogue up to date: new texts without a translation, none that is no longer used."""
    template = collected()
    for path in sources():
        catalogue = read_catalogue(path)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        written = io.BytesIO()
        write_po(written, catalogue, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
        if written.getvalue() != path.read_bytes():
            path.write_bytes(written.getvalue())
            yield path


def read_catalogue(path: Path) -> Catalog:
    """The catalogue of one language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _key(message: Any) -> tuple[str | None, str | tuple[str, ...]]:
    return message.context, message.id


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in TABLES)
    yield from (path for path in (root / "templates").rglob("*.html") if not _is_left_out(path, root))
    yield from (path for path in (root / "templates").rglob("*.txt") if not _is_left_out(path, root))
    for app in root.glob("*/__init__.py"):
        if not _is_left_out(app, root):
            yield from app.parent.rglob("*.py")


def _is_left_out(path: Path, root: Path) -> bool:
    return path.relative_to(root).as_posix().startswith(_LEFT_OUT)


def _texts(path: Path, name: str) -> Iterator[tuple[str | None, Any, list[str]]]:
    """(context, text or its plural forms, comments for translators) of one file."""
    content = path.read_text(encoding="utf-8")
    if column := TABLES.get(name):
        yield from ((None, row[column], []) for row in csv.DictReader(io.StringIO(content)))
        return
    if not any(mark in content for mark in _MARKS):
        return
    content = _as_python(content, name) if path.suffix != ".py" else f"{content}\n{_inside_strings(content)}"
    found: Any = extract_python(
        io.BytesIO(content.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    )
    for _, function, texts, comments in found:
        yield from _message(function, texts, comments)


def _as_python(content: str, name: str) -> str:
    """A template as calls of gettext, in brackets, since its indentation is not Python's."""
    return f"(\n{templatize(content, origin=name)}\n)"  # type: ignore[no-untyped-call]


def _inside_strings(content: str) -> str:
    """The calls that stand inside f-strings, one a line: before Python 3.12 `extract_python` does not look there."""
    strings = (node for node in ast.walk(ast.parse(content)) if isinstance(node, ast.JoinedStr))
    return "\n".join(
        ast.unparse(node) for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)
    )


def _message(
    function: str, texts: Any, comments: Iterable[str]
) -> Iterator[tuple[str | None, Any, list[str]]]:
    given = [text for text in (texts if isinstance(texts, tuple) else (texts,)) if isinstance(text, str)]
    if function.startswith(("pgettext", "npgettext")):
        context, given = given[0], given[1:]
    else:
        context = None
    is_counted = function.startswith("n")
    if given and given[0]:
        yield context, tuple(given[:2]) if is_counted else given[0], list(comments)
