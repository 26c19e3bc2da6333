"""Titles as a reader wants them: without shouting, and without a date or a venue that the event tells elsewhere."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Final

from places.geography import fold_name
from sources.connectors.prose import find
from sources.records import RawTime

#: Shorter words may be names or abbreviations that belong in capitals.
MIN_SHOUT_LETTERS: Final = 12

_SMALL: Final = frozenset(
    """
    a an and as at au aus aux bei but by de dem den der des die du el et für for from im in la las le les los of on or the to und van von vs with y
    """.split()  # noqa: SIM905
)
_ACRONYMS: Final = frozenset(
    """
    ACLU AIDS ACM BBQ BYOB CEO CPR DIY EDM ESL FAQ GMAT HIIT IEEE LGBT LGBTQ LGBTQIA NAACP NASA NATO NCAA NYC OKC RSVP SATB STEM
    STEAM TEDX UCLA UNESCO UNICEF USA VIP WWII YMCA YWCA MLK FIFA NBA NFL UEFA UFC WWE TED USO
    USA UK EU UN LA SF DC AI VR NYE LED IPA IRA OBE ADHD AA NA PTA PTO ROTC GIS API IOT UX UI ET HIV ICU MIT UC UNO IMAX CAD
    """.split()  # noqa: SIM905
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ROMAN: Final = re.compile(r"^[IVX]{1,5}$")
_SEPARATOR: Final = re.compile(r"\s+[-–—|@•]\s+|[,;:]\s+|\s+@|\s+(?:at|on|im|am|in der|chez|le)\s+|\s*[(\[]")
MAX_SPLITS: Final = 12


def calmed(title: str) -> str:
    """A title that is wholly in capitals, and long, in title case; acronyms, numbers and Roman numerals stay."""
    letters = [char for char in title if char.isalpha() and char.lower() != char.upper()]
    if len(letters) < MIN_SHOUT_LETTERS or any(char.islower() for char in letters) or " " not in title.strip():
        return title
    first = True
    out: list[str] = []
    last = 0
    for found in _WORD.finditer(title):
        out += [title[last : found.start()], _calm_word(found.group(), first=first)]
        first = title[found.end() : found.end() + 1] in (":", "!", "?")
        last = found.end()
    return "".join(out) + title[last:]


def without_repeats(title: str, *, start: RawTime | None, venue: str) -> str:
    """A title without a date or venue at its end that only repeats the event's own: 'Jazz night @ Blue Note', 'Jazz night - 12 Dec 2026'."""
    while True:
        shorter = _without_venue(_without_date(title, start), venue)
        if shorter == title:
            return title
        title = shorter


def _calm_word(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in _SMALL:
        return lower.capitalize() if first else lower
    vowels = any(char in "aeiouyäöüéèáíóúà" for char in lower)
    kept = word in _ACRONYMS or any(char.isdigit() for char in word) or (_ROMAN.match(word) and word not in ("I", "MIX")) or not vowels
    if kept and len(word) <= 8 and word.isascii():
        return word
    return word[0] + lower[1:]


def _splits(title: str) -> Iterator[tuple[str, str]]:
    """Each (head, tail) of a title around something that sets its end apart, the longest tail first; of brackets, only closed ones."""
    for found in islice(_SEPARATOR.finditer(title), MAX_SPLITS):
        head, tail = title[: found.start()].strip(), title[found.end() :].strip()
        if found.group().strip() in ("(", "["):
            if tail[-1:] not in (")", "]"):
                continue
            tail = tail[:-1].strip()
        if tail and sum(char.isalpha() for char in head) >= 3:
            yield head, tail


def _without_venue(title: str, venue: str) -> str:
    name = fold_name(venue).removeprefix("the ")
    if len(name) < 3 or name not in fold_name(title):
        return title
    return next((head for head, tail in _splits(title) if fold_name(tail).removeprefix("the ") == name), title)


def _without_date(title: str, start: RawTime | None) -> str:
    if not isinstance(start, date) or not any(char.isdigit() for char in title):
        return title
    day = start.date() if isinstance(start, datetime) else start
    return next((head for head, tail in _splits(title) if _is_that_day(tail, day)), title)


@lru_cache(maxsize=4096)
def _is_that_day(text: str, day: date) -> bool:
    """Whether the text, wholly, is that date (with a time or not)."""
    if len(text) > 60 or not any(char.isdigit() for char in text):
        return False
    when = find(text, around=day)
    if when is None:
        return False
    told = when.start.date() if isinstance(when.start, datetime) else when.start
    return told == day and set(_WORD.findall(text)) <= set(_WORD.findall(when.text))
