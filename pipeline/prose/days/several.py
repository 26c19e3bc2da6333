"""Days that share a month.

"Fr/Sa 4./5.12.", "4th & 5th Dec", "Dec 4/5" are separate days, "4.-6.12." is a span.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import month_names
from pipeline.prose.days.dates import next_day
from pipeline.prose.days.day import Day
from pipeline.prose.days.relative_words import weekdays
from pipeline.prose.days.weekdays import names_pattern
from pipeline.prose.lines import MAX_LENGTH

#: At most so many days between two with a slash: "3/20 December" is rather a hall and a day.
FARTHEST: Final = 7

_AND: Final = r"(?:/|\s?[&+]\s?|,\s?|\s?,?\s(?:and|und|et|y|e|en)\s)"
_TO: Final = r"(?:\s?[-–—]\s?|\s(?:to|bis|bis zum|au|al|a|t/m|tot en met)\s)"
_ARTICLE: Final = r"(?:(?:the|den|dem|der|le|el|il|dia)\s)?"
_NUMBER: Final = r"\d{1,2}(?!\d)(?:st|nd|rd|th|er|[ºª]|\.(?!\d))?"
#: What follows is no price, address or version.
_FIRST: Final = r"(?<![\w$€£₹#.,:/-])"
#: A test for numbers before the patterns, which cost more.
_TRIGGER: Final = patterns.compile(
    rf"\d(?:st|nd|rd|th|er|[ºª.])?(?:{_AND}|{_TO})(?:[^\W\d_]{{2,12}}[.,]?\s)?{_ARTICLE}\d",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "May" and "march" in small letters are verbs.
_VERBS: Final = frozenset({"may", "march", "mar"})
_IS_TO: Final = patterns.compile(_TO, patterns.IGNORECASE, longest=MAX_LENGTH)
_LETTERS: Final = patterns.compile(r"[^\W\d_]+", longest=MAX_LENGTH)
_COMMA: Final = patterns.compile(r"^\s?,\s?$", longest=MAX_LENGTH)


def several(
    line: str, written: date, languages: tuple[str, ...], *, month_first: bool | None
) -> Iterator[Day]:
    """The days of every such group in a line, without ambiguous groups.

    Ambiguous are decreasing numbers and a weekday that does not fit.
    """
    if not _TRIGGER.search(line):
        return
    for found in _pattern(languages).finditer(line):
        if found["slashed"] and month_first is not False:
            continue
        yield from _days(line, found, written, languages)


def _days(line: str, found: patterns.Match[str], written: date, languages: tuple[str, ...]) -> list[Day]:
    group = "after" if found["after"] else "before"
    numbers = list(_member(languages).finditer(line, found.start(group), found.end(group)))
    gaps = [line[one.end() : two.start()] for one, two in pairwise(numbers)]
    is_span = any(_IS_TO.fullmatch(gap) for gap in gaps)
    days = [int(number["day"]) for number in numbers]
    word = found["name"] or found["month"] or ""
    if (is_span and len(days) > 2) or word in _VERBS or (not is_span and _COMMA.match(gaps[-1])):
        return []
    reach = FARTHEST if any("/" in gap for gap in gaps) else 31
    if any(not 0 < two - one <= reach for one, two in pairwise(days)) or (
        found["dotted"] and not _is_surely_dotted(found, numbers[0].group())
    ):
        return []
    month = month_names(languages)[word.casefold()] if word else int(found["dotted"] or found["slashed"])
    weekday = _weekday(found["pair"] or numbers[0]["weekday"], languages)
    year = next(
        (int(told) % 100 + 2000 for told in (found["y1"], found["y2"], found["y3"], found["y4"]) if told),
        None,
    )
    dates = _dates(days, month, year, weekday, written)
    if dates is None:
        return []
    sure = 0.8 if year else 0.7 if weekday is not None else 0.6
    if is_span:
        return [
            Day(
                first=dates[0],
                last=dates[-1],
                start=found.start(),
                stop=found.end(),
                text=found.group(),
                confidence=sure,
            )
        ]
    edges = [(number.start(), number.end()) for number in numbers]
    edges[0], edges[-1] = (found.start(), edges[0][1]), (edges[-1][0], found.end())
    return [
        Day(first=first, start=start, stop=stop, text=line[start:stop], confidence=sure)
        for (start, stop), first in zip(edges, dates, strict=True)
    ]


def _is_surely_dotted(found: patterns.Match[str], first: str) -> bool:
    """Whether "4.-6.12" is certainly days.

    By a dot after the first number or the last, a weekday, or its year.
    """
    return first.endswith(".") or found.group().endswith(".") or bool(found["y2"] or found["pair"])


def _weekday(words: str | None, languages: tuple[str, ...]) -> int | None:
    name = _LETTERS.match(words or "")
    return weekdays(languages).get(name.group().casefold()) if name else None


def _dates(
    days: list[int], month: int, year: int | None, weekday: int | None, written: date
) -> list[date] | None:
    """The dates of these days of a month; None where there are none.

    The first must fall on its weekday where one is given. A span of decreasing numbers would end in another
    month and is none.
    """
    try:
        first = (
            date(year, month, days[0])
            if year
            else next_day(written, month=month, day=days[0], weekday=weekday)
        )
        if first is None or (weekday is not None and first.weekday() != weekday):
            return None
        return [first.replace(day=day) for day in days]
    except ValueError:
        return None


@lru_cache(maxsize=32)
def _member(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    """Matches one day of a group, with its weekday."""
    return patterns.compile(
        rf"(?:(?<![^\W_])(?P<weekday>{names_pattern(languages)})\.?,?\s?)?{_ARTICLE}(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[ºª]|\.(?!\d))?",
        patterns.IGNORECASE,
        longest=MAX_LENGTH,
    )


@lru_cache(maxsize=32)
def _pattern(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    names, months = (
        names_pattern(languages),
        "|".join(sorted(map(patterns.escape, month_names(languages)), key=len, reverse=True)),
    )
    weekday = rf"(?:(?:{names})\.?,?\s)?{_ARTICLE}"
    pair = rf"(?:(?P<pair>(?:{names})\.?(?:{_AND}|{_TO})(?:{names})\.?,?\s){_ARTICLE})?"
    group = rf"{weekday}{_NUMBER}(?:(?:{_AND}|{_TO}){weekday}{_NUMBER}){{1,6}}"
    year = r"(?:(?:,|\s+del?|\s+of)?\s+(?P<{}>20\d\d)(?!\d))?"
    named = rf"\s*(?:of\s+|de\s+|di\s+|d['’])?(?P<name>{months})\b\.?{year.format('y1')}"
    dotted = r"(?<!\d\.)\.(?P<dotted>1[0-2]|0?[1-9])(?:\.(?P<y2>20\d\d|\d\d(?!\d|:))?)?(?![\d%]|[.,:/-]\d|\s?(?:€|\$|uhr\b))"
    slashed = r"/(?P<slashed>1[0-2]|0?[1-9])(?:/(?P<y3>(?:20)?\d\d))?(?![\d%/]|[.,:-]\d)"
    after = (
        rf"(?P<month>{months})\b\.?\s{_ARTICLE}(?P<after>{_NUMBER}(?:(?:{_AND}){weekday}{_NUMBER}){{1,6}})"
        rf"(?![\d%]|[.,:/-]\d|\s?(?:[ap]\.?m\b|h\b|uhr\b|€|\$)|\s(?!(?:at|from|in|on|with)\b)(?-i:[a-z]){{3}}){year.format('y4')}"
    )
    return patterns.compile(
        rf"{_FIRST}{pair}(?:(?P<before>{group})(?:{named}|{dotted}|{slashed})|{after})",
        patterns.IGNORECASE,
        longest=MAX_LENGTH,
    )
