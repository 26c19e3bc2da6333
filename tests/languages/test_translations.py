"""Every entry of every catalogue is whole: translated, with the placeholders and the markup of its text."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from languages.catalogues.compiling import sources
from languages.catalogues.extracting import read_catalogue

_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_MARKUP: Final = re.compile(r"<[^>]*>|&#?\w+;")
#: Words of a placeholder that a form for one may leave out ("one night" instead of "1 night").
_COUNTS: Final = frozenset({"%(number)d", "%(number)s", "%(count)d", "%(count)s"})


def _pairs(entry: Any) -> Iterator[tuple[str, str]]:
    """Each form of the text with its translation."""
    if isinstance(entry.id, str):
        yield entry.id, entry.string
    else:
        yield from zip(entry.id, entry.string, strict=True)


def _faults(text: str, translated: str, *, is_for_one: bool) -> Iterator[str]:
    if not translated.strip():
        yield "empty"
        return
    here, there = (Counter(_PLACEHOLDER.findall(words)) for words in (text, translated))
    if (set(here) ^ set(there)) - (_COUNTS if is_for_one else set()):
        yield "other placeholders"
    if Counter(_MARKUP.findall(text)) != Counter(_MARKUP.findall(translated)):
        yield "other markup"
    if text[:1].isspace() != translated[:1].isspace() or text[-1:].isspace() != translated[-1:].isspace():
        yield "other spaces"


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: path.parent.parent.name)
def test_every_entry_is_translated_with_its_placeholders_and_markup(path: Path) -> None:
    """Otherwise: translate what `make messages` added (docs/languages.md)."""
    found = {
        (text, fault)
        for entry in read_catalogue(path)
        if entry.id
        for number, (text, translated) in enumerate(_pairs(entry))
        for fault in _faults(text, translated, is_for_one=number == 0 and not isinstance(entry.id, str))
    }
    assert found == set()


def test_what_would_break_a_page_is_found() -> None:
    assert [*_faults("%(n)s of <b>all</b>", "", is_for_one=False)] == ["empty"]
    assert [*_faults("%(n)s of <b>all</b>", "%(m)s <i>x</i>", is_for_one=False)] == [
        "other placeholders",
        "other markup",
    ]
    assert [*_faults("%(number)d night", "una noche", is_for_one=True)] == []
