"""Where a page without markup surely names a day of a year: its pieces of text that do, and how far around
each of them no other day is named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from lxml import html

from pipeline import patterns
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.dates.clocks import clocks_in
from pipeline.dates.free_text import When, find, unglued
from pipeline.dates.moments import read_moment
from pipeline.dates.years import JUST_PAST, month_first_in

#: A longer text tells a story; a date in it may be anything's.
_LONGEST: Final = 160
_LEAST_SURE: Final = 0.5
#: The confidence of a day without its year that falls on its weekday, and what may stand before such a day.
_BY_WEEKDAY: Final = 0.7
_MOST_BEFORE: Final = 12
_YEAR: Final = patterns.compile(r"\b20\d{2}\b")
_HEADING: Final = patterns.compile(
    r"\b20\d{2}\b(?: [^\W\d]+){0,4} (?:schedule|meetings|dates|calendar)$", patterns.IGNORECASE
)
_LONGEST_HEADING: Final = 80
_NUMBERED: Final = patterns.compile(r"\b(?:19|20)\d{2}\b|\d{1,2}[/.]\d{1,2}[/.]\d{2}\b")
_STATE: Final = patterns.compile(r",\s*[A-Z]{2}\s+\d{5}\b")
#: Days that are not those of an event.
NOT_OF_EVENTS: Final = patterns.compile(
    r"\b(?:post(?:ed|ing)|publi(?:shed|cation)|updated?|modified|edited|revised|deadline|due(?! to)|expir\w+|effective|terms?|filed|adopted|approved"
    r"|copyright|submitted|received|issued|created|uploaded|added|closes|closing|minutes (?:of|for|from)|last|since|as of|born|until"
    r"|displaying|results?|between|fiscal|mailed|ends?|ending|end date|end time)\b",
    patterns.IGNORECASE,
)
#: A moment as machines write it, shown to nobody.
_HIDDEN: Final = patterns.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:")
_LABEL: Final = patterns.compile(r"^[^:]{1,30}:?$")
#: Cells that stand side by side in one row; other elements of one kind side by side are rows themselves.
_CELLS: Final = frozenset({"td", "th", "dd", "dt", "span", "time", "b", "strong", "a", "br", "p"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A piece that names a day, and what it says."""

    chunk: Chunk
    when: When

    @property
    def at(self) -> int:
        """Its place among the page's pieces."""
        return self.chunk.at

    @property
    def day(self) -> date:
        return self.when.start.date() if isinstance(self.when.start, datetime) else self.when.start

    @property
    def timed(self) -> bool:
        return isinstance(self.when.start, datetime)


@dataclass(slots=True)
class Map:
    """Which days are named inside each element, and how many of its children that name one look the same."""

    days: dict[html.HtmlElement, set[date]] = field(default_factory=dict)
    kinds: Counter[tuple[html.HtmlElement | None, str, str]] = field(default_factory=Counter)
    _blocks: dict[html.HtmlElement, html.HtmlElement] = field(default_factory=dict)

    def see(self, anchor: Anchor) -> None:
        """Note the anchor's day for all elements that it is in. Of more than one day in an element no more is
        noted: the elements around it have them too."""
        element: html.HtmlElement | None = anchor.chunk.element
        while element is not None:
            days = self.days.get(element)
            if days is None:
                self.kinds[kind_of(element)] += 1
                days = self.days.setdefault(element, set())
            if anchor.day in days or len(days) > 1:
                return
            days.add(anchor.day)
            element = element.getparent()

    def block(self, anchor: Anchor) -> html.HtmlElement:
        """The largest element around the anchor that names no other day and is not one of several of its kind
        that name one."""
        node, passed = anchor.chunk.element, []
        while (
            node not in self._blocks
            and (parent := node.getparent()) is not None
            and len(self.days[parent]) == 1
            and not self._repeated(node)
        ):
            passed.append(node)
            node = parent
        found = self._blocks.get(node, node)
        self._blocks.update(dict.fromkeys([*passed, node], found))
        return found

    def _repeated(self, node: html.HtmlElement) -> bool:
        return node.tag not in _CELLS and self.kinds[kind_of(node)] > 1


def kind_of(element: html.HtmlElement) -> tuple[html.HtmlElement | None, str, str]:
    """What rows of one list have in common: the element that they are in, the tag, the first class."""
    return element.getparent(), str(element.tag), (element.get("class") or "").split(" ")[0]


def anchors(pieces: Sequence[Chunk], language: str, now: date | None = None) -> list[Anchor]:
    """The pieces that name one day with its year, and do not say that it is the day of something else.

    With `now`, the day of the fetch, the year may stand in the heading above ("2026 Meetings"), or follow from the
    weekday.
    """
    month_first = _month_first(pieces)
    found = []
    year = 0
    for at, chunk in enumerate(pieces):
        year = heading_year(chunk, year)
        when = _when(chunk, language, month_first)
        if when is None and now is not None and not (chunk.heading and _alone(pieces, at)):
            when = _without_year(chunk, language, year, now)
        if when is not None and not _elsewhere(pieces, at):
            found.append(Anchor(chunk, when))
    return found


def heading_year(chunk: Chunk, before: int) -> int:
    """The one year that a heading names, else the year `before` it."""
    years = {*_YEAR.findall(chunk.text)} if is_heading(chunk) else set()
    return int(years.pop()) if len(years) == 1 else before


def is_heading(chunk: Chunk) -> bool:
    """Whether a piece is a heading, or a line that reads as one of a list of days: "2026 MEETING SCHEDULE"."""
    return bool(chunk.heading or (len(chunk.text) <= _LONGEST_HEADING and _HEADING.search(chunk.text)))


def _alone(pieces: Sequence[Chunk], at: int) -> bool:
    """Whether no heading of its kind stands directly beside a heading: such ones are the lines of a list."""
    beside = [*pieces[max(0, at - 1) : at], *pieces[at + 1 : at + 2]]
    return all(other.heading != pieces[at].heading for other in beside)


def label_of(pieces: Sequence[Chunk], at: int) -> str:
    """The short piece before a piece, which may say what it is: "Start date:"."""
    before = pieces[at - 1].text if at else ""
    return before if _LABEL.match(before) else ""


def _when(chunk: Chunk, language: str, month_first: bool | None) -> When | None:
    if len(chunk.text) > _LONGEST or not (chunk.moment or _NUMBERED.search(chunk.text)):
        return None
    machine = read_moment(chunk.moment) if chunk.moment else None
    when = find(unglued(chunk.text), around=None, language=language, month_first=month_first)
    if reported := _reported(chunk, when):
        return reported
    if isinstance(machine, datetime) and not _HIDDEN.search(chunk.text):
        return _agreed(machine, when, chunk)
    return when if when is not None and when.confidence >= _LEAST_SURE else None


def _without_year(chunk: Chunk, language: str, year: int, now: date) -> When | None:
    """The day of a short piece that begins with it and lacks its year, by the heading's year or by its weekday."""
    text = chunk.text
    if len(text) > _LONGEST or _NUMBERED.search(text) or not any(map(str.isdigit, text)):
        return None
    around = date(year, 1, 1) + JUST_PAST if year else now
    when = find(text, around=around, language=language, past=True)
    if when is None or not (isinstance(when.start, datetime) or year):
        return None
    if len(text.partition(when.text[:6])[0]) > _MOST_BEFORE:
        return None
    return when if (when.start.year == year if year else when.confidence >= _BY_WEEKDAY) else None


def _reported(chunk: Chunk, when: When | None) -> When | None:
    """The start and end of `content` attributes, where they are two and begin on the day that people see: one
    alone may be any midnight or noon."""
    moments = [
        moment for reported in chunk.reported[:2] if isinstance(moment := read_moment(reported), datetime)
    ]
    if (
        when is None
        or isinstance(when.start, datetime)
        or len(moments) != 2
        or moments[0].date() != when.start
    ):
        return None
    start, end = moments
    sound = (start.tzinfo is None) == (end.tzinfo is None) and start < end and start.time() != time()
    return When(start=start, end=end, text=chunk.text, confidence=0.8) if sound else None


def _agreed(machine: datetime, when: When | None, chunk: Chunk) -> When | None:
    """What a `<time>` element says to machines, as far as people see it too: many write noon or midnight
    where no time is known, or call local time UTC."""
    shown = when.start if when is not None else None
    if not isinstance(shown, datetime):
        clock = next((reported.clock for reported in clocks_in(chunk.text)), None)
        if clock is None:
            return When(start=machine.date(), text=chunk.text, confidence=0.6)
        shown = datetime.combine(machine.date(), clock.start)
    start = _at_offset(machine, shown)
    return When(
        start=start,
        end=when.end if when is not None and start is shown else None,
        text=chunk.text,
        confidence=0.8,
    )


def _at_offset(machine: datetime, shown: datetime) -> datetime:
    """The moment on the clock that people see: a moment in UTC gets the offset that the two imply, one that
    is only called UTC none."""
    if machine.utcoffset() != timedelta(0):
        return machine if machine.minute == shown.minute else shown
    offset = shown - machine.replace(tzinfo=None)
    if offset and abs(offset) <= timedelta(hours=14) and not offset % timedelta(minutes=15):
        return shown.replace(tzinfo=timezone(offset))
    return shown


def _elsewhere(pieces: Sequence[Chunk], at: int) -> bool:
    """Whether the day is not one of an event: the page's own, or one that its words or its label give to
    something else."""
    chunk = pieces[at]
    return bool(
        chunk.stamp
        or NOT_OF_EVENTS.search(chunk.text)
        or _HIDDEN.search(chunk.text)
        or NOT_OF_EVENTS.search(label_of(pieces, at))
    )


def _month_first(pieces: Sequence[Chunk]) -> bool | None:
    """Which number is the month in this page's 3/14/2026, by those that can only be read one way, then by an
    address in the United States."""
    reported = month_first_in(chunk.text for chunk in pieces)
    return True if reported is None and any(_STATE.search(chunk.text) for chunk in pieces) else reported
