"""Meetings that a page announces in sentences, or lists by their bare days under the heading of a schedule.

"Next meeting is Thursday, November 14 at 8:30 a.m. at 6740 N. Sheridan Rd."; "2019 Board Meetings: January 25th, May 9th
and July 26th. All meetings begin at 8:00 am"; "2018 Meeting Schedule", and below it "Jan. 16 Minutes", "Feb. 13".
Read last, where nothing else of the page could be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.page.anchors import NOT_OF_EVENTS, Anchor, heading_year
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.connectors.formats.page.dom import Document
from pipeline.connectors.formats.page.headed import page_title
from pipeline.connectors.formats.page.rows import NEWS, Row, names_around, record_of
from pipeline.connectors.support.values import settled
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import ClockSpan, clocks_in
from pipeline.dates.free_text import Mention, mentions
from pipeline.dates.moments import day_of, end_at
from pipeline.dates.years import JUST_PAST
from pipeline.text.decoding import MAX_LINE
from pipeline.titles import bare

#: Days of a schedule without times, at least; letters of such a day with what stands beside it, at most.
_LEAST: Final = 4
_SHORT: Final = 40
#: Letters of a line that is one thing, at most.
_LINE: Final = 120
#: The confidence of a day without its year that falls on its weekday.
_BY_WEEKDAY: Final = 0.7
_YEAR: Final = patterns.compile(r"\b20\d{2}\b")
_MEETING: Final = patterns.compile(
    r"\b(?:meeting|hearing|workshop|open house|retreat|forum)s?\b", patterns.IGNORECASE
)
_SCHEDULE: Final = patterns.compile(
    r"\b(?:meetings?|hearings?)(?: [^\W\d]+){0,2} (?:schedule|dates|calendar)\b(?: (?:for )?20\d{2})?$"
    r"|\b20\d{2}(?: [^\W\d]+){0,4} (?:meetings|hearings)$|^(?:upcoming |future )?(?:board |commission |committee )?meetings$",
    patterns.IGNORECASE,
)
#: The words before a meeting that name it, and those of the sentence around it that do not.
_NAME: Final = patterns.compile(
    r"(?P<name>(?:[^\W_][\w’'&/-]{0,29}[ ]){0,5}(?:meeting|hearing|workshop|open house|retreat|forum))s?\b",
    patterns.IGNORECASE,
)
_LEADING: Final = frozenset(
    """
    a all an and annual are instead at be begin both for future held if in is its join most next no of on or other our please regular regularly scheduled
    that the their these this those to upcoming us will with you your
    """.split()  # noqa: SIM905
)
_NONE: Final = patterns.compile(
    r"\b(?:no|not|cancell?ed|postponed|instead of|rescheduled from|except)\b", patterns.IGNORECASE
)
#: What is on paper, or the day of something else.
_OTHER: Final = patterns.compile(
    rf"{NOT_OF_EVENTS.pattern}|\b(?:minutes|transcript|recording)\b", patterns.IGNORECASE
)
_AND: Final = patterns.compile(r"\band\b|&", patterns.IGNORECASE)
_SENTENCE: Final = patterns.compile(r"[^\W_]{3,40}[)”\"]?[.!?] (?=[^\W\d_])")
_AT: Final = patterns.compile(r"\b(?:at|in) (?:the )?(?P<place>[^\W_][^;!?\n]{2,120})", longest=200)
_PLACE_ENDS: Final = patterns.compile(
    r" (?:at|from|on|beginning|starting|and|unless) |\. (?=[^\W\d_]{3})", patterns.IGNORECASE
)
_DOCUMENTS: Final = patterns.compile(
    r"\W*(?:(?:minutes|agenda|packet|video|audio|cancell?ed|draft|approved|notice|regular|special|meeting)\W*)*",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with the day on which it is read, its language, and what its heading calls its body."""

    document: Document
    pieces: Sequence[Chunk]
    language: str
    now: date
    title: str


def read_sentences(
    document: Document, pieces: Sequence[Chunk], language: str, now: date
) -> list[RawRecord | Dropped]:
    """The meetings that sentences announce with their time, else those of a schedule of bare days; [] for none."""
    page = _Page(document, pieces, language, now, page_title(document))
    found: dict[object, RawRecord] = {}
    year = 0
    for at, chunk in enumerate(pieces):
        year = heading_year(chunk, year)
        if (
            not chunk.stamp
            and (about := _about(pieces, at))
            and not NEWS.search(names_around(chunk.element, 5))
        ):
            for record in _announced(page, chunk, about, year):
                found.setdefault(record.start, record)
    return settled(list(found.values()) or list(_scheduled(page)))


def _about(pieces: Sequence[Chunk], at: int) -> str:
    """What tells that a piece is on a meeting: its own words, or the short line before its day and time."""
    text = pieces[at].text
    if _MEETING.search(text):
        return text
    before = pieces[at - 1].text if at and len(text) <= _LINE else ""
    return before if len(before) <= _LINE and _MEETING.search(before) else ""


def _announced(page: _Page, chunk: Chunk, above: str, year: int) -> Iterator[RawRecord]:
    """The meetings of one piece: each day that stands in a sentence about one, with its time or that of all; `above` tells
    of the meeting where the piece does not."""
    text = chunk.text
    years = {*_YEAR.findall(text)}
    year = int(years.pop()) if len(years) == 1 else 0 if years else year
    around = date(year, 1, 1) + JUST_PAST if year else page.now
    found = mentions(text, around=around, language=page.language)
    days = [day for mention in found for day in _each(mention) if _is_sure(day, text, year)]
    clocks = clocks_in(text, days=[(day.start, day.stop) for day in days])
    for day in days:
        first, last = _sentence(text, day)
        sentence = text[first:last]
        about = sentence if _MEETING.search(sentence) else text[:first] if day is not days[0] else above
        clock = _clock_of(day, clocks, first, last)
        if not about or clock is None or _NONE.search(sentence) or _OTHER.search(f"{about}\n{sentence}"):
            continue
        title = _named(about) or page.title
        yield _record(page, chunk, day, clock, title, _place(text[day.stop :], text[clock.stop :]))


def _each(found: Mention) -> list[Mention]:
    """A day, or both of "July 26th and October 25th", which is no span of days here."""
    when = found.when
    if when.end is None or not _AND.search(when.text):
        return [found]
    return [replace(found, when=replace(when, start=day, end=None)) for day in (when.start, when.end)]


def _is_sure(day: Mention, text: str, year: int) -> bool:
    """Whether the year of a day is known: told, or that of the heading, or the one of its weekday."""
    own = _YEAR.search(text[day.start : day.stop])
    if own or not year:
        return bool(own) or day.when.confidence >= _BY_WEEKDAY
    return day_of(day.when.start).year == year


def _sentence(text: str, day: Mention) -> tuple[int, int]:
    """The characters of the sentence that a day stands in."""
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    first = max((end for end in ends if end <= day.start), default=0)
    return first, min((end for end in ends if end > day.stop), default=len(text))


def _clock_of(day: Mention, clocks: Sequence[ClockSpan], first: int, last: int) -> ClockSpan | None:
    """The time after a day in its sentence, else the only one there, else the only one of the piece."""
    inside = [clock for clock in clocks if first <= clock.start < last]
    after = [clock for clock in inside if clock.start >= day.stop]
    alone = inside or clocks
    return after[0] if after else alone[0] if len(alone) == 1 else None


def _named(about: str) -> str:
    """The name of a meeting in the words before it: "SSA annual meeting" of "Please join us for the SSA annual meeting on"."""
    for found in _NAME.finditer(about):
        words = found["name"].split()
        while len(words) > 1 and (words[0].casefold() in _LEADING or words[0].isdigit()):
            words.pop(0)
        if len(words) > 1 and (name := bare(" ".join(words))):
            return name
    return ""


def _place(*after: str) -> Venue:
    """The place that stands after "at", in the words after the day or after the time."""
    for words in after:
        for found in _AT.finditer(words[:MAX_LINE]):
            place = found["place"]
            end = _PLACE_ENDS.search(place)
            place = (place[: end.start()] if end else place).strip(" ,.")
            if place and not clocks_in(place) and not place[:1].isdigit() and place[:1].isupper():
                name, _, address = place.partition(", ")
                return Venue(name=name[:MAX_LINE], address=address[:MAX_LINE])
    return Venue()


def _record(
    page: _Page, chunk: Chunk, day: Mention, clock: ClockSpan | None, title: str, venue: Venue
) -> RawRecord:
    on = day_of(day.when.start)
    start = clock.clock.on(on) if clock else on
    end = (
        end_at(start, clock.clock.end) if clock and clock.clock.end and isinstance(start, datetime) else None
    )
    row = Row(chunk.element, [chunk], [Anchor(chunk, day.when)], False, {})
    made = record_of(page.document, row, title, "", start, end, "sentences")
    return made if made.venue.address else replace(made, venue=venue)


def _scheduled(page: _Page) -> Iterator[RawRecord]:
    """The days below what opens a schedule of meetings, with the one time that is told among them, if any."""
    for opener, members in _lists(page.pieces):
        year = _year_of(opener)
        days = [(one, day) for one in members if (day := _bare_day(page, one, year))]
        title = page.title or bare(opener.text)
        if len(days) < _LEAST or not title:
            continue
        told = [
            clock for one in (opener, *members) if _MEETING.search(one.text) for clock in clocks_in(one.text)
        ]
        clock = told[0] if len({span.clock.start for span in told}) == 1 else None
        yield from (_record(page, one, day, clock, title, Venue()) for one, day in days)


def _lists(pieces: Sequence[Chunk]) -> Iterator[tuple[Chunk, list[Chunk]]]:
    """What opens a schedule, "2018 Meeting Schedule" or "Meetings are held on:", and the pieces up to the next heading."""
    opener: Chunk | None = None
    members: list[Chunk] = []
    for chunk in pieces:
        opens = _MEETING.search(chunk.text) and (chunk.text.endswith(":") or _SCHEDULE.search(chunk.text))
        if opens or chunk.heading or heading_year(chunk, 0):
            if opener is not None:
                yield opener, members
            opener, members = (chunk if opens else None), []
        else:
            members.append(chunk)
    if opener is not None:
        yield opener, members


def _year_of(opener: Chunk) -> int:
    years = {*_YEAR.findall(opener.text)}
    return int(years.pop()) if len(years) == 1 else 0


def _bare_day(page: _Page, chunk: Chunk, year: int) -> Mention | None:
    """The day that a short piece is, but for words on its documents."""
    if len(chunk.text) > _SHORT:
        return None
    around = date(year, 1, 1) + JUST_PAST if year else page.now
    days = list(mentions(chunk.text, around=around, language=page.language))
    if len(days) != 1 or days[0].start or not _DOCUMENTS.fullmatch(chunk.text[days[0].stop :]):
        return None
    return days[0] if _is_sure(days[0], chunk.text, year) else None
