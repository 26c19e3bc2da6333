"""Reads dates: month and day in words or numbers, in the notations of all continents."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import mentions
from pipeline.prose.days.beside import CLOCK_NEAR, REACH
from pipeline.prose.days.day import GRACE, Day
from pipeline.prose.days.weekdays import weekday_before
from pipeline.prose.lines import MAX_LENGTH

#: A pair of numbers is a date by its weekday alone only within this time.
SOON: Final = timedelta(days=183)
#: A day without a year is at most this far ahead: later ones were rather last month.
AHEAD: Final = timedelta(days=330)
#: A day without a year may be this long ago.
JUST_PAST: Final = timedelta(days=60)

_SHORT_DATE: Final = patterns.compile(
    r"(?<![\d./:$€£₹#])(\d{1,2})([./])(\d{1,2})(\.?)(?![\d/%]|\.\d|\s?\(\d{1,3}\)|\s*(?:€|\$|stars?|sterne|uhr|h\b))",
    longest=MAX_LENGTH,
)
#: Unambiguous dates, as in East Asia: "2023.11.19", "11월 10일", "6月13日", "27.OCT.2023".
_PLAIN: Final = patterns.compile(
    r"(?<![\d.])(?:(?P<y1>20\d{2})\s?[./년年]\s?(?P<m1>\d{1,2})\s?[./월月]\s?(?P<d1>\d{1,2})[일日.]?|(?P<m2>\d{1,2})\s?[월月]\s?(?P<d2>\d{1,2})\s?[일日號号])(?!\d)",
    longest=MAX_LENGTH,
)
_DASHED: Final = patterns.compile(
    r"(?<=\d)[.\-–](?=[A-Za-z]{3,9}[.\-–]20\d{2})|(?<=[A-Za-z])[.\-–](?=20\d{2}\b)", longest=MAX_LENGTH
)
_WORD: Final = patterns.compile(r"\w", longest=MAX_LENGTH)
_ONE_WORD: Final = patterns.compile(r"(?:^|\W)[^\W\d]{2,12}\.?$", longest=25)
_MARK_LEFT: Final = patterns.compile(r"[,;|•·]\s*+$", longest=30)
#: "and" between two numbers, the second at the end: a count of something else than days.
_COUNTED: Final = patterns.compile(
    r"\d[a-z.]*\s*(?:&|and|und|et|y|e)\s*\d{1,2}$", patterns.IGNORECASE, longest=MAX_LENGTH
)
#: Numbers of buildings, halls, versions: "No. 12/5", "12/5 Main Road".
_NUMBERED_BEFORE: Final = patterns.compile(
    r"(?<![^\W_])(?:no|nr|n°|door|flat|plot|unit|shop|house|room|raum|page|seite|version|ver|rev|v|vs|score|ratio)[.:]?\s?$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Articles and prepositions that precede only days: "am 19.12.", "le 28/11".
_LEADING: Final = patterns.compile(
    r"(?<![^\W_])(?:am|vom|bis|den|dem|zum|le|el|il)$", patterns.IGNORECASE, longest=MAX_LENGTH
)
_STREET_AFTER: Final = patterns.compile(
    r",?\s+(?:[\w.]+\s){0,2}(?:road|rd|street|st|main|cross|avenue|ave|lane|block|floor|phase|sector|nagar|layout|stage|weg|str|straße|strasse|platz)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


def written_out(line: str, written: date, language: str, month_first: bool | None) -> Iterator[Day]:
    """Days with their month in words, or unambiguous in numbers: those of `pipeline.dates.free_text`."""
    for mention in mentions(
        _DASHED.sub(" ", line), around=written, language=language, month_first=month_first
    ):
        when = mention.when
        first = when.start.date() if isinstance(when.start, datetime) else when.start
        last = when.end if isinstance(when.end, date) and not isinstance(when.end, datetime) else None
        sure = min(when.confidence + 0.1, 0.85) if when.confidence else 0.0
        text = line[mention.start : mention.stop]
        if last and _COUNTED.search(text):  # "Dec 5 and 10 bands": two days are read by `several`
            last = None
        yield Day(
            first=first,
            last=last,
            start=mention.start,
            stop=mention.stop,
            text=text,
            confidence=max(sure, 0.55),
        )


def east_asian(line: str, written: date) -> Iterator[Day]:
    """2023.11.19, 11월 10일 and 6月13日; without a year the next such day."""
    for found in _PLAIN.finditer(line):
        year, month, number = found["y1"], int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"])
        try:
            first = date(int(year), month, number) if year else next_day(written, month=month, day=number)
        except ValueError:
            continue
        if first:
            yield Day(
                first=first,
                start=found.start(),
                stop=found.end(),
                text=found.group(),
                confidence=0.8 if year else 0.65,
            )


def short(line: str, written: date, month_first: bool | None, languages: tuple[str, ...]) -> Iterator[Day]:
    """12/4 and 4.12. without a year, at the beginning of a line or beside a weekday.

    The order must be known; a matching weekday decides it, and also that 28.11 is no time of day.
    """
    listed = False
    for found in _SHORT_DATE.finditer(line):
        one, two, dotted = int(found[1]), int(found[3]), found[2] == "."
        named = weekday_before(line, found.start(), languages)
        weekday = named[0] if named else None
        before, tail = line[: found.start()].rstrip(" ,("), line[max(0, found.start() - 30) : found.start()]
        placed = (
            not _WORD.search(before)
            or named
            or (len(before) < 25 and _ONE_WORD.search(before))
            or _LEADING.search(before[-20:])
            or (found[4] and before.endswith((":", "|", "–", "-")))
            or (listed and found[4] and _MARK_LEFT.search(tail))
            or CLOCK_NEAR.match(line[found.end() : found.end() + REACH])
        )
        if (
            not placed
            or _NUMBERED_BEFORE.search(tail)
            or (not dotted and _STREET_AFTER.match(line, found.end()))
        ):
            continue
        in_doubt = (dotted and not found[4]) or (
            not dotted and month_first is None and one <= 12 and two <= 12
        )
        if in_doubt:
            first = _on_weekday(written, one, two, dotted, weekday)
        else:
            swap = not dotted and (two > 12 or (bool(month_first) and one <= 12))
            first = next_day(written, month=one if swap else two, day=two if swap else one, weekday=weekday)
        if first:
            listed = True
            sure = 0.7 if weekday == first.weekday() else 0.6
            yield Day(first=first, start=found.start(), stop=found.end(), text=found.group(), confidence=sure)


def _on_weekday(written: date, one: int, two: int, dotted: bool, weekday: int | None) -> date | None:
    """The day of a pair of numbers if only one order fits its weekday, within half a year."""
    orders = [(one, two)] if dotted else [(one, two), (two, one)]
    days = {next_day(written, month=month, day=day, weekday=weekday) for day, month in orders}
    matching = [day for day in days if day and day.weekday() == weekday and day - written <= SOON]
    return matching[0] if len(matching) == 1 else None


def next_day(written: date, *, month: int, day: int, weekday: int | None = None) -> date | None:
    """The next such day; None where it is more likely past.

    With a weekday: the day within the last two months or the coming year that fits it; None where none fits,
    since one of the two was misread.
    """
    days = [
        found
        for year in range(written.year - 1, written.year + 2)
        if (found := _date(year, month, day)) is not None
    ]
    if weekday is None:
        return next((found for found in days if written - GRACE <= found <= written + AHEAD), None)
    return next(
        (
            found
            for found in days
            if found.weekday() == weekday and -JUST_PAST <= found - written <= timedelta(days=366)
        ),
        None,
    )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
