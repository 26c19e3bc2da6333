"""The times of day that a line names: when it begins, when the doors open."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from sources.connectors.moments import Clock, read_clock
from sources.connectors.prose import CLOCK

#: Times of day with the part of the day before them: "शाम 7 बजे", "ಸಂಜೆ 7 ಗಂಟೆ", "shaam 7 baje", "저녁 8시".
_PARTS_OF_DAY: Final = re.compile(
    r"(?P<part>सुबह|प्रातः?|दोपहर|सायं|सांय|शाम|रात|ಬೆಳಿಗ್ಗೆ|ಬೆಳಗ್ಗೆ|ಮಧ್ಯಾಹ್ನ|ಸಂಜೆ|ರಾತ್ರಿ|subah|dopahar|shaam|sham|raat|오전|오후|저녁|아침|새벽|밤)\s*"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:\s*(?:बजे|ಗಂಟೆ[\u0c80-\u0cff]*|baje|시)|(?<=[:.]\d{2})(?!\d))"
)
_NIGHTS: Final = frozenset({"रात", "raat", "ರಾತ್ರಿ", "밤"})
_MORNINGS: Final = frozenset({"सुबह", "प्रात", "प्रातः", "아침", "새벽", "ಬೆಳಿಗ್ಗೆ", "ಬೆಳಗ್ಗೆ", "subah", "오전"})
_CLOCK: Final = re.compile(rf"(?<![\d.,/:$€£₹#-])(?<![$€£₹] )(?:{CLOCK})(?![\d%/])", re.IGNORECASE)
#: Hours with a word before or after them that says so: "a las 22 horas", "à partir de 14 heures", "16.00-22.00".
_SPOKEN: Final = re.compile(
    r"(?<![^\W_])(?:a las?|às|alle(?: ore)?|ore|à(?: partir de)?|dès|de|desde las?|om|vanaf)\s+(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d))?"
    r"(?P<word>\s*(?:heures?|horas?|hs\b\.?|uur))?(?![\d%€$]|[.,]\d)",
    re.IGNORECASE,
)
_DOTTED: Final = re.compile(r"(?<![\d.,/:-])(\d{1,2})\.(00|15|30|45)\s*[-–]\s*(\d{1,2})\.(00|15|30|45)(?![\d.]|\s*(?:€|\$|euro))")
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
    found = found or [told for match in _PARTS_OF_DAY.finditer(line) if (told := _by_part(match)) is not None]
    found = found or [told for match in _DOTTED.finditer(line) if (told := _dotted(match)) is not None]
    return found or [told for match in _SPOKEN.finditer(line) if (told := _spoken(line, match)) is not None]


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
    part = match["part"].casefold()
    if hour == 12 and part in _NIGHTS:  # the midnight that ends the day
        return _at(match, Clock(start=time(0, minute), is_next_day=True), start=match.start("hour"))
    return _at(match, Clock(start=time(hour % 12 + (0 if part in _MORNINGS else 12), minute)), start=match.start("hour"))


def _dotted(match: re.Match[str]) -> Told | None:
    hour, minute, end_hour, end_minute = (int(number) for number in match.groups())
    return _at(match, Clock(start=time(hour, minute), end=time(end_hour % 24, end_minute))) if hour < 24 and end_hour <= 24 else None


def _spoken(line: str, match: re.Match[str]) -> Told | None:
    """An hour after "a las" and its like; a bare one only where no other half of the day can be meant."""
    hour = int(match["hour"])
    if (
        hour > 23
        or not (match["word"] or match["minute"] or hour > 12)
        or _OTHER_BEFORE.search(line[max(0, match.start() - 40) : match.start()])
    ):
        return None
    lead = line[match.start() : match.start("hour")].strip().casefold()
    if not match["word"] and lead in ("de", "à"):  # "de 20 personnes", "à 15 km"
        return None
    return _at(match, Clock(start=time(hour, int(match["minute"] or 0))))


def _at(match: re.Match[str], clock: Clock, *, start: int | None = None) -> Told:
    return Told(clock=clock, start=match.start() if start is None else start, stop=match.end(), text=match.group().strip())
