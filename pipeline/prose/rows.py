"""Lines of a text with the days and times of day that they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline import patterns
from pipeline.prose.clocks import ClockSpan, clocks_in
from pipeline.prose.days import Day, days_and_others
from pipeline.prose.lines import MAX_LENGTH, Line
from pipeline.prose.sentences import reads_as_sentence
from pipeline.prose.titles import has_words, is_call, pieces_of

#: A longer line is running text; a day in its middle heads no entry of a list.
MAX_ENTRY_LINE: Final = 160
_DATE_LABEL: Final = patterns.compile(
    r"(?:\b(?:when|date|day|time|start|starts|show|wann|datum|uhrzeit|beginn|start|quand|heure|cuándo|fecha|hora|quando|orario|data|ore)\s*[:：]"
    r"|(?<![^\W_])(?:on|at|um|ab|am|à|às|a las|a partir (?:das?|de las)|alle|ore|om|op|le|les|el|los|il|from|von|vom|de|das|del|du|dal|dalle|van|vanaf|dès|the"
    r"|nos dias|dias?|los días|nei giorni|jeweils|je|täglich|aanvang|inizio)(?=[\s,:]*¦))[\s,:]*(?=¦)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: A weekday in brackets beside a date: "10. 11. (Fri)".
_LEADS_TO: Final = patterns.compile(
    r"[\s,;|@(–—-]*(?:(?:at|um|ab|à|a las|alle|às|om|from)\s+)?", patterns.IGNORECASE, longest=MAX_LENGTH
)
_BRACKETED: Final = patterns.compile(r"(?<=¦)\s*[(（][^()（）\d]{1,9}[)）]", longest=MAX_LENGTH)
_WEEKDAY_LEFT: Final = patterns.compile(
    r"(?<![^\W\d_])(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|dim|dom)(?:day"
    r"|nesday|rsday|urday)?\.?,?\s*(?=¦)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line with its days and times of day. `bare` has a gap ("¦") in the place of each."""

    line: Line
    days: tuple[Day, ...] = ()
    clocks: tuple[ClockSpan, ...] = ()
    bare: str = ""

    @property
    def heads(self) -> bool:
        """Whether its day may head an entry of a list."""
        return bool(self.days) and (self.days[0].leading or len(self.line.text) <= MAX_ENTRY_LINE)

    @property
    def says_more(self) -> bool:
        """Whether it has more than a day, a time and a call."""
        return any(not is_call(piece) for piece in pieces_of(self.bare))

    @property
    def is_item(self) -> bool:
        """Whether it may be an item of a programme by itself: it names something and is no running text."""
        return (
            self.says_more and len(self.line.text) <= MAX_ENTRY_LINE and not reads_as_sentence(self.line.text)
        )

    @property
    def clock_first(self) -> bool:
        """Whether it begins with a time of day."""
        return (
            bool(self.clocks)
            and not self.clocks[0].doors
            and not has_words(self.line.text[: self.clocks[0].start])
        )


def rows_of(lines: Sequence[Line], **how: object) -> list[Row]:
    """The lines with their days and times of day; a line that contains a programme is split.

    For the arguments see `days_in`.
    """
    return [part for line in lines for part in _parts(_row(line, **how), **how)]


def _parts(row: Row, **how: object) -> list[Row]:
    """One line for each day of "Sat 20.30 Owls, Sun 15.00 Choir".

    Each must have its time, and words of its own after it.
    """
    if len(row.days) < 2 or len(row.clocks) < 2 or not row.days[0].leading:
        return [row]
    text, edges = row.line.text, [0, *(day.start for day in row.days[1:]), len(row.line.text)]
    told = [
        any(one <= clock.start < two for clock in row.clocks if not clock.doors)
        for one, two in pairwise(edges)
    ]
    says = [
        not is_call(text[day.stop : stop].lstrip("0123456789.:h "))
        for day, stop in zip(row.days, edges[1:], strict=True)
    ]
    if not (all(told) and all(says)):
        return [row]
    lines = [
        Line(text[one:two].strip(" ,;|/–—-&+"), row.line.urls, row.line.after_gap and not one)
        for one, two in pairwise(edges)
    ]
    return [_row(line, **how) for line in lines]


def _row(line: Line, **how: object) -> Row:
    found, others = days_and_others(line.text, **how)  # type: ignore[arg-type]
    days = tuple(found)
    is_english = str(how.get("language") or "en")[:2] == "en"
    told = clocks_in(line.text, after=[day.stop for day in days], is_english=is_english)
    told = [one for one in told if not any(day.start < one.stop and one.start < day.stop for day in days)]
    # the time of a sale or a deadline goes with its day
    clocks = tuple(
        one
        for one in told
        if not any(_LEADS_TO.fullmatch(line.text, other.stop, one.start) for other in others)
    )
    bare = line.text
    spans = [*((day.start, day.stop) for day in days), *((one.start, one.stop) for one in told)]
    for start, stop in sorted(spans, reverse=True):
        bare = f"{bare[:start]} ¦ {bare[stop:]}"
    bare = _BRACKETED.sub("", " ".join(bare.split()))
    bare = _WEEKDAY_LEFT.sub("", _DATE_LABEL.sub("", _DATE_LABEL.sub("", bare)))
    return Row(line=line, days=days, clocks=clocks, bare=bare)
