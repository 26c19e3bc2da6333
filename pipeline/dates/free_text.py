"""Parses dates and times in prose, conservatively.

A date needs a month in words or an unambiguous numeric form, so "$25", "room 12" and "24/7" are none. Month
and weekday names are dateparser's for the languages in question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Final

from pipeline import patterns
from pipeline.dates.clocks import clock_beside, read_clock
from pipeline.dates.moments import day_of, end_at
from pipeline.dates.years import NUMERIC, day_without_year, full_year, month_first_of, numeric_day

#: How many characters of a text are read, and how many different dates it may contain before it has too many
#: subjects.
MAX_TEXT: Final = 4_000
MAX_DATES: Final = 3

_MONTHS: Final = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_WEEKDAYS: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORT_WORDS: Final = 3
#: English months that are other words too, in small letters.
_VERBS: Final = frozenset({"may", "march", "mar"})
#: Where the markup between weekday, day and time was lost: "WednesdayDecember 8, 20267:30pm", "12/8/2026-4:00 PM".
_GLUED: Final = patterns.compile(
    r"(?<=day)(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d)"
    r"|(?<=20\d\d)(?:-(?=\d{1,2}:\d\d)|(?=1?\d:\d\d ?[ap]\.?m))"
)
_ISO: Final = (
    r"(?P<iso>(?:19|20)\d{2}(?P<iso_sign>[-/])\d{2}(?P=iso_sign)\d{2})(?:[T ](?P<iso_time>\d{2}:\d{2}))?"
)
_DOTTED: Final = r"(?P<dd>\d{1,2})\.(?P<dm>\d{1,2})\.(?P<dy>(?:20)?\d{2})"
_SLASHED: Final = r"(?P<s1>\d{1,2})(?:/(?P<s2>\d{1,2})/(?P<sy>(?:20)?\d{2})|-(?P<h2>\d{1,2})-(?P<hy>20\d{2}))"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A start, and an end where one was given; naive, or dates without a time.

    `text` is the text that it was read from, `confidence` 0 to 1.
    """

    start: datetime | date
    end: datetime | date | None = None
    text: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A day and its position in the text: from character `start` to before `stop`, without a time beside it."""

    when: When
    start: int
    stop: int


def find(
    text: str,
    *,
    around: date | None,
    language: str = "",
    month_first: bool | None = None,
    past: bool = False,
) -> When | None:
    """The date that `text` announces; None where it has none, or too many, or only past ones without `past`.

    `around` is the day on which it was written, which gives a date its year. `language` is a tag such as `en-US`; English is read too. `month_first` decides
    3/4/2026; by default the region does (US), else it is not read.
    """
    text = " ".join(text[:MAX_TEXT].split())
    found: dict[date, When] = {}
    for mention in mentions(text, around=around, language=language, month_first=month_first):
        found.setdefault(day_of(mention.when.start), mention.when)
    ahead = {
        day: when
        for day, when in found.items()
        if around and day_of(when.end or when.start) >= around - timedelta(days=1)
    }
    found = ahead if around and not past else ahead or found
    if not found or len(found) > MAX_DATES:
        return None
    first = next(iter(found.values()))
    return first if len(found) == 1 else _doubted(first)


def unglued(text: str) -> str:
    """The text with a space where weekday, day and time stand together without one."""
    return _GLUED.sub(" ", text)


def mentions(
    text: str, *, around: date | None, language: str = "", month_first: bool | None = None
) -> Iterator[Mention]:
    """Yield every day that `text` names by day and month, past ones too, in order.

    For the arguments see `find`.
    """
    month_first = (month_first_of(language=language) or None) if month_first is None else month_first
    for match in _pattern(languages_of(language)).finditer(text):
        when = _read(match, text, around, languages_of(language), month_first)
        if when is not None:
            yield Mention(when=when, start=match.start(), stop=match.end())


def first_notation(text: str, *, language: str = "") -> tuple[int, int] | None:
    """The characters of the first day that `text` writes, its year and its order known or not; None where it writes none."""
    if not any(map(str.isdigit, text)):
        return None
    words = (m for m in _pattern(languages_of(language)).finditer(text) if (m["m1"] or m["m2"]) not in _VERBS)
    return min((match.span() for match in (*words, *NUMERIC.finditer(text))), default=None)


def _read(
    match: patterns.Match[str],
    text: str,
    around: date | None,
    languages: tuple[str, ...],
    month_first: bool | None,
) -> When | None:
    part = match.groupdict()
    try:
        days = _days(part, around, languages, month_first)
    except (ValueError, OverflowError):
        return None
    if days is None:
        return None
    first, last, sure = days
    beside = clock_beside(text, match.start(), match.end())
    clock = beside.clock if beside else read_clock(part["iso_time"]) if part["iso_time"] else None
    reported = f"{match.group()} {beside.text if beside else ''}".strip()
    if clock is None:
        return When(start=first, end=last, text=reported, confidence=sure)
    start = clock.on(first)
    end = end_at(start, clock.end) if clock.end else None
    return When(
        start=start,
        end=last if last and last > first else end,
        text=reported,
        confidence=min(sure + 0.1, 0.9),
    )


def _days(
    part: dict[str, str | None], around: date | None, languages: tuple[str, ...], month_first: bool | None
) -> tuple[date, date | None, float] | None:
    """First day, last day, and the confidence; None where the numbers are ambiguous."""
    if part["iso"]:
        return date.fromisoformat(part["iso"].replace("/", "-")), None, 0.8
    if part["dd"]:
        return _year(date(full_year(int(part["dy"] or 0)), int(part["dm"] or 0), int(part["dd"])), 0.7)
    if part["s1"]:
        one, two = int(part["s1"]), int(part["s2"] or part["h2"] or 0)
        found = numeric_day(one, two, int(part["sy"] or part["hy"] or 0), month_first=month_first)
        return _year(found, 0.6 if max(one, two) <= 12 and one != two else 0.7) if found else None
    months, word = month_names(languages), part["m1"] or part["m2"] or ""
    if word in _VERBS:
        return None
    month = months[word.casefold().rstrip(".")]
    day, last = _number(part["d1"] or part["d2"]), _number(part["e1"] or part["e2"])
    year = _number(part["y1"] or part["y2"])
    weekday = day_names(languages).get(_weekday(part).casefold().rstrip("."))
    last_month = months[part["n2"].casefold().rstrip(".")] if part["n2"] else month
    if part["m0"]:  # "24 December to 2 January": the first day has its own month
        month = months[part["m0"].casefold().rstrip(".")]
    first, sure = _with_year(day, month, year or None, weekday, around)
    if first is None:
        return None
    if year and last and last_month < first.month:
        first = first.replace(year=year - 1)
    return first, _last(first, last, last_month) if last else None, sure


def _weekday(part: dict[str, str | None]) -> str:
    """The weekday before the day, else the one between it and its time: "26 Jun (Fri), 10 PM"."""
    return next((word for name in ("w1", "w2", "w3", "w4") if (word := part[name])), "")


def _number(text: str | None) -> int:
    return int("".join(filter(str.isdecimal, text or "")) or 0)


def _year(day: date, sure: float) -> tuple[date, None, float]:
    return day, None, sure


def _with_year(
    day: int, month: int, year: int | None, weekday: int | None, around: date | None
) -> tuple[date | None, float]:
    """The day; without a year that of `day_without_year`, on which a given weekday must be right."""
    if year is not None:
        first = date(year, month, day)
        return first, 0.8 if weekday is None or first.weekday() == weekday else 0.4
    found = day_without_year(month, day, around=around, weekday=weekday) if around else None
    return found, 0.5 if weekday is None else 0.7


def _last(first: date, day: int, month: int) -> date | None:
    last = date(first.year + (month < first.month), month, day)
    return last if first < last <= first + timedelta(days=120) else None


def _doubted(when: When) -> When:
    return When(start=when.start, end=when.end, text=when.text, confidence=round(when.confidence * 0.6, 2))


def languages_of(tag: str) -> tuple[str, ...]:
    """The languages for a text with the tag `tag`: its own and English."""
    name = tag.replace("_", "-").split("-")[0].lower()
    return ("en",) if name in ("", "en") or not name.isalpha() else (name, "en")


@lru_cache(maxsize=32)
def day_names(languages: tuple[str, ...]) -> dict[str, int]:
    """Month names as 1 to 12 and weekday names as 0 to 6, casefolded, in all the languages."""
    names = month_names(languages).copy()
    for language in reversed(languages):
        try:
            info = import_module(f"dateparser.data.date_translation_data.{language}").info
        except ImportError:
            continue
        for number, weekday in enumerate(_WEEKDAYS):
            names.update(
                {word.casefold().rstrip("."): number for word in info.get(weekday, ()) if len(word) >= 2}
            )
    return names


@lru_cache(maxsize=32)
def month_names(languages: tuple[str, ...]) -> dict[str, int]:
    """Month names as 1 to 12, casefolded. "mar" is March here, though it is a Tuesday in some languages."""
    names: dict[str, int] = {}
    for language in reversed(languages):
        try:
            info = import_module(f"dateparser.data.date_translation_data.{language}").info
        except ImportError:
            continue
        for number, month in enumerate(_MONTHS, 1):
            names.update(
                {
                    word.casefold().rstrip("."): number
                    for word in info.get(month, ())
                    if len(word) >= _SHORT_WORDS
                }
            )
    return names


@lru_cache(maxsize=32)
def _pattern(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    """Matches every notation of a day of a month."""
    months, weekdays = (_words(languages, keys) for keys in (_MONTHS, _WEEKDAYS))
    day, dash, year = (
        r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?",
        r"\s*(?:-|–|—|to|bis|au|al|&|and|und|et|y|e)\s*",
        r"(?:,|\s+de|\s+del|\s+of)?\s+",
    )
    weekday = rf"(?:\b(?P<W>{weekdays})\.?,?\s+(?:the\s+|den\s+|dem\s+|le\s+|el\s+|il\s+)?)?"
    time = r"\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m)"
    behind = rf"(?:,?\s{{1,2}}\(?(?P<W>{weekdays})\b(?=[\s,.;·|@)-]{{1,5}}(?:at\s)?{time}))?"
    day_first = (
        rf"{weekday.replace('W', 'w1', 1)}(?<![\d$€£#.,:/-])(?P<d1>{day})(?:\s*(?:of\s+|de\s+|di\s+|d')?(?P<m0>{months})\.?)?"
        rf"(?:{dash}(?P<e1>{day}))?\s*(?:of\s+|de\s+|di\s+|d')?\b(?P<m1>{months})\b\.?(?:{year}(?P<y1>[12]\d{{3}})\b)?"
        rf"{behind.replace('W', 'w3', 1)}"
    )
    month_first = (
        rf"{weekday.replace('W', 'w2', 1)}\b(?P<m2>{months})\.?\s+(?P<d2>{day})(?!\d|:\d)"
        rf"(?:{dash}(?:(?P<n2>{months})\.?\s+)?(?P<e2>{day})(?![\d:]|\s*[ap]\.?m))?(?:{year}(?P<y2>[12]\d{{3}})\b)?"
        rf"{behind.replace('W', 'w4', 1)}"
    )
    numeric = rf"(?<![\w$€£#./-])(?:{_ISO}|{_DOTTED}|{_SLASHED})(?![\w/-]|\.\d)"
    return patterns.compile(rf"(?:{numeric}|{day_first}|{month_first})", patterns.IGNORECASE)


def _words(languages: tuple[str, ...], keys: list[str]) -> str:
    words: set[str] = set()
    for language in languages:
        try:
            info = import_module(f"dateparser.data.date_translation_data.{language}").info
        except ImportError:
            continue
        words.update(
            word.rstrip(".") for key in keys for word in info.get(key, ()) if len(word) >= _SHORT_WORDS
        )
    return "|".join(sorted((patterns.escape(word) for word in words), key=len, reverse=True))
