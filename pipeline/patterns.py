"""The one place where regular expressions are compiled.

Text from outside is hostile: an expression that backtracks lets a short text hold a process for hours. So
every expression is compiled here, which makes a list of all of them, with the longest text that the code lets
each one see; `tests/hostile/test_patterns.py` pumps each of them with hostile texts up to that length. No
other module imports `re` (ruff's rule TID251; its few exceptions are in `pyproject.toml`, each with its
reason).
"""

import re
import sys
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Match = re.Match
Pattern = re.Pattern
error = re.error
escape = re.escape
ASCII: Final = re.ASCII
DOTALL: Final = re.DOTALL
IGNORECASE: Final = re.IGNORECASE
MULTILINE: Final = re.MULTILINE
VERBOSE: Final = re.VERBOSE

#: Characters that an expression may meet where nothing else is said: what a description is cut to, with room
#: for its markup.
LONGEST: Final = 100_000

Text = TypeVar("Text", str, bytes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """An expression, the module that made it, and the length of the longest text that it meets, in characters
    or bytes."""

    pattern: re.Pattern[Any]
    module: str
    longest: int


_compiled: dict[tuple[str, Any, int], Compiled] = {}


def compile(expression: Text, flags: int = 0, *, longest: int = LONGEST) -> "re.Pattern[Text]":
    """`re.compile`, noted with the length of the longest text that the caller gives it (the caller cuts; this
    does not).

    For constants of a module, not for expressions made from text of outside: what is noted is never
    forgotten."""
    pattern = re.compile(expression, flags)
    module = sys._getframe(1).f_globals.get("__name__", "")
    _compiled[module, expression, pattern.flags] = Compiled(pattern=pattern, module=module, longest=longest)
    return pattern


def compiled() -> tuple[Compiled, ...]:
    """Every expression of the modules that are imported, in the order of their making."""
    return tuple(_compiled.values())
