"""Reads times of day: the one grammar of clocks, for a value that is a time and for running text.

A time is an hour with its minutes, a half of the day, a unit or a part of the day ("19:30", "7pm", "20h30",
"20 Uhr", "शाम 7 बजे"), noon or midnight; two of them with a dash or "to" are a range. Numbers that may be
something else (12.50, "at 7") count only where their surroundings make them a time. docs/dates.md has cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from pipeline import patterns
from pipeline.dates.zone_names import ZONE, abbreviated

#: How many characters of a value, of a line, and beside a day are read.
LONGEST: Final = 60
MAX_LINE: Final = 4_000
REACH: Final = 60

_PARTS: Final = "सुबह|प्रातः?|दोपहर|सायं|सांय|शाम|रात|ಬೆಳಿಗ್ಗೆ|ಬೆಳಗ್ಗೆ|ಮಧ್ಯಾಹ್ನ|ಸಂಜೆ|ರಾತ್ರಿ|subah|dopahar|shaam|sham|raat|오전|오후|저녁|아침|새벽|밤"
_MORNINGS: Final = frozenset({"सुबह", "प्रात", "प्रातः", "아침", "새벽", "ಬೆಳಿಗ್ಗೆ", "ಬೆಳಗ್ಗೆ", "subah", "오전"})
_NIGHTS: Final = frozenset({"रात", "raat", "ರಾತ್ರಿ", "밤"})
_MIDNIGHTS: Final = r"midnight|minuit|mitternacht|medianoche|mezzanotte"
_WORDS: Final = rf"noon|midday|mediod[ií]a|mezzogiorno|{_MIDNIGHTS}"
_UNITS: Final = r"uhr|hrs?\.?|hs\.?|h|heures?|horas?|uur|ore|baje|बजे|ಗಂಟೆ[\u0c80-\u0cff]*|시|時"
_LEADS: Final = (
    r"a las?|às|à partir de|alle(?: ore)?|dalle(?: ore)?|das|ore|dès|desde las?|entre las|a partire dalle"
    r"|a partir das?|om|van|vanaf|von|de|à|h\.?|kl\.?"
)


def _one(n: int) -> str:
    """The expression of one time of day; its groups have the number `n`."""
    return (
        rf"(?:(?:12 )?(?P<word{n}>{_WORDS})(?![^\W_])|(?:(?P<part{n}>{_PARTS})\s{{0,2}})?(?P<h{n}>\d{{1,2}})(?!\d)"
        rf"(?:(?P<sep{n}>[:.,]|:\s(?=\d\d\s?[ap]\.?m)|\s?h\s?|(?:시|時)\s?)(?P<m{n}>\d{{2}})(?!\d)[分분]?(?::\d{{2}}(?:\.\d+)?)?)?"
        rf"(?:\s{{0,2}}(?P<half{n}>[ap])(?:\.?\s?m(?![^\W_])\.?|(?<=:\d\d[ap])(?![^\W_]))|(?P<unit{n}>\s?(?:{_UNITS})(?![^\W_]))){{0,2}})"
    )


_JOINT: Final = (
    r"(?P<joint>\s{0,2}[-–—~]\s{0,2}|\s(?:to|until|till|bis|à|a|alle|às|y|tot|au)\s)(?:(?:ore|las|les)\s)?"
)
_CLOCK: Final = patterns.compile(
    rf"(?<![\d.,/:$€£₹#-])(?<![$€£₹] )(?:(?<![^\W_])(?P<lead>{_LEADS})\s)?(?<![^\W_]){_one(1)}(?:{_JOINT}{_one(2)})?"
    r"(?![\d%/]|[.,:-]\d|\s?(?:[€$£₹]|euros?\b)|(?<=\d)[^\W_])",
    patterns.IGNORECASE,
    longest=MAX_LINE,
)
_ZONE: Final = patterns.compile(ZONE, patterns.IGNORECASE, longest=MAX_LINE)
#: What stands around a value without changing it: "Time: 7 pm", "10:00 AM onwards", "7 PM IST · 2 days".
_BEFORE: Final = patterns.compile(
    r"^(?:(?:(?:start(?:ing)? |meeting )?time|starts?|when|begins?|from|at|um|ab|@)\b[\s:]*)?",
    patterns.IGNORECASE,
    longest=LONGEST,
)
_BEHIND: Final = patterns.compile(
    r"\s*(?:[·|(].*|\bonwards?|\bsharp|\btill late|\buntil late)?[\s.]*$",
    patterns.IGNORECASE,
    longest=LONGEST,
)
_QUARTERS: Final = frozenset({"00", "15", "30", "45"})
_SURE_RANGES: Final = frozenset({"dalle", "dalle ore", "das", "ore"})
#: Words before a number that mark no time by themselves: "de 20 personnes", "à 15 km".
_WEAK: Final = frozenset({"", "de", "von", "van", "à", "das"})
#: The longest "2h": "2h", "1h30" are lengths, "24 h" is all day.
_LENGTH: Final = 5
#: Words between a day and its time, and between a time and its day.
_TO_CLOCK: Final = patterns.compile(
    r"[\s,;:|·()@–—-]{0,4}(?:(?:at|um|ab|from|om|kl\.?|alle|ore|à|às|a las|von|de|starts?|doors?|beginning"
    r"|nights?|evening|afternoon|morning|abend|soir)[\s:]{1,2}|@\s?)?",
    patterns.IGNORECASE,
    longest=REACH,
)
_TO_DAY: Final = patterns.compile(
    r"[\s,]*(?:(?:on|this|am|le|el|il)(?![^\W_]))?[\s,]*$", patterns.IGNORECASE, longest=REACH
)
_ANY: Final = patterns.compile(rf"\d|{_WORDS}", patterns.IGNORECASE, longest=MAX_LINE)
_DOORS_BEFORE: Final = patterns.compile(
    r"\b(?:doors?|doors? opens?|einlass|ouverture(?: des portes)?|portes|puertas|apertura(?: porte| puertas)?|gates?)\b[\s:(@–-]*(?:open(?:s)?"
    r"|at|ab|um|um ca\.?|:)*\s*$",
    patterns.IGNORECASE,
    longest=REACH,
)
_DOORS_AFTER: Final = patterns.compile(
    r"^\s*[(–-]?\s*(?:doors?|einlass|ouverture|puertas|gates)\b", patterns.IGNORECASE, longest=REACH
)
_OTHER_BEFORE: Final = patterns.compile(
    r"\b(?:happy hour|open(?:ing)?(?: hours| daily| from| till)|opening|hours|öffnungszeiten|bar|kitchen|box office|check[- ]?in|setup"
    r"|load[- ]?in|curfew|ends?|until|bis|jusqu(?:'|’)?à|hasta|before|vor|by)\b[^|.;]{0,12}$",
    patterns.IGNORECASE,
    longest=REACH,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A time of day, and the end of a range ("19:00–21:00").

    `is_next_day`: the start was written as 24:00. `zone`: the IANA name of an abbreviation beside it.
    """

    start: time
    end: time | None = None
    is_next_day: bool = False
    zone: str = ""

    def on(self, day: date) -> datetime:
        """Its start on that day, naive: 24:00 is the next day's 00:00."""
        return datetime.combine(day, self.start) + timedelta(days=self.is_next_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockSpan:
    """A time of day between characters `start` and `stop` of a line; `doors` where it is that of the doors."""

    clock: Clock
    start: int
    stop: int
    text: str
    doors: bool = False


def read_clock(text: str) -> Clock | None:
    """A time of day, or a range of two, that is the whole text but for its label; None for anything else.

    "19:30", "7pm", "7-9 pm", "13:00–14:30", "20h30", "20 Uhr", "From 10:00 AM onwards".
    """
    clean = " ".join(text[: LONGEST * 2].split())[:LONGEST]
    match = _CLOCK.match(clean, _BEFORE.match(clean).end())  # type: ignore[union-attr]
    clock = _clock(match, alone=True) if match else None
    reported = _span(match, clock) if match and clock else None
    return reported.clock if reported and _BEHIND.match(clean, reported.stop) else None


def clocks_in(line: str, *, days: Sequence[tuple[int, int]] = ()) -> list[ClockSpan]:
    """The times of day in a line, in order.

    Those of something else (opening hours, curfew, "until 9 pm") are left out. `days` are the first characters
    of its days and those after them.
    """
    line = line[:MAX_LINE]
    return list(_found(line, days)) if _ANY.search(line) else []


def clock_beside(line: str, start: int, stop: int) -> ClockSpan | None:
    """The time of day directly after a day, or directly before it; `start` and `stop` are its characters."""
    return clock_after(line, stop) or clock_before(line, start)


def clock_after(line: str, stop: int) -> ClockSpan | None:
    """The time of day directly after a day that ends before character `stop`."""
    begin = _TO_CLOCK.match(line, stop)
    match = _CLOCK.match(line, begin.end()) if begin else None
    clock = _clock(match, after_day=True) if match else None
    return _span(match, clock) if match and clock else None


def clock_before(line: str, start: int) -> ClockSpan | None:
    """The time of day directly before a day that begins at character `start`, whatever it is the time of."""
    first = max(0, start - REACH)
    before = line[first:start]
    spans = [reported for reported in _found(before, (), others=True) if _TO_DAY.match(before, reported.stop)]
    return replace(spans[-1], start=spans[-1].start + first, stop=spans[-1].stop + first) if spans else None


def without_clocks(text: str) -> str:
    """The text without its times of day."""
    for reported in reversed(clocks_in(text)):
        text = f"{text[: reported.start]} {text[reported.stop :]}"
    return text


def _found(line: str, days: Sequence[tuple[int, int]], *, others: bool = False) -> Iterator[ClockSpan]:
    """The certain times of a line, with `others` those of something else too.

    A number that ends a day begins no range: "Dec 5 - 7 pm".
    """
    stops, at = {stop for _, stop in days}, 0
    while match := _CLOCK.search(line, at):
        at = match.end()
        inside = next((stop for first, stop in days if first <= match.start() < stop), None)
        if inside is not None and match.start("h1") < inside:
            at = max(inside, match.start() + 1)
            continue
        before, after = line[max(0, match.start() - REACH) : match.start()], line[at : at + REACH]
        beside = any(_TO_CLOCK.fullmatch(line, stop, match.start()) for stop in stops)
        clock = _clock(match, after_day=beside)
        if clock is None:
            at = _rest(match)
        elif others or not _OTHER_BEFORE.search(before):
            doors = bool(_DOORS_BEFORE.search(before) or _DOORS_AFTER.search(after))
            reported = _span(match, clock)
            yield replace(
                reported, doors=doors, start=max(reported.start, inside or 0)
            )  # "आज शाम" is a day too


def _rest(match: patterns.Match[str]) -> int:
    """Where to look on after something that is no time: at the second number of what looked like a range."""
    first = next(at for name in ("h2", "word2", "h1", "word1") if (at := match.start(name)) >= 0)
    return max(first, match.start() + 1) if match["joint"] else match.end()


def _span(match: patterns.Match[str], clock: Clock) -> ClockSpan:
    """The time where it stands in its line, with the zone after it."""
    zone = _ZONE.match(match.string, match.end())
    if zone:
        clock = replace(clock, zone=abbreviated(zone["zone"]))
    return ClockSpan(
        clock=clock, start=match.start(), stop=zone.end() if zone else match.end(), text=match.group().strip()
    )


def _clock(match: patterns.Match[str], *, alone: bool = False, after_day: bool = False) -> Clock | None:
    """The time that a match tells; None where it may be something else."""
    if not _is_sure(match, alone=alone, after_day=after_day):
        return None
    first, last = _side(match, 1), _side(match, 2)
    half, end_half = first.half, last.half
    start = first.at(half or (end_half if first.hour <= 12 else ""))
    end = last.at(end_half) if match["joint"] else None
    if start is None or (match["joint"] and end is None):
        return None
    if end and end_half and not half and first.hour <= 12 and start >= end:
        # "10-2pm" begins in the morning, "9-2am" in the evening
        start = first.at("a" if end_half == "p" else "p") or start
    if end and half and not end_half and last.hour <= 12:  # "7pm-9", "10am-4"
        begin = start
        end = min((last.at(which) or end for which in "ap"), key=lambda other: _minutes_until(begin, other))
    at_night = first.hour == 12 and first.part in _NIGHTS  # the midnight at the end of the day
    return Clock(start=start, end=end, is_next_day=first.hour == 24 or at_night)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two times of a match: as it is written."""

    hour: int
    minute: str
    half: str
    part: str

    def at(self, half: str) -> time | None:
        """The time of day in that half ('' for a clock of 24 hours)."""
        if self.hour > 24 or int(self.minute or 0) > 59 or (half and not 1 <= self.hour <= 12):
            return None
        hour = self.hour % 12 + (12 if half == "p" else 0) if half else self.hour % 24
        return None if self.hour == 24 and int(self.minute or 0) else time(hour, int(self.minute or 0))


def _side(match: patterns.Match[str], n: int) -> _Side:
    if word := match[f"word{n}"]:
        return _Side(12, "", "a" if word.casefold() in _MIDNIGHTS.split("|") else "p", "")
    part = (match[f"part{n}"] or "").casefold()
    half = (match[f"half{n}"] or "").lower()
    if part and not half:
        half = "a" if part in _MORNINGS or (match[f"h{n}"] == "12" and part in _NIGHTS) else "p"
    return _Side(int(match[f"h{n}"] or 0), match[f"m{n}"] or "", half, part)


def _is_sure(match: patterns.Match[str], *, alone: bool, after_day: bool) -> bool:
    """Whether the numbers of a match are a time of day."""
    lead, marks = (
        (match["lead"] or "").casefold(),
        [_mark(match, n) for n in (1, 2) if n == 1 or match["joint"]],
    )
    if _is_length(match):
        return False
    if len(marks) == 2 and not alone and marks[0] == "" and marks[1] == ":":
        return False  # "Dec 12 - 19:00"
    if any(mark in (":", "half", "unit", "word") for mark in marks):
        return True
    if "," in marks:
        return lead not in _WEAK
    if all(mark == "." for mark in marks):
        quarters = {match["m1"], match["m2"] or "00"} <= _QUARTERS
        return alone or bool(quarters and (after_day or len(marks) == 2)) or lead not in _WEAK
    if len(marks) == 2:
        return lead in _SURE_RANGES
    return lead not in _WEAK and int(match["h1"]) > 12


def _mark(match: patterns.Match[str], n: int) -> str:
    """What makes a number a time: a word, a half of the day, a unit, a colon; a dot is doubtful."""
    if match[f"word{n}"]:
        return "word"
    if match[f"half{n}"]:
        return "half"
    if match[f"unit{n}"] or (match[f"part{n}"] and match[f"m{n}"]):
        return "unit"
    return "" if not match[f"sep{n}"] else match[f"sep{n}"] if match[f"sep{n}"] in ".," else ":"


def _is_length(match: patterns.Match[str]) -> bool:
    """Whether hours are a length of time: "2h", "1h30", "24 hrs"."""
    unit = ((match["sep1"] if match["m1"] else match["unit1"]) or "").strip().casefold()
    in_hours = unit.startswith(("h", "ho")) and not match["lead"] and not match["joint"]
    hour = int(match["h1"] or 12)
    return in_hours and not match["part1"] and ((hour <= _LENGTH and match["m1"] != "00") or hour == 24)


def _minutes_until(start: time, end: time) -> int:
    """Minutes from `start` to the next `end`, a day where they are the same."""
    return ((end.hour - start.hour) * 60 + end.minute - start.minute - 1) % 1440 + 1
