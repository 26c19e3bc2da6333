"""Every regular expression handles hostile texts up to the longest that its code admits."""

import importlib
import pkgutil
import tomllib
from datetime import date

import pytest

from pipeline import patterns
from pipeline.dates.free_text import mentions
from tests.hostile import texts
from tests.hostile.attacks import attacks_on
from tests.hostile.measure import first_slow
from tests.hostile.texts import Attack
from tests.hostile.uses import calls_of
from tests.packages import PACKAGES, ROOT

#: The modules that may import `re` themselves, each with the reason that stands beside it in
#: `pyproject.toml`.
EXCEPTIONS = {
    "pipeline/patterns.py": "the one place",
    "training/evaluation/unused.py": "takes expressions apart",
    "training/evaluation/dated.py": "shares no code with the pipeline that it checks",
    "training/evaluation/fields/structured.py": "shares no code with the pipeline that it checks",
}


def _modules() -> list[str]:
    found = []
    for app in PACKAGES:
        package = importlib.import_module(app)
        found += [module.name for module in pkgutil.walk_packages(package.__path__, f"{app}.")]
    return [name for name in found if not name.endswith("__main__") and ".migrations." not in name]


def _compiled() -> list[patterns.Compiled]:
    for name in _modules():
        importlib.import_module(name)
    for language in (
        "en",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "pt",
        "hi",
        "kn",
    ):  # those of weekdays are made for each language, when it is first read
        list(mentions("Sat 4 December", around=date(2026, 11, 22), language=language))
    return [one for one in patterns.compiled() if not one.module.startswith("tests.")]


def _broken(one: patterns.Compiled) -> str | None:
    """The violation of an expression in one line, or None."""
    is_bytes = isinstance(one.pattern.pattern, bytes)
    of = (lambda text: text.encode("utf-8", "replace")) if is_bytes else str
    attacks = attacks_on(one.pattern)
    for name, call in calls_of(one.pattern, one.module).items():
        if found := first_slow(call, attacks, one.longest, of=of):
            return f"{one.module}: {name} of {one.pattern.pattern!r}: {found}"
    return None


def test_every_expression_bears_hostile_texts() -> None:
    assert [found for one in _compiled() if (found := _broken(one))] == []


#: An expression that backtracks, and a length that is long enough to see it.
BACKTRACKING = (
    (r"\s+$", 6_000),
    (r"\w+@", 10_000),
    (r"<ul>.*?</ul>", 20_000),
    (r"(?:\w+\s?)+$", 10_000),
    (r"(?:(?:a|b|&)+)+$", 10_000),
    (r"(?:[a-z]+&?)*;", 10_000),
    (r"<!--.*?-->", 20_000),
    (r"(?:x|xy|y)+z", 4_000),
    (r"a\d*\d*b", 8_000),
)


@pytest.mark.parametrize(("expression", "longest"), BACKTRACKING)
def test_an_expression_that_backtracks_is_found(expression: str, longest: int) -> None:
    made = patterns.re.compile(expression, patterns.DOTALL)

    assert (
        first_slow(made.search, attacks_on(made), longest) is not None
        or first_slow(made.fullmatch, attacks_on(made), longest) is not None
    )


@pytest.mark.parametrize(
    "expression", [r"(?<!\s)\s+$", r"\w{1,64}@", r"<[^<>]*>", r"^(?:\w+\s?)++$", r"a\d*+b"]
)
def test_an_expression_that_does_not_is_let_through(expression: str) -> None:
    made = patterns.re.compile(expression)

    assert first_slow(lambda text: made.findall(text), attacks_on(made), 20_000) is None


def test_generic_texts_are_as_long_as_asked() -> None:
    assert all(950 <= len(attack.of(1_000)) <= 1_000 for attack in texts.generic())
    assert Attack("(", "ab", ")").of(8) == "(ababab)"


def test_only_known_modules_import_re() -> None:
    ignored = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    banned = ignored["flake8-tidy-imports"]["banned-api"]
    excepted = {
        path for path, rules in ignored["per-file-ignores"].items() if "TID251" in rules and "*" not in path
    }

    assert {"re", "regex"} <= set(banned)
    assert excepted == {*EXCEPTIONS, "pipeline/characters.py"}


def test_no_module_imports_re_behind_the_rule() -> None:
    sources = [path for app in PACKAGES for path in (ROOT / app).rglob("*.py")]
    guilty = {
        str(path.relative_to(ROOT))
        for path in sources
        if any(
            line.split()[:2] in (["import", "re"], ["from", "re"], ["import", "regex"], ["from", "regex"])
            for line in path.read_text().splitlines()
        )
        or "noqa: TID251" in path.read_text()
    }

    assert guilty == set(EXCEPTIONS)
