"""Reads the times of day in a line: when the event begins, and when the doors open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import CLOCK
from pipeline.dates.moments import Clock, read_clock
from pipeline.prose.days.beside import AT_HOUR
from pipeline.prose.lines import MAX_LENGTH

#: Times of day after a part of the day: "शाम 7 बजे", "ಸಂಜೆ 7 ಗಂಟೆ", "shaam 7 baje", "저녁 8시".
_PARTS_OF_DAY: Final = patterns.compile(
    r"(?P<part>सुबह|प्रातः?|दोपहर|सायं|सांय|शाम|रात|ಬೆಳಿಗ್ಗೆ|ಬೆಳಗ್ಗೆ|ಮಧ್ಯಾಹ್ನ|ಸಂಜೆ|ರಾತ್ರಿ|subah|dopahar|shaam|sham|raat|오전|오후|저녁|아침|새벽|밤)\s*"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:\s*(?:बजे|ಗಂಟೆ[\u0c80-\u0cff]*|baje|시)|(?<=[:.]\d{2})(?!\d))",
    longest=MAX_LENGTH,
)
_NIGHTS: Final = frozenset({"रात", "raat", "ರಾತ್ರಿ", "밤"})
_MORNINGS: Final = frozenset({"सुबह", "प्रात", "प्रातः", "아침", "새벽", "ಬೆಳಿಗ್ಗೆ", "ಬೆಳಗ್ಗೆ", "subah", "오전"})
_CLOCK: Final = patterns.compile(
    rf"(?<![\d.,/:$€£₹#-])(?<![$€£₹] )(?:{CLOCK})(?![\d%/])", patterns.IGNORECASE, longest=MAX_LENGTH
)
#: Hours marked by a word before or after them: "a las 22 horas", "à partir de 14 heures", "16.00-22.00".
_SPOKEN: Final = patterns.compile(
    r"(?<![^\W_])(?:a las?|às|alle(?: ore)?|ore|à(?: partir de)?|dès|de|desde las?|om|vanaf|h\.?|a partire dalle"
    r"|a partir das?)\s+(?P<hour>\d{1,2})(?:[:.,h](?P<minute>[0-5]\d))?"
    r"(?P<word>\s*(?:heures?|horas?|hs\b\.?|uur))?(?![\d%]|\s?(?:[€$]|euros?\b)|[.,]\d)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_DOTTED: Final = patterns.compile(
    r"(?<![\d.,/:-])(\d{1,2})\.(00|15|30|45)\s*[-–]\s*(\d{1,2})\.(00|15|30|45)(?![\d.]|\s*(?:€|\$|euro))",
    longest=MAX_LENGTH,
)
_ANY: Final = patterns.compile(r"\d|noon|midday|midnight", patterns.IGNORECASE, longest=MAX_LENGTH)
#: "20.30" after a day: "Sat 20.30", "4 December, 19.00-22.00". Other dotted numbers are prices and dates.
_AFTER_DAY: Final = patterns.compile(
    r"[\s,;|·:()–—-]{0,4}(?P<told>(?:(?:at|um|ab|from|om|kl\.?|ore|alle|à|às|a las)\s+)?(?P<hour>\d{1,2})\.(?P<minute>00|15|30|45)"
    r"(?:\s?[-–]\s?(?P<end>\d{1,2})[.:](?P<end_minute>00|15|30|45))?(?:\s?(?:uur|uhr|hs|ore)\b)?)(?![\d%/]|[.,:]\d|\s?(?:[€$£₹]|euros?\b|[ap]\.?m))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "dalle 10 alle 19", "de 11 a 20 h", "van 11.00 tot 17.00 uur": hours without minutes need a unit, except
#: after "dalle" and "das".
_FROM_TO: Final = patterns.compile(
    r"(?<![^\W_])(?P<from>dalle|das|de|von|van|vanaf|entre las)(?:\s+(?:ore|las))?\s+(?P<hour>\d{1,2})(?:[.:h](?P<minute>[0-5]\d))?\s?(?:h|uhr|uur)?"
    r"\s+(?:alle|às|a|à|y|tot|bis)(?:\s+(?:ore|las))?\s+(?P<end>\d{1,2})(?:[.:h](?P<end_minute>[0-5]\d))?(?P<unit>\s?(?:h\b|hs\b|horas?\b|heures\b|uhr\b|uur\b))?(?![\d%€$]|[.,]\d)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_HOURS_APART: Final = patterns.compile(
    r"(?<![^\W_])(?P<from>ore)\s(?P<hour>\d{1,2})(?:[.:](?P<minute>[0-5]\d))?\s?[-–]\s?"
    r"(?P<end>\d{1,2})(?:[.:](?P<end_minute>[0-5]\d))?(?P<unit>)(?![\d%€$]|[.,]\d)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_IN_HOURS: Final = patterns.compile(
    r"(?<![\d.,/:€$£-])(?P<hour>\d{1,2})[.:](?P<minute>[0-5]\d)\s?(?:uur|hs|horas|ore)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "Doors 7, show 8" means the evening.
_DOORS_AND_SHOW: Final = patterns.compile(
    r"\bdoors?(?: open)?\s?(?:at |: ?|@ ?)?(?P<doors>\d{1,2})(?::(?P<doors_minute>[0-5]\d))?[\s,/|•·&–-]{1,5}(?:and )?"
    r"(?:show|music|starts?|bands?|curtain)\s?(?:at |: ?|@ ?)?(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?(?![\d:%]|\.\d|\s?(?:[ap]\.?m|h\b))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: A 12-hour time without am or pm, and words that imply it.
_BARE: Final = patterns.compile(
    r"(?<![\d:.])(?:[1-9]|1[01])[:.]\d{2}(?!\d|\s?(?:[ap]\.?m|uhr|h\b))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_BARE_HOUR: Final = patterns.compile(r"(?:at|@)\s(?:[1-9]|1[01])", patterns.IGNORECASE, longest=MAX_LENGTH)
#: A time that occurs only in 24-hour notation.
_OF_24: Final = patterns.compile(r"\b(?:1[3-9]|2[0-3])[:.]\d\d\b", longest=MAX_LENGTH)
_HALF: Final = patterns.compile(r"[ap]\.?m\b|\bnoon|midnight", patterns.IGNORECASE, longest=MAX_LENGTH)
_MORNING: Final = patterns.compile(
    r"\b(?:a\.?m|mornings?|sunrise|dawn|breakfast|brunch|yoga|runs?|races?|\d+k|marathon|trot|trek|hikes?|walks?|rides?|birding|birdwatching|swim|departure|markets?|mass|service|worship|school|clean-?up|camp)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_EVENING: Final = patterns.compile(
    r"\b(?:doors?|shows?|gigs?|concerts?|tonight|nights?|evenings?|dinner|supper|dj|party|late|carols?|opera|theat(?:re|er)|plays?|musical"
    r"|quiz|trivia|jazz|blues|bands?|live|comedy|stand-?up|films?|movies?|screening|danc(?:e|ing)|ceilidh|orchestra|choir|ballet|cinema|pub"
    r"|bar|drinks|karaoke|open mic|lecture|reading)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: From this hour on, a time without am or pm is in the forenoon, unless a word suggests an evening.
_FORENOON: Final = 9
#: Up to this hour, a time without am or pm is in the afternoon; later ones only by words.
_AFTERNOON: Final = 6
_DOORS_BEFORE: Final = patterns.compile(
    r"\b(?:doors?|doors? opens?|einlass|ouverture(?: des portes)?|portes|puertas|apertura(?: porte| puertas)?|gates?)\b[\s:(@–-]*(?:open(?:s)?"
    r"|at|ab|um|um ca\.?|:)*\s*$",
    patterns.IGNORECASE,
    longest=40,
)
_DOORS_AFTER: Final = patterns.compile(
    r"^\s*(?:uhr\s*)?[(–-]?\s*(?:doors?|einlass|ouverture|puertas|gates)\b", patterns.IGNORECASE, longest=30
)
_OTHER_BEFORE: Final = patterns.compile(
    r"\b(?:happy hour|open(?:ing)?(?: hours| daily| from| till)|opening|hours|öffnungszeiten|bar|kitchen|box office|check[- ]?in|setup"
    r"|load[- ]?in|curfew|ends?|until|bis|jusqu(?:'|’)?à|hasta|before|vor|by)\b[^|.;]{0,12}$",
    patterns.IGNORECASE,
    longest=40,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockSpan:
    """A time of day between characters `start` and `stop` of a line; `doors` where it is that of the doors."""

    clock: Clock
    start: int
    stop: int
    text: str
    doors: bool = False


def clocks_in(line: str, *, after: Sequence[int] = (), is_english: bool = False) -> list[ClockSpan]:
    """The times of day in a line, in order.

    Those of something else (opening hours, curfew, "until 9 pm") are left out. `after` are the characters
    where its days end. In English "5:30" is in the afternoon, unless words of the line suggest a morning.
    """
    if not _ANY.search(line):
        return []
    found = [told for match in _FROM_TO.finditer(line) if (told := _from_to(line, match)) is not None]
    found += _apart(
        [told for match in _CLOCK.finditer(line) if (told := _told(line, match)) is not None], found
    )
    found += _apart(
        [
            told
            for stop in after
            if (match := _AFTER_DAY.match(line, stop)) and (told := _after_day(line, match)) is not None
        ],
        found,
    )
    if is_english:
        found += _apart([_at_hour(match) for stop in after if (match := AT_HOUR.match(line, stop))], found)
        found = _in_their_halves(line, found)
        found = found or _doors_and_show(line)
    found = found or [told for match in _PARTS_OF_DAY.finditer(line) if (told := _by_part(match)) is not None]
    found = found or [told for match in _DOTTED.finditer(line) if (told := _dotted(match)) is not None]
    found = found or [
        told for match in _HOURS_APART.finditer(line) if (told := _from_to(line, match)) is not None
    ]
    found = found or [
        told for match in _IN_HOURS.finditer(line) if (told := _spoken(line, match)) is not None
    ]
    found = found or [told for match in _SPOKEN.finditer(line) if (told := _spoken(line, match)) is not None]
    return sorted(found, key=lambda told: told.start)


def _apart(told: list[ClockSpan], others: list[ClockSpan]) -> list[ClockSpan]:
    return [
        one for one in told if not any(one.start < other.stop and other.start < one.stop for other in others)
    ]


def _from_to(line: str, match: patterns.Match[str]) -> ClockSpan | None:
    hour, end = int(match["hour"]), int(match["end"])
    is_sure = match["unit"] or match["end_minute"] or match["from"].casefold() in ("dalle", "das", "ore")
    if (
        not is_sure
        or hour > 23
        or end > 24
        or _OTHER_BEFORE.search(line[max(0, match.start() - 40) : match.start()])
    ):
        return None
    return _at(
        match,
        Clock(start=time(hour, int(match["minute"] or 0)), end=time(end % 24, int(match["end_minute"] or 0))),
    )


def _after_day(line: str, match: patterns.Match[str]) -> ClockSpan | None:
    if int(match["hour"]) > 23 or int(match["end"] or 0) > 24:
        return None
    end = time(int(match["end"]) % 24, int(match["end_minute"])) if match["end"] else None
    return _at(
        match, Clock(start=time(int(match["hour"]), int(match["minute"])), end=end), start=match.start("told")
    )


def _in_their_halves(line: str, found: list[ClockSpan]) -> list[ClockSpan]:
    """English times with am or pm resolved. Ambiguous dotted numbers are left out."""
    if not any(_is_bare(told) for told in found) or _OF_24.search(line):
        return found
    is_early = bool(_MORNING.search(line))
    is_evening = not is_early and bool(_EVENING.search(line))
    halved = (
        _halved(told, is_early=is_early, is_evening=is_evening) if _is_bare(told) else told for told in found
    )
    return [told for told in halved if told is not None]


def _is_bare(told: ClockSpan) -> bool:
    """Whether a time lacks am or pm."""
    return bool((_BARE.search(told.text) or _BARE_HOUR.fullmatch(told.text)) and not _HALF.search(told.text))


def _halved(told: ClockSpan, *, is_early: bool, is_evening: bool) -> ClockSpan | None:
    hour = told.clock.start.hour
    is_late = not is_early and (hour <= _AFTERNOON or is_evening)
    if not is_late:
        return told if ":" in told.text and (is_early or hour >= _FORENOON) else None
    end = told.clock.end
    later = end.replace(hour=end.hour + 12) if end and end.hour < 12 and end > told.clock.start else end
    return replace(told, clock=Clock(start=told.clock.start.replace(hour=hour + 12), end=later))


def _at_hour(match: patterns.Match[str]) -> ClockSpan:
    return _at(match, Clock(start=time(int(match["hour"]))), start=match.start("told"))


def _doors_and_show(line: str) -> list[ClockSpan]:
    match = _DOORS_AND_SHOW.search(line)
    if match is None or not (1 <= int(match["doors"]) <= 11 and 1 <= int(match["hour"]) <= 11):
        return []
    doors, show = (
        Clock(start=time(int(match[name]) + 12, int(match[f"{minute}"] or 0)))
        for name, minute in (("doors", "doors_minute"), ("hour", "minute"))
    )
    middle = match.start("hour")
    return [
        ClockSpan(
            clock=doors,
            start=match.start(),
            stop=middle,
            text=line[match.start() : middle].strip(" ,/|•·&–-"),
            doors=True,
        ),
        ClockSpan(clock=show, start=middle, stop=match.end(), text=line[middle : match.end()]),
    ]


def _told(line: str, match: patterns.Match[str]) -> ClockSpan | None:
    clock = read_clock(match.group())
    before, after = line[max(0, match.start() - 40) : match.start()], line[match.end() : match.end() + 30]
    if clock is None or _OTHER_BEFORE.search(before):
        return None
    doors = bool(_DOORS_BEFORE.search(before) or _DOORS_AFTER.search(after))
    return ClockSpan(
        clock=clock, start=match.start(), stop=match.end(), text=match.group().strip(), doors=doors
    )


def _by_part(match: patterns.Match[str]) -> ClockSpan | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    part = match["part"].casefold()
    if hour == 12 and part in _NIGHTS:  # the midnight at the end of the day
        return _at(match, Clock(start=time(0, minute), is_next_day=True), start=match.start("hour"))
    return _at(
        match,
        Clock(start=time(hour % 12 + (0 if part in _MORNINGS else 12), minute)),
        start=match.start("hour"),
    )


def _dotted(match: patterns.Match[str]) -> ClockSpan | None:
    hour, minute, end_hour, end_minute = (int(number) for number in match.groups())
    return (
        _at(match, Clock(start=time(hour, minute), end=time(end_hour % 24, end_minute)))
        if hour < 24 and end_hour <= 24
        else None
    )


def _spoken(line: str, match: patterns.Match[str]) -> ClockSpan | None:
    """An hour after "a las" and similar words. A bare one counts only where it is unambiguous."""
    hour, word = int(match["hour"]), match.groupdict().get("word")
    if (
        hour > 23
        or not (word or match["minute"] or hour > 12)
        or _OTHER_BEFORE.search(line[max(0, match.start() - 40) : match.start()])
    ):
        return None
    lead = line[match.start() : match.start("hour")].strip().casefold()
    if not word and lead in ("de", "à"):  # "de 20 personnes", "à 15 km"
        return None
    return _at(match, Clock(start=time(hour, int(match["minute"] or 0))))


def _at(match: patterns.Match[str], clock: Clock, *, start: int | None = None) -> ClockSpan:
    return ClockSpan(
        clock=clock,
        start=match.start() if start is None else start,
        stop=match.end(),
        text=match.group().strip(" ,;|·:()–—-"),
    )
