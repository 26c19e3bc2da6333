"""What of the pipeline's expressions decides nothing on given texts."""

import re
import sys
from types import ModuleType

import pytest

from training.evaluation.unused import alternatives, unused_on


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("words_of_test.one")
    made.FOUND = re.compile(r"\b(?:open|closed|shut)\b")  # type: ignore[attr-defined]
    made.NEVER = re.compile("x|y")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def test_an_alternative_that_changes_no_match_is_idle(module: ModuleType) -> None:
    reported = unused_on(
        lambda: [module.FOUND.search(text) for text in ("it is open", "closed")], package="words_of"
    )
    assert reported == {
        "patterns": 2,
        "alternatives": 5,
        "idle": 3,
        "where": {"words_of_test.one.FOUND": ["shut"], "words_of_test.one.NEVER": ["*"]},
    }


def test_the_expressions_stand_as_before_afterwards(module: ModuleType) -> None:
    before = module.FOUND
    unused_on(lambda: module.FOUND.sub("", "open"), package="words_of")
    assert module.FOUND is before


def test_alternatives_of_groups_and_of_the_whole_are_found() -> None:
    expression = r"a(?:b|[c|)]|\|)|(?P<name>d)"
    assert [expression[one:two] for one, two in alternatives(expression)] == [
        "b", "[c|)]", r"\|", r"a(?:b|[c|)]|\|)", "(?P<name>d)",
    ]  # fmt: skip


def test_alternatives_of_what_must_not_follow_are_left_out() -> None:
    assert list(alternatives("a(?!b|(c|d))(?<!e|f)")) == []


def test_an_alternative_that_the_last_of_many_texts_needs_is_not_idle(module: ModuleType) -> None:
    texts = ["open"] * 300 + ["closed", "shut"]
    reported = unused_on(lambda: [module.FOUND.sub("", text) for text in texts], package="words_of")
    assert reported["where"] == {"words_of_test.one.NEVER": ["*"]}
