"""Parses a street address into house number, street and postcode, with unified spellings.

It serves all countries without a gazetteer, so it prefers no result to a wrong one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.text.folding import fold

#: House numbers of one street this close may be one building with two doors.
NEAR_NUMBERS: Final = 100
SAME_STREET: Final = 88.0
#: How many characters of an address are read: more than the longest stored one.
LONGEST: Final = 1_000
#: A single word that can be a street's name: not a number or a direction.
LONG_STREET: Final = 6

_TYPES: Final = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "avenue": "ave", "av": "ave", "aven": "ave", "boulevard": "blvd", "blv": "blvd",
    "boul": "blvd", "bd": "blvd", "road": "rd", "drive": "dr", "lane": "ln", "la": "ln", "place": "pl", "plaza": "plz", "square": "sq",
    "court": "ct", "highway": "hwy", "parkway": "pkwy", "terrace": "ter", "circle": "cir", "alley": "aly", "platz": "pl", "gasse": "ga",
    "way": "way", "weg": "weg", "allee": "allee", "expressway": "expy", "freeway": "fwy", "turnpike": "tpke", "center": "ctr", "centre": "ctr",
    "cross": "cross", "main": "main", "saint": "st", "mount": "mt", "fort": "ft",
}  # fmt: skip
_DIRECTIONS: Final = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
_ORDINALS: Final = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9",
    "tenth": "10", "eleventh": "11", "twelfth": "12", "thirteenth": "13",
}  # fmt: skip
_COMPASS: Final = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw"})
_STREET_TYPES: Final = frozenset(_TYPES.values()) - {"main", "cross"}

_CROSSING: Final = patterns.compile(
    r"\s(?:between|near|off|at|corner of|opposite|opp\.?|behind|beside|next to|nr\.?|betw\.?|@)\s|\s{2,}|[;\n]",
    longest=LONGEST + 2,
)
_UNIT: Final = patterns.compile(
    r"\b(?:suite|ste|unit|apt|apartment|floor|fl|room|rm|level|shop|no)\b\.?\s*+(?:#\s*+)?\w+|#\s*+\w+",
    longest=LONGEST,
)
_POSTCODE: Final = patterns.compile(
    r"\b(\d{5}(?:-\d{4})?|\d{6}|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? \d[a-z]{2})\b\s*+$",
    longest=LONGEST,
)
_NUMBER: Final = patterns.compile(r"^(\d+)(?:\s*[-–/]\s*(\d+|[a-z]))?([a-z])?$", longest=LONGEST)
_ORDINAL: Final = patterns.compile(r"^(\d+)(?:st|nd|rd|th)$", longest=LONGEST)
_GERMAN: Final = patterns.compile(r"^(\w{3,})(?:strasse|straße|str)$", longest=LONGEST)
_NOT_WORD: Final = patterns.compile(r"[^\w#/–-]+", longest=LONGEST)
_DIGIT: Final = patterns.compile(r"\d", longest=LONGEST)
_WORD_OR_ORDINAL: Final = patterns.compile(r"[^\W\d]{2}|\d(?:st|nd|rd|th)\b", longest=LONGEST)


@dataclass(frozen=True, slots=True)
class StreetAddress:
    """A parsed address.

    `number` of the house ('' where unknown), `street` its words without type and direction, `kind` its types
    ('st', 'ave'), `compass`, and `whole`: words and directions joined, since 'Northpoint' and 'North Point'
    are one street.
    """

    number: str = ""
    street: tuple[str, ...] = ()
    kind: frozenset[str] = frozenset()
    compass: frozenset[str] = frozenset()
    whole: str = ""
    postcode: str = ""

    @property
    def reported(self) -> bool:
        """Whether there is a street."""
        return bool(self.street)


@lru_cache(maxsize=50_000)
def street_address(text: str) -> StreetAddress:
    """The street part of an address.

    Of '435 S. La Cienega Blvd., Los Angeles, CA 90048' number 435, street 'la cienega', kind blvd, compass s.
    """
    folded = fold(text[:LONGEST]).replace("’", "'").replace("'", "").replace("ß", "ss")
    postcode = _last_postcode(folded)
    line = _street_line(folded)
    words = [word.strip("-–/") for word in _NOT_WORD.sub(" ", _UNIT.sub(" ", line)).split()]
    number, rest = _number(words)
    street, kind, compass, whole = [], set(), set(), ""
    for position, raw in enumerate(rest):
        german = _GERMAN.match(raw)
        word = _DIRECTIONS.get(raw, _ORDINALS.get(raw, raw))
        ordinal = _ORDINAL.match(word)
        word = ordinal.group(1) if ordinal else word
        if german:
            street.append(german.group(1))
            whole += german.group(1)
            kind.add("st")
        elif word in _COMPASS and not _is_lettered(rest, position):
            compass.add(word)
            whole += raw
        elif position and (typed := _TYPES.get(word, word)) in _STREET_TYPES:
            kind.add(typed)
        elif word:
            street.append(word)
            whole += word
    if not street and kind:
        street = sorted(kind)
    return StreetAddress(
        number=number,
        street=tuple(street),
        kind=frozenset(kind),
        compass=frozenset(compass),
        whole=whole,
        postcode=postcode,
    )


def _is_lettered(words: list[str], position: int) -> bool:
    """Whether the letter is a street's name, as in 'Avenue S'."""
    return position > 0 and words[position - 1] in ("ave", "avenue") and len(words) <= 2


def _last_postcode(folded: str) -> str:
    for part in reversed(folded.split(",")):
        found = _POSTCODE.search(part.strip())
        if found and not (found.group(1) == part.strip() and "," not in folded):
            return found.group(1).replace(" ", "")[:5]
    return ""


def _street_line(folded: str) -> str:
    """The first part between commas with a number and a word, else the first part, without cross streets."""
    parts = [part.strip() for part in folded.split(",") if part.strip()] or [""]
    line = next((part for part in parts if _DIGIT.search(part) and _WORD_OR_ORDINAL.search(part)), parts[0])
    if line != parts[0] and _has_type(parts[0]) and not _has_type(line):
        line = parts[0]
    head = _CROSSING.split(f" {line} ", maxsplit=1)[0].strip()
    return head or line


def _has_type(part: str) -> bool:
    words = part.replace(".", " ").split()
    return any(_TYPES.get(word, word) in _STREET_TYPES for word in words[1:]) or any(
        _GERMAN.match(word) for word in words
    )


def _number(words: list[str]) -> tuple[str, list[str]]:
    """The house number and the other words.

    It stands first, or last after a street ('Mariahilfer Straße 12').
    """
    if words and _NUMBER.match(words[0]) and len(words) > 1:
        return words[0], words[1:]
    if (
        len(words) > 1
        and _NUMBER.match(words[-1])
        and not _ORDINAL.match(words[-1])
        and _may_follow(words[:-1])
    ):
        return words[-1], words[:-1]
    return "", words


def _may_follow(words: list[str]) -> bool:
    return any(
        _TYPES.get(word, word) in _STREET_TYPES or _GERMAN.match(word) or len(word) > 6 for word in words
    )


@dataclass(frozen=True, slots=True)
class AddressLikeness:
    """The comparison of two addresses.

    `same_street` is None where one side has no street; `same_number` None where one side has no number;
    `near_number` for neighbours.
    """

    same_street: bool | None = None
    same_number: bool | None = None
    near_number: bool = False
    same_postcode: bool | None = None


@lru_cache(maxsize=50_000)
def compare_addresses(one: StreetAddress, other: StreetAddress) -> AddressLikeness:
    """Compare two addresses."""
    postcode = one.postcode == other.postcode if one.postcode and other.postcode else None
    if not one.reported or not other.reported:
        return AddressLikeness(same_postcode=postcode)
    same_street = _same_street(one, other)
    first, second = _NUMBER.match(one.number), _NUMBER.match(other.number)
    if first is None or second is None:
        return AddressLikeness(same_street=same_street, same_postcode=postcode)
    apart = abs(int(first.group(1)) - int(second.group(1)))
    return AddressLikeness(
        same_street=same_street,
        same_number=apart == 0 or _within_range(first, second),
        near_number=bool(same_street) and 0 < apart <= NEAR_NUMBERS,
        same_postcode=postcode,
    )


def _same_street(one: StreetAddress, other: StreetAddress) -> bool:
    """Whether the streets are the same.

    Similar words, no contradicting types or directions ('3rd St' is not '3rd Ave').
    """
    if one.whole == other.whole and len(one.whole) >= LONG_STREET and not (one.kind and other.kind):
        return True
    if (
        one.kind
        and other.kind
        and not one.kind & other.kind
        and (one.street[-1].isdigit() or one.street == other.street)
    ):
        return False
    if one.compass and other.compass and not one.compass & other.compass:
        return False
    short, long = sorted((one.street, other.street), key=len)
    if "".join(short) == "".join(long) or set(short) <= set(long):
        return True
    if any(word.isdigit() for word in (*short, *long)):
        return False
    return fuzz.ratio("".join(short), "".join(long)) >= SAME_STREET


def _within_range(one: patterns.Match[str], other: patterns.Match[str]) -> bool:
    """Whether one number lies in the other's range: 12 in 10-14."""
    for a, b in ((one, other), (other, one)):
        end = a.group(2)
        if end and end.isdigit() and int(a.group(1)) <= int(b.group(1)) <= int(end):
            return True
    return False
