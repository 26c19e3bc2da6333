"""Cleans titles for readers.

Without shouting, and without a date or a venue that the event has in its fields.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import accumulate, islice
from typing import Final

from pipeline import patterns
from pipeline.contract.raw import RawTime
from pipeline.dates.free_text import find
from pipeline.dates.moments import day_of
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.regions import is_region
from pipeline.text.folding import fold_name

#: Only so many characters of a title are read; it is shortened to its limit afterwards.
MAX_TITLE: Final = 1_500
#: Days that are known by their date: "July 4th" in a title is a name.
_NAMED_DAYS: Final = frozenset({(3, 8), (4, 20), (5, 1), (5, 5), (7, 4), (7, 14), (9, 11), (11, 11)})
#: The rest of a title must be meaningful: several words, or one long word.
MIN_HEAD_LETTERS: Final = 5
#: "Saturdays at Blue Note" is a name; the weekday alone is not.
_WEEKDAYS: Final = frozenset(
    [
        f"{day}day{end}"
        for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
        for end in ("", "s")
    ]
    + ["weekend", "weekends"]
)
#: Admission notes in brackets: the `facts` step reads them from the raw title.
_AGES: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?+[(\[]\s*+(?:(?:ages?\s*+)?+(?:1[2-9]|2[01])\s*+(?:\+|and (?:over|up|older))|all ages)\s*+[)\]]\s*+",
    patterns.IGNORECASE,
    longest=MAX_TITLE,
)
#: Shorter words may be names or abbreviations in capitals.
MIN_SHOUT_LETTERS: Final = 12

_SMALL: Final = frozenset(
    """
    a an and as at au auf aus aux avec bei but by chez de dem den der des die du el en et für for from im in la las le les los of
    on or par sans sur the to und van von vs with y zum zur
    """.split()  # noqa: SIM905
)
_ACRONYMS: Final = frozenset(
    """
    ACLU AIDS ACM BBQ BYOB CEO CPR DIY EDM ESL FAQ GMAT HIIT IEEE LGBT LGBTQ LGBTQIA NAACP NASA NATO NCAA NYC OKC RSVP SATB STEM
    STEAM TEDX UCLA UNESCO UNICEF USA VIP WWII YMCA YWCA MLK FIFA NBA NFL UEFA UFC WWE TED USO
    USA UK EU UN LA SF DC AI VR NYE LED IPA IRA OBE ADHD AA NA PTA PTO ROTC GIS API IOT UX UI ET HIV ICU MIT UC UNO IMAX CAD
    """.split()  # noqa: SIM905
)
_WORD: Final = patterns.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: French and Italian words that join the next one (d'Oro, l'entreprise), and Irish names.
_LEANING: Final = patterns.compile(
    r"^(?P<before>[DL]|QU|DELL|ALL|O|MC)(?P<mark>['’])(?P<after>[^\W_]{3,})$", longest=MAX_TITLE
)
_ROMAN: Final = patterns.compile(r"^[IVX]{1,5}$", longest=MAX_TITLE)
_SEPARATOR: Final = patterns.compile(
    r"(?<!\s)\s++(?:[-–—|@•]\s++|@|(?:at|on|im|am|in der|chez|le)\s++|[(\[])|[,;:]\s++|[(\[]",
    longest=MAX_TITLE,
)
_COMMA: Final = patterns.compile(r"[,\n]")
MAX_SPLITS: Final = 12
#: A date with a month in letters, or a full date in digits, separated before the title: "Sat 12 Dec: …",
#: "2026-12-12 | …".
_DAY_BEFORE: Final = patterns.compile(
    r"^(?P<day>(?=[^:|–—]{0,40}(?:[^\W\d_]{3}|\d{4}))[^:|–—]{4,40}?)(?:\s*+[:|–—]|\s++-)\s++(?P<rest>.*[^\W\d_]{3}.*)$",
    longest=MAX_TITLE,
)


def calmed(title: str, evidence: str = "") -> str:
    """A long title in capitals, in title case; acronyms, numbers and Roman numerals stay.

    `evidence` is the event's other text, for the spelling of words: "NASA" there stays NASA, "McCartney" is
    taken from it.
    """
    if not is_shouting(title):
        return title
    written = _written(evidence)
    first = True
    out: list[str] = []
    last = 0
    for found in _WORD.finditer(title):
        suffix = (
            title[found.start() - 1 : found.start()] == "("
            and title[found.start() - 2 : found.start() - 1].isalpha()
        )
        word = (
            found.group().lower()
            if suffix or found.group() in _SMALL
            else written.get(found.group()) or _calm_word(found.group(), first=first)
        )
        out += [title[last : found.start()], word]
        first = title[found.end() : found.end() + 1] in (":", "!", "?")
        last = found.end()
    return "".join(out) + title[last:]


def is_shouting(title: str) -> bool:
    """Whether a long title is wholly in capitals, except small words: "SUMMER ROOFTOP PARTY at THE PIER"."""
    if (
        any(
            word != word.upper() and word not in _SMALL
            for word in map(patterns.Match.group, _WORD.finditer(title))
        )
        or " " not in title.strip()
    ):
        return False
    return sum(char.isupper() for char in title) >= MIN_SHOUT_LETTERS


def without_repeats(title: str, *, start: RawTime | None, venue: str) -> str:
    """A title without a date or venue at its end that repeats the event's own.

    'Jazz night @ Blue Note', 'Jazz night - 12 Dec 2026'.
    """
    while True:
        shorter = _without_venue(_without_date(title, start), venue)
        if shorter == title:
            return title
        title = shorter


def _written(evidence: str) -> dict[str, str]:
    """The spelling of words in a text that have unusual capitals.

    A text in capitals is no evidence.
    """
    letters = [char for char in evidence if char.isalpha()]
    if not letters or sum(char.isupper() for char in letters) * 3 > len(letters):
        return {}
    forms: dict[str, set[str]] = {}
    for word in _WORD.findall(evidence):
        forms.setdefault(word.upper(), set()).add(word)
    return {
        name: told for name, (told, *others) in forms.items() if not others and told[1:] != told[1:].lower()
    }


def without_ages(title: str) -> str:
    """A title without "(21+)" or "[all ages]", which are stored as facts."""
    shorter = _AGES.sub(" ", title).strip()
    return shorter if any(char.isalnum() for char in shorter) else title


def _calm_word(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in _SMALL:
        return lower.capitalize() if first else lower
    leaning = _LEANING.match(word)
    if leaning:
        before = leaning["before"] if leaning["before"] == "O" or first else leaning["before"].lower()
        before = before if before != before.upper() or len(before) == 1 else before.capitalize()
        return f"{before}{leaning['mark']}{_calm_word(leaning['after'], first=True)}"
    vowels = any(char in "aeiouyäöüéèáíóúà" for char in lower)
    kept = (
        word in _ACRONYMS
        or any(char.isdigit() for char in word)
        or (_ROMAN.match(word) and word not in ("I", "MIX"))
        or not vowels
    )
    if kept and len(word) <= 8 and word.isascii():
        return word
    return word[0] + lower[1:]


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
            and fold_name(head) not in _WEEKDAYS
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
    told = [venue] if town else [venue, *accumulate(parts, "{}, {}".format)]
    return frozenset(name for words in told if len(name := fold_name(words).removeprefix("the ")) > 2)


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
