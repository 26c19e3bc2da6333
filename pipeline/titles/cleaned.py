"""A title as readers see it: without what the event has in its fields, its date, its venue, its ages, its state."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import accumulate, islice
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import Status, gravest
from pipeline.contract.raw import RawTime
from pipeline.dates.free_text import find
from pipeline.dates.moments import day_of
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.regions import is_region
from pipeline.text import sanitize as text
from pipeline.text.folding import fold_name
from pipeline.titles.bounds import MAX_TITLE, MOST_READ
from pipeline.titles.capitals import calmed
from pipeline.titles.parts import is_day
from pipeline.titles.status import without_status

#: Days that are known by their date: "July 4th" in a title is a name.
_NAMED_DAYS: Final = frozenset({(3, 8), (4, 20), (5, 1), (5, 5), (7, 4), (7, 14), (9, 11), (11, 11)})
#: The rest of a title must be meaningful: several words, or one long word.
MIN_HEAD_LETTERS: Final = 5
#: Admission notes in brackets: the `facts` step reads them from the raw title.
_AGES: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?+[(\[]\s*+(?:(?:ages?\s*+)?+(?:1[2-9]|2[01])\s*+(?:\+|and (?:over|up|older))|all ages)\s*+[)\]]\s*+",
    patterns.IGNORECASE,
    longest=MOST_READ,
)
_SEPARATOR: Final = patterns.compile(
    r"(?<!\s)\s++(?:[-–—|@•]\s++|@|(?:at|on|im|am|in der|chez|le)\s++|[(\[])|[,;:]\s++|[(\[]",
    longest=MOST_READ,
)
_WORD: Final = patterns.compile(r"\w+")
_COMMA: Final = patterns.compile(r"[,\n]")
MAX_SPLITS: Final = 12
#: A date with a month in letters, or a full date in digits, separated before the title: "Sat 12 Dec: …",
#: "2026-12-12 | …".
_DAY_BEFORE: Final = patterns.compile(
    r"^(?P<day>(?=[^:|–—]{0,40}(?:[^\W\d_]{3}|\d{4}))[^:|–—]{4,40}?)(?:\s*+[:|–—]|\s++-)\s++(?P<rest>.*[^\W\d_]{3}.*)$",
    longest=MOST_READ,
)


def cleaned(title: str, *, start: RawTime | None, venue: str, evidence: str = "") -> tuple[str, Status]:
    """A plain title without its state, ages, date and venue that the event has in its fields, without shouting, of at
    most `MAX_TITLE` characters; and the state. Cleaning it again changes nothing.

    `evidence` is the event's other text, for the spelling of words in capitals.
    """
    status = Status.SCHEDULED
    while True:
        better, found = without_status(title)
        status = gravest(status, found)
        better = without_ages(without_repeats(better, start=start, venue=venue))
        better = text.clipped(calmed(better, evidence), MAX_TITLE)
        if better == title:
            return title, status
        title = better


def without_repeats(title: str, *, start: RawTime | None, venue: str) -> str:
    """A title without a date or venue at its end that repeats the event's own.

    'Jazz night @ Blue Note', 'Jazz night - 12 Dec 2026'.
    """
    while True:
        shorter = _without_venue(_without_date(title, start), venue)
        if shorter == title:
            return title
        title = shorter


def without_ages(title: str) -> str:
    """A title without "(21+)" or "[all ages]", which are stored as facts."""
    shorter = _AGES.sub(" ", title).strip()
    return shorter if any(char.isalnum() for char in shorter) else title


def _splits(title: str) -> Iterator[tuple[str, str]]:
    """Each (head, tail) of a title around a separator, the longest tail first; brackets must be closed."""
    for found in islice(_SEPARATOR.finditer(title), MAX_SPLITS):
        head, tail = title[: found.start()].strip(), title[found.end() :].strip()
        if found.group().strip() in ("(", "["):
            if tail[-1:] not in (")", "]"):
                continue
            tail = tail[:-1].strip()
        if (
            tail
            and not is_day(fold_name(head))  # "Saturdays at Blue Note" is a name
            and (len(head.split()) > 1 or sum(char.isalpha() for char in head) >= MIN_HEAD_LETTERS)
        ):
            yield head, tail


def _without_venue(title: str, venue: str) -> str:
    names, folded = _names_of(venue), fold_name(title)
    if not any(name in folded for name in names):
        return title
    return next(
        (head for head, tail in _splits(title) if fold_name(tail).removeprefix("the ") in names), title
    )


@lru_cache(maxsize=4096)
def _names_of(venue: str) -> frozenset[str]:
    """The folded names that a title may use for a venue.

    All its words, and the beginnings before an address ('Blue Hall, 12 Main St, Town'). A town before its
    country or state is no venue: 'Berlin' in 'Berlin, Germany' may be what a title is about.
    """
    parts = [part.strip() for part in _COMMA.split(venue) if part.strip()]
    town = (
        len(parts) > 1 and not names_venue(parts[0]) and bool(is_region(parts[1]) or country_code(parts[1]))
    )
    reported = [venue] if town else [venue, *accumulate(parts, "{}, {}".format)]
    return frozenset(name for words in reported if len(name := fold_name(words).removeprefix("the ")) > 2)


def _without_date(title: str, start: RawTime | None) -> str:
    if not isinstance(start, date) or not any(char.isdigit() for char in title):
        return title
    day = day_of(start)
    shorter = next((head for head, tail in _splits(title) if _is_that_day(tail, day)), title)
    before = _DAY_BEFORE.match(shorter)
    return before["rest"] if before and _is_that_day(before["day"], day) else shorter


@lru_cache(maxsize=4096)
def _is_that_day(text: str, day: date) -> bool:
    """Whether the whole text is that date (with or without a time) and not a name for it."""
    if (day.month, day.day) in _NAMED_DAYS or len(text) > 60 or not any(char.isdigit() for char in text):
        return False
    # "01/08" may be either day: if one of them is the event's, the text repeats that one
    read = (
        find(text, around=day, month_first=order)
        for order in ((None, True, False) if "/" in text else (None,))
    )
    return any(
        day_of(when.start) == day and set(_WORD.findall(text)) <= set(_WORD.findall(when.text))
        for when in read
        if when
    )
