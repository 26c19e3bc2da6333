"""Lists of days under a heading that tells their title, time or place once for all: "2026 Regular Meeting Schedule",
"Time: 5:30 p.m.", and the days."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.page.anchors import is_heading
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.connectors.formats.page.dom import Document
from pipeline.connectors.formats.page.rows import (
    NEWS,
    PageRows,
    Row,
    about_events,
    address_in,
    record_of,
    times_of,
)
from pipeline.connectors.formats.page.titles import headline, heads
from pipeline.connectors.support.values import settled
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import ClockSpan, clocks_in
from pipeline.dates.moments import end_at
from pipeline.geography.rooms import is_room
from pipeline.text.decoding import MAX_LINE
from pipeline.titles import bare

#: Days in one list, at least, and pieces between its heading and its first day, at most.
_LEAST: Final = 3
_MOST_BETWEEN: Final = 12
#: What tells the time of all days: "Time: 5:30 p.m.", "All meetings will be held at …, beginning at 9 a.m."
_TIME: Final = patterns.compile(
    r"^\W*(?:meeting |start )?times?\b|\b(?:all|these|the) (?:\w+ )?(?:meetings|sessions|concerts|shows|classes)\b",
    patterns.IGNORECASE,
)
_PLACE: Final = patterns.compile(
    r"\W*(?:meeting )?(?:location|place|where|venue)s?\s*:\s*", patterns.IGNORECASE
)
_ASIDE: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?\((?:unless|except|subject)\b[^()]{0,100}\)", patterns.IGNORECASE
)
#: What a heading says of its list and not of the event.
_OF_LIST: Final = patterns.compile(
    r"\b(?:19|20)\d{2}(?:\s{0,3}[-–/]\s{0,3}(?:20)?\d{2})?\b|\b(?:schedules?|calendars?|dates?|upcoming|future)\b|^\W++|(?<!\W)\W++$",
    patterns.IGNORECASE,
)
_PARTS: Final = patterns.compile(r"[()|;]|\s[–—-]\s(?=\d)", longest=400)
_MEETING: Final = patterns.compile(
    r"\b(?:meeting|hearing|session|workshop|retreat|concert|show|tour|lecture|forum|class|party|rehearsal)\b",
    patterns.IGNORECASE,
)
_ROOM: Final = patterns.compile(
    r"\b(?:rooms?|hall|cent(?:er|re)|building|library|school|church|park|theat(?:er|re))\b",
    patterns.IGNORECASE,
)
_DUE: Final = patterns.compile(r"\W*(?:due|because|moved|note|no)\b", patterns.IGNORECASE)
_LINK_WORDS: Final = (" at", " from", " @", " -", " –", ",")


def read_headed(document: Document, found: PageRows) -> list[RawRecord | Dropped]:
    """The events of such lists, [] where the page has none."""
    pieces, rows = found
    about = headline(document)
    listed = [row for row in rows if row.listed and row.pieces]
    reported: list[RawRecord | Dropped] = []
    for members in _lists(listed):
        above = " ".join([about, *(chunk.text for chunk in _before(pieces, members[0].pieces[0].at)[:1])])
        if len(members) >= _LEAST and all(about_events(row, above) for row in members):
            reported += _events(document, pieces, members)
    return settled(reported)


def _lists(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows by list: of one list are those in one element, and those with nothing between them."""
    lists: list[list[Row]] = []
    for row in rows:
        last = lists[-1][-1] if lists else None
        joined = last is not None and (
            last.block.getparent() is row.block.getparent() or last.pieces[-1].at + 1 == row.pieces[0].at
        )
        lists[-1:] = [[*lists[-1], row]] if joined else [*lists[-1:], [row]]
    return lists


def _events(document: Document, pieces: Sequence[Chunk], rows: Sequence[Row]) -> Iterator[RawRecord]:
    above = _before(pieces, rows[0].pieces[0].at)
    before = [chunk.text for chunk in above]
    clock = next((c for text in before if _TIME.search(text) and (c := _only_clock(text))), None)
    place = next(
        (_ASIDE.sub("", text[found.end() :]) for text in before if (found := _PLACE.match(text))), ""
    )
    named = _title_above(pieces, above) or page_title(document)
    if not named or any(map(NEWS.search, before[:1])):
        return
    for row in rows:
        start, end = _times(row, clock)
        title = bare(row.named["title"]) if "title" in row.named else _own_title(row) or named
        if start is not None and title:
            made = record_of(document, row, title, "", start, end, "rows")
            reported, shared = "" if row.named else _own_place(row), _venue(place)
            venue = (
                replace(shared, name=reported[:MAX_LINE]) if is_room(reported) else _venue(reported or place)
            )
            made = made if made.venue.name else replace(made, venue=venue)
            address = made.venue.address or address_in(above)
            yield replace(made, venue=replace(made.venue, address=address))


def _before(pieces: Sequence[Chunk], first: int) -> Sequence[Chunk]:
    """The heading before a list and what stands between them; [] where no heading is near."""
    for at in range(first - 1, max(-1, first - _MOST_BETWEEN), -1):
        if pieces[at].heading > 1 or is_heading(pieces[at]):
            return pieces[at:first]
    return []


def _title_above(pieces: Sequence[Chunk], above: Sequence[Chunk]) -> str:
    """What the heading of a list calls its events, else the line before it in the same paragraph."""
    first = above[0].at if above else 0
    before = pieces[first - 1 : first]
    named = _named(pieces[first].text) if above else ""
    return named or next((bare(line.text) for line in before if line.element is pieces[first].element), "")


def _times(row: Row, shared: ClockSpan | None) -> tuple[datetime | None, datetime | None]:
    """Start and end of a day: by its own words, else by the time that is told for all."""
    start, end = times_of(row)
    if start is not None:
        return start, end
    clock = _only_clock(" ".join(chunk.text for chunk in row.pieces)) or shared
    if clock is None:
        return None, None
    begins = clock.clock.on(row.anchors[0].day)
    return begins, end_at(begins, clock.clock.end) if clock.clock.end else None


def _only_clock(text: str) -> ClockSpan | None:
    found = clocks_in(text[:MAX_LINE])
    return found[0] if len(found) == 1 else None


def _named(text: str) -> str:
    return bare(" ".join(_OF_LIST.sub(" ", text).split()))


def page_title(document: Document) -> str:
    """What the page's main heading or title calls it, without what says that it lists dates."""
    texts = (*heads(document), headline(document))
    return next((title for text in texts if (title := _named(text))), "")


def _own_title(row: Row) -> str:
    """What a line calls its day: "January 6 (Annual Meeting at 4:00 pm in 5A)"."""
    if row.named:
        return ""
    for part in _PARTS.split(" ".join(chunk.text for chunk in row.pieces)):
        clock = _only_clock(part)
        words = part[: clock.start].rstrip() if clock else part
        for link in _LINK_WORDS:
            words = words.removesuffix(link)
        if _MEETING.search(words) and not _DUE.match(words) and len(words.split()) > 1:
            return bare(words.strip()) or words.strip()
    return ""


def _own_place(row: Row) -> str:
    """The room that a line names between its signs: "June 9 | 4:00 p.m. | Room 5"."""
    parts = _PARTS.split(" ".join(chunk.text for chunk in row.pieces))[1:]
    return next((part.strip() for part in parts if _ROOM.search(part) and not _MEETING.search(part)), "")


def _venue(place: str) -> Venue:
    """ "Room 5 – 360 Main Street, Town" as a room and its address."""
    name, _, address = place.strip().partition(" – ")
    return Venue(name=name[:MAX_LINE], address=address[:MAX_LINE])
