"""Folds words of titles, places and links, so that different spellings become equal. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipeline import patterns
from pipeline.matching.counted import counted, named_room
from pipeline.matching.gazetteer import (
    ALIASES,
    BROAD_PLACE_WORDS,
    CITIES,
    CONTINENTS,
    COUNTRIES,
    COUNTRY_CODES,
    GENERIC_WORDS,
    ONLINE_WORDS,
    PHRASES,
    STOP_WORDS,
    UNSPELLED_WORDS,
    words,
)
from pipeline.matching.towns import town_of
from pipeline.text.folding import unaccented

#: Longer titles are cut: the rest is prose, and hostile text must not cost time.
MAX_TITLE = 200
MAX_PLACE = 160

#: The growth limit when signs are decomposed: twice the length, and so many characters for a short text. One
#: sign that stands for a sentence (U+FDFA) becomes eighteen letters, and a comparison costs the product of
#: two lengths.
_MOST_GROWTH = 40

_NOT_WORD = patterns.compile(r"[\W_]+")
#: For ASCII: replacements of signs by words or nothing, and of all other non-word characters by spaces.
_ASCII_SIGNS = (("'", ""), ("`", ""), ("c++", "cpp"), ("c#", "csharp"), ("&", " and "), ("@", " at "))
_ASCII_WORDS = str.maketrans({chr(code): chr(code) if chr(code).isalnum() else " " for code in range(128)})
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_PARTS = patterns.compile(r":\s|\s[-–—|/]\s|\s?@\s?|\s[(\[]|[)\]](?:\s|$)")
_LAST_PART = patterns.compile(r"(?:\s[-–—|/]\s|,\s|\s?[(\[])([^()\[\]|–—]{2,40}?)[)\]]?\s*$")
_CODE = patterns.compile(rf"(?:(?<=[a-z])|\b)({'|'.join(COUNTRY_CODES)})(?=(?:\s+'?\d{{2,4}})?\W*$)")
_BRACKETS = patterns.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_GLUED_YEAR = patterns.compile(r"^(\D{2,})((?:19|20)\d\d|\d\d)$")
_ORDINAL = patterns.compile(r"^(\d{1,3})(?:st|nd|rd|th)$")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_SYMBOLS = str.maketrans({"&": " and ", "@": " at ", "–": " ", "—": " "})
_COMPONENT = patterns.compile(r"[,;/|()\[\]•·]+| - | – |\band\b|&")
_GENERIC_END = patterns.compile(r"(?<=\w{5})(?:conference|conf|con|summit|days?|fest|festival)$")
_TRACKING = patterns.compile(r"(?:utm_|fbclid=|gclid=|mc_|ref=|aff=|source=|_ga)")
_LINK = patterns.compile(
    r"https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#@:\s\[\]]+)(?::\d+)?(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$",
    patterns.IGNORECASE | patterns.DOTALL,
    longest=2_000,
)


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """Lower case without accents, marks and punctuation, words one space apart.

    `fold("Café Zürich's!") == "cafe zurichs"`.
    """
    if text.isascii():
        return _fold_ascii(text)
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        longest = 2 * len(text) + _MOST_GROWTH
        text = unaccented(text).translate(_LETTERS)[:longest]
    text = text.lower().replace("c++", "cpp").replace("c#", "csharp").translate(_SYMBOLS)
    return _NOT_WORD.sub(" ", text).strip()


def fold_all(texts: Iterable[str]) -> list[str]:
    """Many texts folded without the cache: all titles of a day would evict the texts that recur."""
    return [_fold_ascii(text) if text.isascii() else fold(text) for text in texts]


def _fold_ascii(text: str) -> str:
    """The same for ASCII, as most titles are: four times as fast."""
    text = text.lower()
    for sign, meant in _ASCII_SIGNS:
        if sign in text:
            text = text.replace(sign, meant)
    return " ".join(text.translate(_ASCII_WORDS).split())


@dataclass(frozen=True, slots=True)
class Title:
    """A title in the forms that are compared.

    `full`: folded, without small words. `core`: also without years, words of its own place, countries and
    continents. `numbers`: those that tell part 1 from part 2. `years`: those in the title. `acronyms`: short
    names in the title; `initials`: short names made from its words. `bare`: the letters without spaces, years
    and words like "conference". `named_places`: its own place, and countries, as the title names them. `head`
    and `tail`: the text before and after a colon, a dash, an @ or a bracket, '' where there is none. `room`: as
    `named_room`.
    """

    full: str
    core: str
    tokens: tuple[str, ...]
    numbers: frozenset[str]
    years: frozenset[str]
    acronyms: frozenset[str]
    initials: frozenset[str]
    bare: str
    named_places: frozenset[str]
    head: str
    tail: str
    room: str


@lru_cache(maxsize=8_192)
def read_title(title: str, *, place: frozenset[str] = frozenset(), year: int | None = None) -> Title:
    """The forms of `title`.

    `place` has the folded words of the event's own venue and city; `year` is that of its start.
    """
    title = title[:MAX_TITLE]
    if not title.isupper():
        title = _CODE.sub(lambda code: f" {COUNTRY_CODES[code[1]]}", title)
    title, elsewhere = _without_place(title)
    every = _split(fold(title), year)
    words = [w for w in every if w not in STOP_WORDS]
    years = frozenset(w for w in words if _is_year(w))
    plain = ([w for w in words if w not in years] if years else words) or words
    brackets = [fold(part) for part in _BRACKETS.findall(title)] if "(" in title or "[" in title else []
    alone = {
        w
        for w in brackets
        if w.isalpha() and len(w) >= 3 and w not in place and w not in ONLINE_WORDS and w not in CONTINENTS
    }
    inside = {w for part in brackets if part not in alone for w in part.split()}
    named = frozenset(w for w in plain if w in place or w in COUNTRIES) | elsewhere
    core = [w for w in plain if w not in place and w not in COUNTRIES and w not in CONTINENTS] or plain
    core = [w for w in core if w not in inside] or core
    head, tail = _parts(title, place)
    return Title(
        full=" ".join(plain),
        core=" ".join(core),
        tokens=tuple(dict.fromkeys(core)),
        numbers=frozenset(w for w in core if w.isdigit()) | counted(title, every),
        years=years,
        acronyms=_acronyms(core, head, alone),
        initials=_initials(plain),
        bare=_bare(title, place),
        named_places=named,
        head=" ".join(head),
        tail=" ".join(tail),
        room=named_room(every),
    )


def _parts(title: str, place: frozenset[str]) -> tuple[list[str], list[str]]:
    """The words of both parts of a title, without years, small words and its own place."""
    parts = []
    for part in _PARTS.split(title, maxsplit=2):
        words = [w for w in fold(part).split() if w not in STOP_WORDS and not _is_year(w)]
        kept = [w for w in words if w not in place and w not in COUNTRIES and w not in ONLINE_WORDS]
        if kept:
            parts.append(kept)
    return (parts[0], parts[1]) if len(parts) > 1 else ([], [])


def _without_place(title: str) -> tuple[str, frozenset[str]]:
    """The title without a last part that is a place, and the words of that part.

    "Heathers - New York", "Six (New York, NY)".
    """
    if (match := _LAST_PART.search(title)) is None or match.start() < 2:
        return title, frozenset()
    where = read_place(match[1]).tokens
    if (
        where
        and all(w in CITIES or w in COUNTRIES or w in BROAD_PLACE_WORDS for w in where)
        and not where <= BROAD_PLACE_WORDS - COUNTRIES
    ):
        return title[: match.start()], where
    return title, frozenset()


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and word.startswith(("19", "20"))


def _bare(title: str, place: frozenset[str]) -> str:
    """ "pragma" for "PragmaConf 2024" and "Pragma Conference". A title of only such words stays whole."""
    parts = [w for w in fold(_BRACKETS.sub(" ", title)).removeprefix("the ").split() if not _is_year(w)]
    kept = "".join(w for w in parts if w not in GENERIC_WORDS and w not in place)
    return _GENERIC_END.sub("", kept) or kept or "".join(parts)


def _split(folded: str, year: int | None) -> list[str]:
    """Words with "23rd" and "ii" as numbers, and "jsconf19" or "jsconf2019" split before the year."""
    out: list[str] = []
    for word in folded.split():
        if word.isalpha():
            out.append(_ROMAN.get(word) or ALIASES.get(word, word))
        elif match := _ORDINAL.match(word):
            out.append(match[1])
        elif year is not None and (match := _GLUED_YEAR.match(word)) and int(match[2]) in (year, year % 100):
            out.extend((match[1], str(year)))
        elif year is not None and word == f"{year % 100:02d}":
            out.append(str(year))
        else:
            out.append(_ROMAN.get(word) or ALIASES.get(word, word))
    return out


def _acronyms(core: list[str], head: list[str], bracketed: set[str]) -> frozenset[str]:
    """Short names in the title itself, each a single word beside those that any title may have.

    "KDD 2023", "ICML 2022: International …", "… (CVPR)".
    """
    found = {w for w in bracketed if len(w) <= 10}
    for part in (core, head):
        named = [w for w in part if not w.isdigit() and w not in GENERIC_WORDS]
        if len(named) == 1:
            found.add(named[0])
    return frozenset(w for w in found if len(w) >= 2)


def _initials(words: list[str]) -> frozenset[str]:
    """Initials of all words, of those that are no part of the world, and of those that a short name spells."""
    spelled = [w for w in words if not w.isdigit()]
    near = [w for w in spelled if w not in BROAD_PLACE_WORDS and w not in CONTINENTS]
    proper = [w for w in spelled if w not in UNSPELLED_WORDS]
    return frozenset("".join(w[0] for w in part) for part in (spelled, near, proper) if len(part) >= 3)


#: Shorter names could be composed of anything.
_SPELLED_LETTERS = 4


@lru_cache(maxsize=8_192)
def spells(name: str, long: str) -> bool:
    """Whether `name` is composed of the beginnings of the words of `long`, in order.

    It uses each word but those that any title may have: `spells("goruco", "gotham ruby conference")`.
    """
    if not _SPELLED_LETTERS <= len(name) <= 12:
        return False
    reached = {0}
    for word in long.split():
        further = {at + n for at in reached for n in range(1, len(word) + 1) if name.startswith(word[:n], at)}
        reached = further | reached if word in UNSPELLED_WORDS else further
    return len(name) in reached and " " in long


@dataclass(frozen=True, slots=True)
class Place:
    """A place.

    `name`: the first component of the text, usually the city or the venue; `town`: that of an address, ''
    where unknown; `tokens`: all its words; `online`: whether it is online.
    """

    name: str
    town: str
    tokens: frozenset[str]
    online: bool


@lru_cache(maxsize=16_384)
def read_place(text: str) -> Place:
    """Words of a free-text place, with one name for each city and country.

    München and Munich, U.S.A. and United States get the same words.
    """
    parts = [p for p in (_place_part(part) for part in _COMPONENT.split(text[:MAX_PLACE])) if p]
    online = any(word in ONLINE_WORDS for part in parts for word in part.split())
    real = [p for p in parts if not all(word in ONLINE_WORDS for word in p.split())]
    tokens = frozenset(w for part in real for w in part.split() if w not in STOP_WORDS)
    return Place(real[0] if real else "", town_of(real), tokens, online)


def _place_part(part: str) -> str:
    folded = fold(part.replace(".", ""))
    folded = PHRASES.get(folded, folded)
    return " ".join(ALIASES.get(word, word) for word in folded.split())


@lru_cache(maxsize=16_384)
def venue_name(text: str) -> str:
    """A venue's name without the words that any venue has, unless nothing else is left."""
    parts = [_SPELLINGS.get(w, w) for w in fold(text[:MAX_PLACE]).split()]
    kept = [w for w in parts if w not in STOP_WORDS and w not in _VENUE_WORDS]
    return " ".join(kept or parts)


_SPELLINGS = {
    "theater": "theatre",
    "center": "centre",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "str": "street",
    "ft": "feet",
    "hwy": "highway",
}


_VENUE_WORDS = words("theatre hall club center centre venue bar room ny nyc park")


def link_key(url: str) -> tuple[str, bool]:
    """`(key, specific)` of a link: host and path without scheme, `www.`, tracking and fragment.

    `specific` is False for a site's front page. The key is '' for anything but an http link.
    """
    match = _LINK.match(url[:2000].strip()) if url else None
    if match is None:
        return "", False
    host, path, query = match[1].lower(), (match[2] or "").rstrip("/").lower(), match[3] or ""
    if query:
        query = "&".join(
            sorted(part for part in query.split("&") if part and not _TRACKING.match(part.lower()))
        )
    return f"{host}{path}?{query}" if query else f"{host}{path}", bool(path or query)
