"""Reads the values of simple fields as publishers write them, and writes them for readers."""

from collections.abc import Callable
from typing import Any, Final

from pipeline import patterns

#: No value is longer than this; the rest is not read.
MAX_STATEMENT: Final = 80
_OLDEST: Final = 99
_ALL_AGES: Final = patterns.compile(
    r"\b(?:all[- ]ages|any age|everyone|every ?body|no (?:age )?(?:limit|restrictions?)|tout public|tous publics"
    r"|todos los públicos|alle altersgruppen|ohne altersbeschränkung)\b",
    patterns.IGNORECASE,
    longest=MAX_STATEMENT,
)
#: "18+", "18", "18 and over", "18-", "16-99"; the second number ends a range.
_AGE: Final = patterns.compile(
    r"(?<![\w.,$€£₹/-])(\d{1,2})(?![\d.,]?\d)(?:\s?[-–]\s?(\d{1,3})(?!\d))?", longest=MAX_STATEMENT
)
#: An upper bound, or an age that is not a number of years.
_NO_MINIMUM: Final = patterns.compile(
    r"\b(?:under|below|younger|up to|max|maximum|bis|jusqu|hasta|months?|monate?|mois|meses|weeks?)\b|<",
    patterns.IGNORECASE,
    longest=MAX_STATEMENT,
)


def read_text(limit: int) -> Callable[[Any], str | None]:
    """A reader for one line of text of at most `limit` characters.

    It returns None for anything that is no text or is empty.
    """

    def read(value: Any) -> str | None:
        line = " ".join(value.split()) if isinstance(value, str) else ""
        return line[:limit].rstrip() or None

    return read


def read_age(value: Any) -> int | None:
    """The least age in whole years, 0 for all ages.

    Accepts 18, "18+", "18-" (schema.org), "18 and over", "All ages". None for anything else: a closed range
    ("5-12") describes an audience, and two ages contradict each other.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 <= value <= _OLDEST and value == int(value) else None
    if not isinstance(value, str) or len(value) > MAX_STATEMENT:
        return None
    found = {(low, high) for low, high in _AGE.findall(value)}
    if not found:
        return 0 if _ALL_AGES.search(value) else None
    low, high = found.pop()
    if found or _NO_MINIMUM.search(value) or (high and int(high) < _OLDEST):
        return None
    return int(low)


def age_words(years: int) -> str:
    """An age limit in words for readers: "18+", "All ages"."""
    return f"{years}+" if years else "All ages"


def age_range(years: int) -> str:
    """An age limit for schema.org/typicalAgeRange: "18-", open above."""
    return f"{years}-"
