"""JSON from outside: bounded in depth and in the size of numbers, tolerant of NaN, never a RecursionError."""

import json
from collections.abc import Iterable
from typing import Any, Final

MAX_DEPTH: Final = 200
_MAX_DIGITS: Final = 40


class TooDeep(ValueError):
    """Nested deeper than any document of events is."""


def parse_json(text: str, *, strict: bool = True) -> Any:
    """The value of `text`; of duplicate keys the last wins, NaN and infinities become None, integers of more than 40 digits stay text.

    Raises `TooDeep` beyond 200 levels and `ValueError` where it is no JSON. `strict` False allows raw control characters in strings.
    """
    try:
        value = json.loads(text, strict=strict, parse_int=_int, parse_constant=_constant)
    except RecursionError as error:
        raise TooDeep("nested too deep") from error
    if _too_deep(value):
        raise TooDeep(f"nested deeper than {MAX_DEPTH}")
    return value


def _int(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_DIGITS else text


def _constant(_: str) -> None:
    return None


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
