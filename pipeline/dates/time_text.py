"""Parses a start, and an end, in words, conservatively.

"Sat 12 Dec, 8pm – 2am", "12. Dezember 2026, 20 Uhr", "tomorrow at 8pm".
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from dateparser.date import DateDataParser

from pipeline import patterns
from pipeline.dates.clocks import clocks_in, without_clocks
from pipeline.dates.free_text import find
from pipeline.dates.moments import UNKNOWN_TIMES, read_moment
from pipeline.dates.years import day_without_year

MAX_TEXT: Final = 300
#: The languages that are tried where neither the event nor its source states one.
_LANGUAGES: Final = ("de", "fr", "es", "it", "nl", "pt")
_PARSER_LANGUAGES: Final = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pt",
    "sv",
    "da",
    "pl",
    "cs",
    "tr",
    "ru",
    "hi",
    "ja",
    "zh",
)
_PRICE: Final = patterns.compile(
    r"(?:[$€£₹]|\b(?:rs\.?|usd|eur|inr|gbp)\s?)\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:[$€£₹]|(?:usd|eur|inr|gbp|dollars|euros?)\b)",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_DOORS: Final = patterns.compile(
    r"\b(?:doors?(?: open)?(?: at)?|einlass(?: ab)?|ouverture des portes)[\s:]*",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_RANGE: Final = patterns.compile(
    r"\s+(?:(?:-|–|—|to|until|till|through|bis|au|al|hasta)|\((?:until|till|through|bis|jusqu'au|al|hasta))\s+",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_NEAR_DAYS: Final = "today|tonight|tomorrow|heute|morgen|demain|aujourd|mañana|hoy|domani|oggi"
_NEAR: Final = patterns.compile(rf"\b(?:{_NEAR_DAYS})\b", patterns.IGNORECASE, longest=MAX_TEXT)
_LEFT_OVER: Final = patterns.compile(r":\d\d", longest=MAX_TEXT)
_RELATIVE: Final = patterns.compile(
    rf"\b(?:{_NEAR_DAYS}|this|next|in \d+ (?:days?|weeks?))\b",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_DAY_WORD: Final = patterns.compile(
    r"[^\W\d_]{3,}|[^\x00-\x7f]{3,}|\d{1,4}[./-]\d{1,2}|[年月日]", longest=MAX_TEXT
)
_NEVER: Final = patterns.compile(r"\d{5,}|\b24/7\b", longest=MAX_TEXT)
_TWO_WAYS: Final = patterns.compile(r"\b(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])\b", longest=MAX_TEXT)
_SHORT: Final = patterns.compile(
    r"(?<![\d./])(?P<one>\d{1,2})(?:(?P<sign>\.)(?P<two>\d{1,2})\.(?!\d)|/(?P<two_>\d{1,2})(?![\d/]))",
    longest=MAX_TEXT,
)
_DASHED: Final = patterns.compile(r"\d\s+[-–—]\s+\d", longest=MAX_TEXT)
_NOISE: Final = patterns.compile(
    r"\b(?:at|um|ab|from|starting|starts?|beginning|date|when|show|beginn|wann)\b\s*:?|[•|·@]",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_YEAR: Final = patterns.compile(r"\d{4}|[./-]\d{2}\b", longest=MAX_TEXT)
#: A weekday alone may mean the day of the text itself, which dateparser excludes.
_WEEKDAY_OR_LESS: Final = patterns.compile(r"^\W*[^\W\d_]{2,12}\W*$", longest=MAX_TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The parsed words: naive datetimes, or dates without a time.

    `zone` is an IANA name where one was given.
    """

    start: datetime | date
    end: datetime | date | None = None
    doors: time | None = None
    zone: str = ""
    confidence: float = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeReader:
    """The settings for the words of one source.

    `written` is the day of the text, where known: only then are "tomorrow" and "Saturday" read. `around` is
    the day from which a date without a year is the next one; `month_first` decides 3/4/2026.
    """

    around: date
    written: date | None = None
    language: str = ""
    month_first: bool | None = None


def is_unknown(text: str) -> bool:
    """Whether the words mean an unknown time: '', 'TBA'."""
    return text.strip().casefold() in UNKNOWN_TIMES


def names_a_near_day(text: str) -> bool:
    """Whether the words count from the day on which they are shown: "Tomorrow, 8 PM", "Sunday at 10:30 AM".

    Not where a part of a time is left over, which is then unknown: "3 at (Today :00 PM)"; nor a weekday without
    a time, which may be every one.
    """
    text = text[:MAX_TEXT]
    rest = without_clocks(text)
    weekday = rest != text and _WEEKDAY_OR_LESS.match(_NOISE.sub(" ", rest))
    return bool(weekday or _NEAR.search(text)) and not _LEFT_OVER.search(rest)


@lru_cache(maxsize=8192)
def read_when(text: str, reader: TimeReader) -> Reading | None:
    """The moment in `text`; None where it is not certain."""
    text = " ".join(text[:MAX_TEXT].split())
    if is_unknown(text):
        return None
    moment = None if _DASHED.search(text) else read_moment(text)
    if moment is not None:
        return Reading(start=moment, confidence=0.9)
    if _NEVER.search(text):
        return None
    text = _PRICE.sub(" ", text)
    clocks = clocks_in(text)
    zone = next((reported.clock.zone for reported in clocks if reported.clock.zone), "")
    doors = next((reported for reported in clocks if reported.doors), None)
    opens = doors.clock if doors else None
    reported = _times(
        _DOORS.sub(" ", f"{text[: doors.start]} {text[doors.stop :]}") if doors else text, reader
    )
    if reported is None:
        return None
    start, end, confidence = reported
    if opens and not isinstance(start, datetime):
        start, opens = opens.on(start), None
    return Reading(
        start=start, end=end, doors=opens.start if opens else None, zone=zone, confidence=confidence
    )


_Times = tuple[datetime | date, datetime | date | None, float]


def _times(text: str, reader: TimeReader) -> _Times | None:
    parts = _RANGE.split(text, maxsplit=1)
    if len(parts) == 2:
        first, last = _one(parts[0], reader), _one(parts[1], reader)
        if first and last and _comparable(last[0]) >= _comparable(first[0]):
            return first[0], last[0], min(first[2], last[2])
    return _one(text, reader)


def _one(text: str, reader: TimeReader) -> _Times | None:
    """Parse by the conservative parser of prose first; then by dateparser's many languages, without times."""
    bare = " ".join(_NOISE.sub(" ", without_clocks(text)).split())
    for language in [reader.language] if reader.language else ["", *_LANGUAGES]:
        for around in (None, reader.around):
            for words in (text, bare):
                when = find(
                    words, around=around, language=language, month_first=reader.month_first, past=True
                )
                if when is not None:
                    return _with_clock(when.start, when.end, text, max(when.confidence, 0.5))
    day = _dotted(bare, reader) or _parsed(bare, reader)
    return _with_clock(day, None, text, 0.5) if day else None


def _dotted(text: str, reader: TimeReader) -> date | None:
    """12.12. or 25/07 without a year, where its order is known."""
    found = _SHORT.search(text)
    if found is None:
        return None
    one, two = int(found["one"]), int(found["two"] or found["two_"])
    month_first = False if found["sign"] == "." else reader.month_first
    if month_first is None and (one > 12) == (two > 12):
        return None
    day, month = (two, one) if two > 12 or (month_first and one <= 12) else (one, two)
    return day_without_year(month, day, around=reader.around)


def _with_clock(start: datetime | date, end: datetime | date | None, text: str, confidence: float) -> _Times:
    """The day with the first time of the text, where none was found beside it.

    An earlier end is after midnight.
    """
    if isinstance(start, datetime):
        return start, end, confidence
    clock = next((reported.clock for reported in clocks_in(text)), None)
    if clock is None:
        return start, end, confidence
    begin = clock.on(start)
    if end is not None or clock.end is None:
        return begin, end, confidence
    return begin, datetime.combine(start, clock.end), confidence


def _parsed(text: str, reader: TimeReader) -> date | None:
    """A day by dateparser.

    Never of a bare number or a price; relative words only where the text's day is known.
    """
    relative = bool(_RELATIVE.search(text))
    weekday = not relative and bool(_WEEKDAY_OR_LESS.match(text))
    two = _TWO_WAYS.search(text) if reader.month_first is None else None
    if not _DAY_WORD.search(text) or (two and int(two[1]) != int(two[2])):
        return None
    if reader.written is None if relative or weekday else not any(char.isdigit() for char in text):
        return None
    base = datetime.combine((reader.written or reader.around) - timedelta(days=weekday), time(0, 1))
    settings: dict[str, Any] = {
        "RETURN_TIME_AS_PERIOD": True,
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "DATE_ORDER": "DMY" if reader.month_first is False else "MDY",
    }
    languages = (
        [reader.language[:2], "en"] if reader.language[:2] in _PARSER_LANGUAGES else list(_PARSER_LANGUAGES)
    )
    try:
        data = DateDataParser(
            languages=sorted(set(languages), key=languages.index), settings=settings
        ).get_date_data(text)
    except (ValueError, OverflowError, RecursionError):
        return None
    if data.date_obj is None or data.period not in ("day", "time"):
        return None
    day: date = data.date_obj.date()
    is_dated = relative or weekday or _YEAR.search(text)
    return day if is_dated else day_without_year(day.month, day.day, around=reader.around)


def _comparable(value: datetime | date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.max)
