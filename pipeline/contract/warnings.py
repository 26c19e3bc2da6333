"""Notes on values that a source gave but that could not be used: the field, the value, the remedy."""

from collections.abc import Iterable
from typing import Any, Final

#: At most so many characters of a value are repeated.
MAX_VALUE: Final = 60
_MARK: Final = " cannot be used: "

#: How to fix each field, by its name.
REMEDIES: Final = {
    "start": "give ISO 8601 with an offset, such as 2026-12-12T20:00:00+05:30",
    "end": "give ISO 8601 with an offset, such as 2026-12-12T22:00:00+05:30, or leave it out",
    "price": "give a number, such as 499, or words such as “free”, “₹499 onwards” or “pay what you want”",
    "currency": "give a code of ISO 4217, such as INR or EUR",
    "latitude": "give degrees from -90 to 90, such as 12.9716",
    "longitude": "give degrees from -180 to 180, such as 77.5946",
    "url": "give a web address that begins with https://",
}


def warning(field: str, value: Any) -> str:
    """The note on a value of one of the fields of `REMEDIES`."""
    words = " ".join(str(value).split())
    shown = words if len(words) <= MAX_VALUE else f"{words[:MAX_VALUE]}…"
    return f"{field}: “{shown}”{_MARK}{REMEDIES[field]}."


def warnings_in(notes: Iterable[str]) -> list[str]:
    """Those of a record's notes that are warnings."""
    return [note for note in notes if _MARK in note]
