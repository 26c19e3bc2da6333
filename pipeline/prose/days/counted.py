"""Days relative to the day of writing: "tomorrow", "this Friday", "next weekend", "Saturday 5th"."""

from collections.abc import Iterator, Mapping
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


def counted(line: str, written: date, language: str) -> Iterator[Day]:
    """Days relative to the day of writing."""
    names = day_names(languages_of(language))
    for found in counting_words(languages_of(language)).finditer(line):
        part = found.groupdict()
        before, after, near = (
            line[: found.start()],
            line[found.end() : found.end() + REACH],
            max(0, found.start() - REACH),
        )
        first, last, sure, stop = written, None, 0.7, found.end()
        if (
            part["weekday"]
            and not (part["this"] or part["next"])
            and (_HOURS.match(line) or _is_of_range(before, after, names))
        ):
            continue
        if part["short"]:
            if (
                not (_ITEM_BEFORE.search(line, near, found.start()) and CLOCK_NEAR.match(after))
                or _HOURS.match(line)
                or _is_of_range(before, after, names)
            ):
                continue
            first, sure = (
                written + timedelta(days=(names[part["short"].casefold()] - written.weekday()) % 7),
                0.65,
            )
        if part["tomorrow"]:
            first = written + timedelta(days=1)
        elif part["in_two"]:
            first = written + timedelta(days=2)
        elif part["weekend"]:
            if not (part["this"] or part["next"] or part["after"]):  # "weekend plans sorted"
                continue
            first, last = _weekend(written, later=bool(part["next"]) or bool(part["after"]))
            sure = 0.45 if part["next"] or part["after"] else 0.55
        elif part["weekday"]:
            weekday = names[part["weekday"].casefold().rstrip(".")]
            ordinal = _ORDINAL.match(after)
            first = written + timedelta(days=(weekday - written.weekday()) % 7)
            later = bool(part["next"] or part["after"])
            numbered = _numbered(written, weekday, int(ordinal[1])) if ordinal else None
            if numbered:
                first, sure, stop = numbered, 0.7, found.end() + ordinal.end()  # type: ignore[union-attr]
            elif later:
                first, sure = written - timedelta(days=written.weekday()) + timedelta(days=7 + weekday), 0.5
            elif not (part["this"] or is_beside_clock(before, after) or stands_alone(before, after)):
                continue
            else:
                sure = 0.65 if part["this"] or is_beside_clock(before, after) else 0.5
            if _EVERY_BEFORE.search(line, near, found.start()):
                sure = min(sure, 0.45)
        gone = _GONE_BEFORE.search(line, near, found.start())
        monthly = gone and _EVERY_BEFORE.search(line, near, gone.start())  # "every last Friday"
        if (gone and not monthly) or _GONE_AFTER.match(after):
            continue
        lead = _LEAD.search(line, near, found.start()) if part["weekday"] else None
        start = (
            lead.start()
            if lead and (lead["every"] or line[found.start() : stop].lower().endswith("days"))
            else found.start()
        )
        yield Day(
            first=first,
            last=last,
            start=start,
            stop=stop,
            text=line[start:stop],
            confidence=sure,
            dated=False,
        )


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
