"""Compiles all regular expressions.

Outside text is hostile: an expression that backtracks lets a short text occupy a process for hours. So every
expression is compiled here, and recorded with the length of the longest text that its code passes;
`tests/hostile/test_patterns.py` tests each of them with hostile texts up to that length. No other module
imports `re` (ruff's rule TID251; its few exceptions are in `pyproject.toml`, each with its reason).
"""

import re
import sys
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

Match = re.Match
Pattern = re.Pattern
error = re.error
escape = re.escape
ASCII: Final = re.ASCII
DOTALL: Final = re.DOTALL
IGNORECASE: Final = re.IGNORECASE
MULTILINE: Final = re.MULTILINE
VERBOSE: Final = re.VERBOSE

#: The default length of the longest text: the limit of a description, with room for its markup.
LONGEST: Final = 100_000

Text = TypeVar("Text", str, bytes)


class Deferred:
    """An expression that is compiled when its first attribute is asked for; then it costs as much as `re.Pattern`.

    A process uses a part of the 600 expressions, whose compilation takes a third of a second.
    """

    def __init__(self, expression: str | bytes, flags: int) -> None:
        self._source = expression, flags
        self._compiled: re.Pattern[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and pickling look for
            raise AttributeError(name)
        if self._compiled is None:
            self._compiled = re.compile(*self._source)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """An expression, its module, and the length of the longest text for it, in characters or bytes."""

    pattern: re.Pattern[Any]
    module: str
    longest: int


_compiled: dict[tuple[str, Any, int], Compiled] = {}


def compile(expression: Text, flags: int = 0, *, longest: int = LONGEST) -> "re.Pattern[Text]":
    """`re.compile` at the first use; records the length of the longest text that the caller passes.

    The caller cuts the text; this function does not. It is for constants of a module, not for expressions
    made from outside text, since the record is never deleted, and an error would come late.
    """
    pattern = cast("re.Pattern[Text]", Deferred(expression, flags))
    module = sys._getframe(1).f_globals.get("__name__", "")
    _compiled[module, expression, int(flags)] = Compiled(pattern=pattern, module=module, longest=longest)
    return pattern


def compile_all() -> None:
    """Compile what the imported modules may need: a process that forks does it before, so that children share it."""
    for one in _compiled.values():
        one.pattern.flags  # noqa: B018 - the first use


def compiled() -> tuple[Compiled, ...]:
    """All expressions of the imported modules, in order of creation."""
    return tuple(_compiled.values())
