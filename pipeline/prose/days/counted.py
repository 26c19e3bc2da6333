"""Days relative to the day of writing: "tomorrow", "this Friday", "next weekend", "Saturday 5th"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import day_names, languages_of
from pipeline.prose.days.beside import CLOCK_NEAR, REACH, is_beside_clock, stands_alone
from pipeline.prose.days.day import Day
from pipeline.prose.days.relative_words import counting_words
from pipeline.prose.lines import MAX_LENGTH

_EVERY: Final = r"every|each|jeden|jede[rs]?|immer|chaque|tous les|cada|todos los|ogni|elke|toda|हर|ಪ್ರತಿ|weekly(?: on)?|mondays? to|from mon\w* to"
_PAST: Final = r"last|past|previous|letzte[nrsm]?|vergangene[nrsm]?|dernier|pasado|scors[oa]|पिछले|ಕಳೆದ"
#: Words before a recurring weekday: "every", "every first", and the ordinal of "second Saturdays".
_LEAD: Final = patterns.compile(
    rf"\b(?P<every>(?:{_EVERY})\s+)?(?:(?:first|second|third|fourth|last|[1-4](?:st|nd|rd|th)|ersten|zweiten|dritten|vierten|letzten|premiers?|derniers?|primer|último)\s+)?$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_EVERY_BEFORE: Final = patterns.compile(rf"\b(?:{_EVERY})\s+$", patterns.IGNORECASE, longest=MAX_LENGTH)
_GONE_BEFORE: Final = patterns.compile(rf"\b(?:{_PAST})\s+$", patterns.IGNORECASE, longest=MAX_LENGTH)
_GONE_AFTER: Final = patterns.compile(
    r"\s++(?:last week|dernier|pasado|scors[oa])\b", patterns.IGNORECASE, longest=MAX_LENGTH
)
_ORDINAL: Final = patterns.compile(
    r"^[\s,]*(?:the\s+|den\s+|le\s+|el\s+)?(\d{1,2})(?:st|nd|rd|th|\.|er)?(?![\d:]|\s*(?:[ap]\.?m|uhr|h\b|[./:-]\d))\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Words between two weekdays of a range.
_TO: Final = r"(?:\s?[-–—]\s?|\s(?:to|through|thru|bis|au|al?|à|t/m|tot(?: en met)?|até|until|till)\s(?:le\s|el\s|a\s)?)"
_RANGE_BEFORE: Final = patterns.compile(
    rf"(?<![^\W_])(?P<name>[^\W\d_]{{2,12}})\.?{_TO}$", patterns.IGNORECASE, longest=MAX_LENGTH
)
_RANGE_AFTER: Final = patterns.compile(
    rf"{_TO}(?P<name>[^\W\d_]{{2,12}})(?![^\W_])", patterns.IGNORECASE, longest=MAX_LENGTH
)
#: Opening hours of a venue, day by day.
_HOURS: Final = patterns.compile(
    r"\W*+(?:(?:unsere|our|new|nos|store|nuestro|i nostri|onze)\s+)?"
    r"(?:opening hours|hours|timings?|öffnungszeiten|horaires?|horarios?|orari|openingstijden|horários?)(?![^\W_])",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_ITEM_BEFORE: Final = patterns.compile(
    r"(?:^|[,;|•·(–—-]|(?:\bam|\bdiesen|\bund|\ben))\s*$", patterns.IGNORECASE, longest=MAX_LENGTH
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A word for a day where it stands in its line. `names` are the weekdays of the line's languages."""

    line: str
    match: patterns.Match[str]
    names: Mapping[str, int]

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def near(self) -> int:
        """Where the words begin that are looked at before it."""
        return max(0, self.start - REACH)

    @property
    def before(self) -> str:
        return self.line[: self.start]

    @property
    def after(self) -> str:
        return self.line[self.match.end() : self.match.end() + REACH]

    @property
    def is_of_hours(self) -> bool:
        """Whether a weekday belongs to opening hours, or to a range of days."""
        return bool(_HOURS.match(self.line)) or _is_of_range(self.before, self.after, self.names)

    @property
    def is_gone(self) -> bool:
        """Whether the day lies in the past: "last Friday"."""
        gone = _GONE_BEFORE.search(self.line, self.near, self.start)
        monthly = gone and _EVERY_BEFORE.search(self.line, self.near, gone.start())  # "every last Friday"
        return bool((gone and not monthly) or _GONE_AFTER.match(self.after))


@dataclass(frozen=True, slots=True)
class _Meant:
    """The day or days that a word means; `stop` is where its words end."""

    first: date
    confidence: float
    stop: int
    last: date | None = None


def counted(line: str, written: date, language: str) -> Iterator[Day]:
    """Days relative to the day of writing."""
    languages = languages_of(language)
    names = day_names(languages)
    for match in counting_words(languages).finditer(line):
        found = _Found(line, match, names)
        meant = _meant(found, written)
        if meant is None or found.is_gone:
            continue
        start = _start(found, meant.stop)
        yield Day(
            first=meant.first,
            last=meant.last,
            start=start,
            stop=meant.stop,
            text=line[start : meant.stop],
            confidence=meant.confidence,
            dated=False,
        )


def _meant(found: _Found, written: date) -> _Meant | None:
    """The day that the word means; None where it names no day of an event."""
    stop = found.match.end()
    if found.match["short"]:
        return _short_weekday(found, written)
    if found.match["weekday"]:
        return _weekday(found, written)
    if found.match["weekend"]:
        return _weekend_meant(found, written)
    days = 1 if found.match["tomorrow"] else 2 if found.match["in_two"] else 0
    return _Meant(written + timedelta(days=days), 0.7, stop)


def _short_weekday(found: _Found, written: date) -> _Meant | None:
    """A weekday of two letters at the beginning of an item before its time: "Sa 20.30"."""
    begins_item = _ITEM_BEFORE.search(found.line, found.near, found.start) and CLOCK_NEAR.match(found.after)
    if not begins_item or found.is_of_hours:
        return None
    weekday = found.names[found.match["short"].casefold()]
    return _Meant(_following(weekday, written), 0.65, found.match.end())


def _weekend_meant(found: _Found, written: date) -> _Meant | None:
    later = bool(found.match["next"] or found.match["after"])
    if not (found.match["this"] or later):  # "weekend plans sorted"
        return None
    first, last = _weekend(written, later=later)
    return _Meant(first, 0.45 if later else 0.55, found.match.end(), last)


def _weekday(found: _Found, written: date) -> _Meant | None:
    """A weekday with its number ("Saturday 5th"), of next week, or the next one."""
    part = found.match
    if not (part["this"] or part["next"]) and found.is_of_hours:
        return None
    weekday = found.names[part["weekday"].casefold().rstrip(".")]
    ordinal = _ORDINAL.match(found.after)
    numbered = _numbered(written, weekday, int(ordinal[1])) if ordinal else None
    first, stop = _following(weekday, written), part.end()
    beside = is_beside_clock(found.before, found.after)
    if ordinal and numbered:
        first, sure, stop = numbered, 0.7, part.end() + ordinal.end()
    elif part["next"] or part["after"]:
        first, sure = written + timedelta(days=7 + weekday - written.weekday()), 0.5
    elif not (part["this"] or beside or stands_alone(found.before, found.after)):
        return None
    else:
        sure = 0.65 if part["this"] or beside else 0.5
    if _EVERY_BEFORE.search(found.line, found.near, found.start):
        sure = min(sure, 0.45)
    return _Meant(first, sure, stop)


def _following(weekday: int, written: date) -> date:
    """The first such weekday from the day of writing on."""
    return written + timedelta(days=(weekday - written.weekday()) % 7)


def _start(found: _Found, stop: int) -> int:
    """Where the words of the day begin: with "every first" before a weekday."""
    lead = _LEAD.search(found.line, found.near, found.start) if found.match["weekday"] else None
    is_repeated = lead and (lead["every"] or found.line[found.start : stop].lower().endswith("days"))
    return lead.start() if lead and is_repeated else found.start


def _is_of_range(before: str, after: str, names: Mapping[str, int]) -> bool:
    """Whether a weekday is the end or the beginning of a range, as in opening hours.

    "Mon to Sat 10 am - 8 pm".
    """
    words = [
        found["name"] for found in (_RANGE_BEFORE.search(before[-REACH:]), _RANGE_AFTER.match(after)) if found
    ]
    return any(names.get(word.casefold().rstrip("s"), names.get(word.casefold(), 12)) < 7 for word in words)


def _weekend(written: date, *, later: bool) -> tuple[date, date | None]:
    """Saturday and Sunday of this week, or of the next; on a Sunday the rest of the weekend."""
    saturday = written - timedelta(days=written.weekday()) + timedelta(days=5)
    if later:
        return saturday + timedelta(days=7), saturday + timedelta(days=8)
    return (written, None) if written.weekday() == 6 else (saturday, saturday + timedelta(days=1))


def _numbered(written: date, weekday: int, number: int) -> date | None:
    """The next day with that number on that weekday, within four months: "Saturday 5th"."""
    days = (written + timedelta(days=ahead) for ahead in range(-1, 125))
    return next((day for day in days if day.day == number and day.weekday() == weekday), None)
