"""Splits a venue's name into venue and room (hall, stage): 'Hall 4, Messe Wien'.

Pure, in all listed languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline import patterns

#: The longest name that is split; a longer one is the venue.
LONGEST: Final = 500

_ROOMS: Final = frozenset(
    """
    hall halle hal saal sala salle salon salón room rm raum zimmer stage bühne buhne scène scene escenario auditorium aula ballroom foyer lobby
    atrium suite hörsaal horsaal festsaal floor level etage étage stock gallery galerie studio theater theatre kino screen court field pitch tent
    zelt booth wing classroom boardroom lab gym cafeteria lounge rooftop terrace terrasse courtyard basement upstairs downstairs gebäude building bldg
    """.split()  # noqa: SIM905
)
#: Before a room: what it is for; its size, side or number.
_PURPOSES: Final = frozenset(
    "lecture conference meeting breakout board community reading program multi-purpose multipurpose banquet".split()  # noqa: SIM905
)
_KINDS: Final = frozenset(
    """
    main grand great large small big little upper lower inner outer north south east west front back second first third grosser kleiner grosse
    kleine gran grande petite 1st 2nd 3rd 4th 5th 6th 7th 8th 9th
    """.split()  # noqa: SIM905
)
#: Rooms that are always a part of something. Others may be venues of their own ("The Theater at the Ace
#: Hotel").
_PARTS: Final = frozenset(
    "auditorium aula atrium lobby foyer ballroom cafeteria courtyard upstairs downstairs basement rooftop terrace".split()  # noqa: SIM905
)
#: 'Hall 4', 'B-12', 'Room 203B', 'Hall #4', 'Rooms 4 & 5', 'Salon C', 'Hall II'.
_NUMBER: Final = patterns.compile(
    r"(?:(?:no\.?|nr\.?|#) ?)?(?:[a-z]{0,2}[-.]?\d{1,4}[a-z]?(?: ?[/&+-] ?[a-z]?\d{1,4}[a-z]?)?|[a-z]|[ivx]{1,4}|one|two|three|four|five)",
    longest=LONGEST,
)
_STOREY: Final = patterns.compile(
    r"\d{1,2}(?:st|nd|rd|th) (?:floor|level)\b ?|\d{1,2}\. ?(?:stock|etage|og)$", longest=LONGEST
)
_GLUED: Final = patterns.compile(r"([^\W\d_]+)([#\d]\S*)", longest=LONGEST)
_JOINT: Final = patterns.compile(r"\s*[,;|·•]\s*|\s+[-–—/]\s+|:\s+|\s*\n\s*", longest=LONGEST)
_AT: Final = patterns.compile(
    r"^(?P<room>.+?)(?<!\s)\s++(?:at|@|in|im|in der|of|de la|del|du)\s++(?:the\s++)?(?P<venue>\S.*)$",
    patterns.IGNORECASE,
    longest=LONGEST,
)
_BRACKETS: Final = patterns.compile(r"^(?P<venue>.+?)\s*[(\[](?P<room>[^()\[\]]+)[)\]]$", longest=LONGEST)
_STREET_NUMBER: Final = patterns.compile(r"^\d+\s|\s\d{4,}", longest=LONGEST)


@dataclass(frozen=True, slots=True)
class Within:
    """A venue, and the room in it ('' for none)."""

    venue: str
    room: str = ""


def is_room(text: str) -> bool:
    """Whether the words are only a room: 'Hall 4', 'Main Stage', '2nd floor'; not 'Carnegie Hall'."""
    words = text.casefold().removeprefix("the ").split() if len(text) <= LONGEST else []
    storey = _STOREY.match(" ".join(words))
    after = _after_room(words[2:] if storey else words)
    if storey:
        return storey.end() == storey.endpos or after == []
    if after is None and len(words) > 1 and _NUMBER.fullmatch(words[0]):
        return _after_room(words[1:]) == []
    return after is not None and (not after or bool(_NUMBER.fullmatch(" ".join(after))))


def _after_room(words: Sequence[str]) -> Sequence[str] | None:
    """The words after a room that begins them, sizes, sides and purposes before it included; None for none."""
    at = next((at for at, word in enumerate(words) if word not in _KINDS), len(words))
    at += words[at : at + 1] != [] and words[at] in _PURPOSES
    if words[at : at + 2] == ["event", "space"]:
        return words[at + 2 :]
    glued = _GLUED.fullmatch(words[at]) if at < len(words) else None
    name, number = glued.groups() if glued else (words[at] if at < len(words) else "", "")
    return [*filter(None, (number,)), *words[at + 1 :]] if name in _ROOMS else None


def _is_part(room: str) -> bool:
    words = room.casefold().removeprefix("the ").split()
    return words[0] in _KINDS or " ".join(words) in _PARTS or bool(_NUMBER.fullmatch(words[-1]))


def _numbered_room(name: str) -> int:
    """Where a room with a number begins that ends a name without a separator: 'Messe Wien Halle 4'; 0 for none."""
    spaces = [at for at, char in enumerate(name) if char == " "][-3:]
    ends = ((at, _after_room(name[at:].casefold().split())) for at in spaces)
    return next((at for at, after in ends if after and _ends_in_number(after)), 0)


def _ends_in_number(after: Sequence[str]) -> bool:
    words = " ".join(after)
    return any(map(str.isdigit, words)) and bool(_NUMBER.fullmatch(words))


@lru_cache(maxsize=50_000)
def within(name: str) -> Within:
    """The venue and the room in a venue's name; without a room the whole name is the venue."""
    name = name.strip()
    if len(name) > LONGEST:
        return Within(name)
    bracketed = _BRACKETS.match(name)
    if bracketed and is_room(bracketed["room"]) and _may_be_venue(bracketed["venue"]):
        return Within(bracketed["venue"], bracketed["room"])
    parts = [part for part in _JOINT.split(name) if part]
    rooms = [part for part in parts if is_room(part)]
    venues = [part for part in parts if not is_room(part)]
    if rooms and venues and (is_room(parts[0]) or is_room(parts[-1])) and _may_be_venue(venues[0]):
        return Within(venues[0], ", ".join(rooms))
    placed = _AT.match(name)
    if placed and is_room(placed["room"]) and _is_part(placed["room"]) and _may_be_venue(placed["venue"]):
        return Within(placed["venue"], placed["room"])
    at = _numbered_room(name)
    if at and _may_be_venue(name[:at]) and not is_room(name):
        return Within(name[:at].rstrip(" -–—,"), name[at:].strip())
    return Within(name)


def venue_of_room(name: str) -> str:
    """The venue in a venue's name: 'Messe Wien' of 'Hall 4, Messe Wien'; without a room the whole name."""
    return within(name).venue


def _may_be_venue(text: str) -> bool:
    return len(text.strip()) > 2 and not _STREET_NUMBER.search(text) and not is_room(text)
