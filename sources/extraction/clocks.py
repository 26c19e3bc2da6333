"""The times of day that a line names: when it begins, when the doors open."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from sources.connectors.moments import Clock, read_clock
from sources.connectors.prose import CLOCK

#: Times of day with the part of the day before them: "शाम 7 बजे", "ಸಂಜೆ 7 ಗಂಟೆ", "shaam 7 baje", "저녁 8시".
_PARTS_OF_DAY: Final = re.compile(
    r"(?P<part>सुबह|दोपहर|शाम|रात|ಬೆಳಿಗ್ಗೆ|ಬೆಳಗ್ಗೆ|ಮಧ್ಯಾಹ್ನ|ಸಂಜೆ|ರಾತ್ರಿ|subah|dopahar|shaam|sham|raat|오전|오후|저녁"
    r"|밤)?\s*(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:बजे|ಗಂಟೆ[\u0c80-\u0cff]*|baje|시)"
)
_MORNINGS: Final = frozenset({"सुबह", "ಬೆಳಿಗ್ಗೆ", "ಬೆಳಗ್ಗೆ", "subah", "오전"})
_CLOCK: Final = re.compile(rf"(?<![\d.,/:$€£₹#-])(?<![$€£₹] )(?:{CLOCK})(?![\d%/])", re.IGNORECASE)
_DOORS_BEFORE: Final = re.compile(
    r"\b(?:doors?|doors? opens?|einlass|ouverture(?: des portes)?|portes|puertas|apertura(?: porte| puertas)?|gates?)\b[\s:(@–-]*(?:open(?:s)?"
    r"|at|ab|um|um ca\.?|:)*\s*$",
    re.IGNORECASE,
)
_DOORS_AFTER: Final = re.compile(r"^\s*(?:uhr\s*)?[(–-]?\s*(?:doors?|einlass|ouverture|puertas|gates)\b", re.IGNORECASE)
_OTHER_BEFORE: Final = re.compile(
    r"\b(?:happy hour|open(?:ing)?(?: hours| daily| from| till)|opening|hours|öffnungszeiten|bar|kitchen|box office|check[- ]?in|setup"
    r"|load[- ]?in|curfew|ends?|until|bis|jusqu(?:'|’)?à|hasta|before|vor|by)\b[^|.;]{0,12}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A time of day between characters `start` and `stop` of a line; `doors` where it is that of the doors."""

    clock: Clock
    start: int
    stop: int
    text: str
    doors: bool = False


def clocks_in(line: str) -> list[Told]:
    """The times of day in a line, in its order; those of something else (opening hours, curfew, "until 9 pm") are left out."""
    found = [told for match in _CLOCK.finditer(line) if (told := _told(line, match)) is not None]
    return found or [told for match in _PARTS_OF_DAY.finditer(line) if (told := _by_part(match)) is not None]


def _told(line: str, match: re.Match[str]) -> Told | None:
    clock = read_clock(match.group())
    before, after = line[max(0, match.start() - 40) : match.start()], line[match.end() : match.end() + 30]
    if clock is None or _OTHER_BEFORE.search(before):
        return None
    doors = bool(_DOORS_BEFORE.search(before) or _DOORS_AFTER.search(after))
    return Told(clock=clock, start=match.start(), stop=match.end(), text=match.group().strip(), doors=doors)


def _by_part(match: re.Match[str]) -> Told | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    part = match["part"] or ""
    hour = hour % 12 + (0 if part in _MORNINGS else 12) if part else hour
    return Told(clock=Clock(start=time(hour, minute)), start=match.start("hour"), stop=match.end(), text=match.group().strip())
