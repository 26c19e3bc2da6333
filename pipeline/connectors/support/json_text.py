"""JSON from outside: bounded in depth and in the size of numbers, tolerant of NaN, never a RecursionError."""

import json
from collections.abc import Iterable
from typing import Any, Final

from pipeline import patterns
from pipeline.characters import storable

MAX_DEPTH: Final = 200
#: Levels that stay where a text that is too deep is cut, and what stands in the place of what was cut.
KEPT_DEPTH: Final = 64
CUT: Final = "nested too deep"
_MAX_DIGITS: Final = 40
#: How NUL and halves of characters are escaped.
_UNSOUND: Final = ("\\u0000", "\\ud", "\\uD")

#: Strings (also one that does not end, so that a hostile text is read once and not from every quote in it)
#: and brackets.
TOKENS: Final = patterns.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', patterns.DOTALL)


class TooDeep(ValueError):
    """Nested deeper than any document of events is."""


def parse_json(text: str, *, strict: bool = True) -> Any:
    """The value of `text`; of duplicate keys the last wins, NaN and infinities become None, integers of more
    than 40 digits stay text; escaped NUL is left out and an escaped half of a character becomes U+FFFD, since
    PostgreSQL refuses both, and with them all records of their batch.

    Raises `TooDeep` beyond 200 levels and `ValueError` where it is no JSON. `strict` False allows raw control
    characters in strings.
    """
    try:
        value = json.loads(text, strict=strict, parse_int=_int, parse_constant=_constant)
    except RecursionError as error:
        raise TooDeep("nested too deep") from error
    if _too_deep(value):
        raise TooDeep(f"nested deeper than {MAX_DEPTH}")
    return _sound(value) if any(escape in text for escape in _UNSOUND) else value


def parse_pruned(text: str, *, strict: bool = True) -> Any:
    """As `parse_json`, of a text that is too deep: what lies below `KEPT_DEPTH` levels becomes `{"nested too
    deep": null}`."""
    parts: list[str] = []
    depth = last = 0
    for token in TOKENS.finditer(text):
        if token.group() in "{[":
            depth += 1
            if depth == KEPT_DEPTH + 1:
                parts += [text[last : token.start()], f'{{"{CUT}": null}}']
        elif token.group() in "}]":
            last = token.end() if depth == KEPT_DEPTH + 1 else last
            depth -= 1
    if depth <= KEPT_DEPTH:
        parts.append(text[last:])
    return parse_json("".join(parts), strict=strict)


def _int(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_DIGITS else text


def _constant(_: str) -> None:
    return None


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_sound(name): _sound(inner) for name, inner in value.items()}
    return [_sound(inner) for inner in value] if isinstance(value, list) else value


def _too_deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
