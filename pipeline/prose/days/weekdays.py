"""The weekday directly before or after a date that names the same day.

"Saturday 28.11.2026", "28 November (Saturday)".
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import CLOCK
from pipeline.prose.days.day import Day
from pipeline.prose.days.relative_words import weekdays
from pipeline.prose.lines import MAX_LENGTH

#: The highest confidence in a date with a contradicting weekday: one of the two is a mistake.
AT_ODDS: Final = 0.5
#: How many characters before and after a date are searched for its weekday.
_REACH: Final = 40
#: At most so many characters between a date and a word for the same day.
_FARTHEST: Final = 100

_PART: Final = r"(?:\s+(?:nights?|evening|afternoon|morning|abend|nacht|nachmittag|soir|(?:por la )?(?:noche|tarde)|sera))?"
_ARTICLE: Final = r"(?:\b(?:the|on|den|dem|der|le|el|il)\s+)?"
_GAP: Final = patterns.compile(
    rf"{_PART}[\s,.;:|()\[\]–—-]*{_ARTICLE}", patterns.IGNORECASE, longest=MAX_LENGTH
)
_GAP_WITH_CLOCK: Final = patterns.compile(
    rf"{_PART}[\s,;|@]*(?:(?:at|um|ab|à|a las)\s+)?(?:{CLOCK})[\s,;|]*{_ARTICLE}",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Separators between a date and a weekday that contradicts it: with stronger ones they are unrelated.
_CLOSE: Final = patterns.compile(rf"{_PART}[\s,.()\[\]]*{_ARTICLE}", patterns.IGNORECASE, longest=MAX_LENGTH)
_WORD: Final = patterns.compile(r"\w+", longest=_REACH)
_BRACKET: Final = patterns.compile(r"[(\[]", longest=_REACH)
_BRACKET_LEFT: Final = patterns.compile(r"\s*[)\]]", longest=MAX_LENGTH)


def weekday_before(line: str, start: int, languages: tuple[str, ...]) -> tuple[int, int] | None:
    """The weekday (0 is Monday) directly before character `start`, and where its name begins."""
    found = _before(languages).search(line, max(0, start - _REACH), start)
    return (weekdays(languages)[found["name"].casefold()], found.start("name")) if found else None


def with_weekdays(line: str, dates: Sequence[Day], languages: tuple[str, ...]) -> list[Day]:
    """The dates, each with its weekday. A contradicting weekday lowers the confidence."""
    found = [_after_weekday(line, day, languages) for day in dates]
    return [_before_weekday(line, day, found, languages) for day in found]


def without_repeated(
    line: str, dates: Sequence[Day], counted: Sequence[Day], languages: tuple[str, ...]
) -> list[Day]:
    """All days of a line, without relative days that repeat a date: "tomorrow, Sunday 22.11."."""
    days = list(dates)
    for day in counted:
        at = next(
            (at for at, date in enumerate(days) if date.dated and _is_same(line, date, day, languages)), None
        )
        if at is None:
            days.append(day)
        elif not _touches(days[at], day) and not _has_clock_between(line, days[at], day):
            days[at] = _over(line, days[at], min(days[at].start, day.start), max(days[at].stop, day.stop))
    return days


def _after_weekday(line: str, day: Day, languages: tuple[str, ...]) -> Day:
    found = weekday_before(line, day.start, languages)
    if found is None:
        return day
    weekday, start = found
    fits, name = weekday == day.first.weekday(), _WORD.match(line[start : start + _REACH])
    between = line[start + (name.end() if name else 0) : day.start]
    if not fits and (name is None or name.end() < 3 or not _CLOSE.fullmatch(between.removeprefix("."))):
        return day
    stop = day.stop
    if _BRACKET.search(between) and (closed := _BRACKET_LEFT.match(line[stop:])):
        stop += closed.end()
    return _believed(_over(line, day, start, stop), fits=fits)


def _before_weekday(line: str, day: Day, others: Sequence[Day], languages: tuple[str, ...]) -> Day:
    found = (
        None
        if _starts_with_weekday(day, languages)
        else _after(languages).match(line[day.stop : day.stop + _REACH])
    )
    if found is None or any(
        other is not day and day.stop <= other.start < day.stop + found.end() for other in others
    ):
        return day
    fits = weekdays(languages)[found["name"].casefold()] == day.first.weekday()
    if not fits and (len(found["name"]) < 3 or day.last):
        return day
    return _believed(_over(line, day, day.start, day.stop + found.end()), fits=fits)


def _is_same(line: str, date: Day, day: Day, languages: tuple[str, ...]) -> bool:
    """Whether a relative day is this date, named twice."""
    if _touches(date, day):
        return True
    if day.first.weekday() != date.first.weekday():
        return False
    between = line[day.stop : date.start] if day.start < date.start else line[date.stop : day.start]
    if len(between) > _FARTHEST or (day.first != date.first and not _name(languages).search(day.text)):
        return False
    return bool(_GAP.fullmatch(between) or _GAP_WITH_CLOCK.fullmatch(between))


def _touches(one: Day, other: Day) -> bool:
    return one.start < other.stop and other.start < one.stop


def _has_clock_between(line: str, date: Day, day: Day) -> bool:
    return any(char.isdigit() for char in line[day.stop : date.start] + line[date.stop : day.start])


def _over(line: str, day: Day, start: int, stop: int) -> Day:
    return replace(day, start=start, stop=stop, text=line[start:stop])


def _believed(day: Day, *, fits: bool) -> Day:
    return day if fits else replace(day, confidence=min(day.confidence, AT_ODDS))


def _starts_with_weekday(day: Day, languages: tuple[str, ...]) -> bool:
    found = _name(languages).match(day.text)
    return found is not None and found["whole"] is not None


@lru_cache(maxsize=32)
def _name(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    """Matches the beginning of a weekday's name; `whole` where no letter follows."""
    return patterns.compile(
        rf"(?<!\w)(?:(?P<whole>(?:{names_pattern(languages)})(?!\w))|(?:{names_pattern(languages)}))",
        patterns.IGNORECASE,
        longest=MAX_LENGTH,
    )


@lru_cache(maxsize=32)
def names_pattern(languages: tuple[str, ...]) -> str:
    """The names of weekdays in these languages as the alternatives of a pattern, longest first."""
    return "|".join(patterns.escape(name) for name in sorted(weekdays(languages), key=len, reverse=True))


@lru_cache(maxsize=32)
def _before(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    return patterns.compile(
        rf"(?<!\w)(?P<name>{names_pattern(languages)})(?:s|abend|nacht|nachmittag)?(?!\w)\.?{_PART}[\s,;:|(\[–—-]*{_ARTICLE}$",
        patterns.IGNORECASE,
        longest=_REACH,
    )


@lru_cache(maxsize=32)
def _after(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    """Matches a weekday that begins no words of its own.

    In "28 Nov: Saturday Night Fever" it belongs to the title.
    """
    return patterns.compile(
        rf"[\s,]*[(\[]?\s*(?:on\s+)?(?P<name>{names_pattern(languages)})(?!\w)\.?{_PART}\s*[)\]]?"
        r"(?=\s*(?:$|[,;:|–—-]|\d|@|&|(?:at|from|um|ab|à|a las|alle|doors|einlass|to|until|bis|au|al|hasta|and|und|et|y)\b))",
        patterns.IGNORECASE,
        longest=_REACH,
    )
