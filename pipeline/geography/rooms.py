"""Splits a venue's name into venue and room (hall, stage): 'Hall 4, Messe Wien'.

Pure, in all listed languages.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline import patterns

#: The longest name that is split; a longer one is the venue.
LONGEST: Final = 500

_ROOM: Final = (
    r"(?:hall|halle|hal|saal|sala|salle|salon|salón|room|rm|raum|zimmer|stage|bühne|buhne|scène|scene|escenario|auditorium|aula|ballroom|foyer|lobby"
    r"|atrium|suite|floor|level|etage|étage|stock|gallery|galerie|studio|theater|theatre|kino|screen|court|field|pitch|tent|zelt|booth|wing|classroom"
    r"|lab|gym|cafeteria|lounge|rooftop|terrace|terrasse|courtyard|basement|upstairs|downstairs|lecture hall|conference room|meeting room"
    r"|breakout room|board ?room|community room|reading room|program room|multi-?purpose room|event space"
    r"|banquet hall|main stage|hörsaal|horsaal|festsaal|gebäude|building|bldg)"
)
_KIND: Final = (
    r"(?:main|grand|great|large|small|big|little|upper|lower|inner|outer|north|south|east|west|front|back|second|first|third"
    r"|großer|grosser|kleiner|große|grosse|kleine|gran|grande|petite|1st|2nd|3rd|\dth)"
)
_NUMBER: Final = r"(?:[a-z]{0,2}[-.]?\d{1,4}[a-z]?(?:\s*+[/&+-]\s*+[a-z]?\d{1,4}[a-z]?)?|[a-z]|[ivx]{1,4}|one|two|three|four|five)"

#: A part that is only a room: with a number ('Hall 4', 'B-12', 'Room 203B'), or with a word of size or side
#: ('Main Stage', 'Großer Saal').
_WHOLE_ROOM: Final = patterns.compile(
    rf"^(?:the\s++)?(?:{_KIND}\s++)*(?:{_ROOM})\s*+(?:(?:no\.?|nr\.?|#)\s*+)?{_NUMBER}$|^(?:the\s++)?(?:{_KIND}\s++)+(?:{_ROOM})$|^(?:the\s++)?{_ROOM}$"
    rf"|^{_NUMBER}\s++{_ROOM}$|^(?:the\s++)?\d{{1,2}}(?:st|nd|rd|th)\s+(?:floor|level)(?:\s+{_ROOM})?$|^\d{{1,2}}\.\s*(?:stock|etage|og)$",
    patterns.IGNORECASE,
    longest=LONGEST,
)
#: A venue followed by a numbered room without a separator: 'Messe Wien Halle 4'.
_NUMBERED_END: Final = patterns.compile(
    rf"^(?P<venue>.[^\w\n]*+\w.*?)(?<!\s)\s++(?P<room>{_ROOM}\s*+(?:(?:no\.?|nr\.?|#)\s*+)?[a-z]?-?\d{{1,4}}[a-z]?)$",
    patterns.IGNORECASE,
    longest=LONGEST,
)
#: Rooms that are always a part of something. Others may be venues of their own ("The Theater at the Ace
#: Hotel").
_PART: Final = patterns.compile(
    rf"\s{_NUMBER}$|^(?:the\s+)?{_KIND}\s|^(?:auditorium|aula|atrium|lobby|foyer|ballroom|cafeteria|courtyard|upstairs|downstairs|basement|rooftop|terrace)$",
    patterns.IGNORECASE,
    longest=LONGEST,
)
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
    return len(text) <= LONGEST and bool(_WHOLE_ROOM.match(text.strip()))


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
    if placed and is_room(placed["room"]) and _PART.search(placed["room"]) and _may_be_venue(placed["venue"]):
        return Within(placed["venue"], placed["room"])
    numbered = _NUMBERED_END.match(name)
    if numbered and _may_be_venue(numbered["venue"]) and not is_room(name):
        return Within(numbered["venue"].rstrip(" -–—,"), numbered["room"])
    return Within(name)


def venue_of_room(name: str) -> str:
    """The venue in a venue's name: 'Messe Wien' of 'Hall 4, Messe Wien'; without a room the whole name."""
    return within(name).venue


def _may_be_venue(text: str) -> bool:
    return len(text.strip()) > 2 and not _STREET_NUMBER.search(text) and not is_room(text)
