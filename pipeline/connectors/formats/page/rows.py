"""The last resort for a page without markup: rows that each name a day, a time of day and a title, and pages
of one event that label its time.

Precision comes first: what is not surely a list of events gives nothing. All that is read here is marked as
read from text, so that a person looks at it before it is shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from lxml import etree, html

from pipeline import patterns
from pipeline.connectors.formats.page.anchors import Anchor, Map, anchors, kind_of, label_of
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.connectors.formats.page.columns import Tables
from pipeline.connectors.formats.page.dom import Document, absolute
from pipeline.connectors.formats.page.titles import (
    day_in_title,
    headline,
    meeting_named,
    single_title,
    title_of,
)
from pipeline.connectors.support.values import settled, url_identity
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import Clock, clocks_in, read_clock
from pipeline.dates.free_text import find
from pipeline.dates.moments import end_at
from pipeline.text.decoding import MAX_LINE, MAX_RAW
from pipeline.titles import bare, called_off

_LEAST_ROWS: Final = 2
#: One row in so many has a title, at least: else the list is one of documents, or of something not
#: understood.
_LEAST_TITLED: Final = 3
#: Days named outside lists: a page of one event has few of them.
_MOST_ALONE: Final = 20
#: Blocks inside one another, at most.
_MOST_AROUND: Final = 20
_CONFIDENCE: Final = 0.5
_WHEN_LABEL: Final = patterns.compile(
    r"^\W*(?:(?:meeting |event |start(?:ing)? )?(?:date|time)s?(?: (?:and|&) time)?|when|starts?)\b",
    patterns.IGNORECASE,
)
_WHEN_CLASS: Final = patterns.compile(r"event|meeting|when", patterns.IGNORECASE)
_DAY_CLASS: Final = patterns.compile(r"\b(?:date|time)\b", patterns.IGNORECASE)
#: Pieces between a day and its time of day, at most.
_NEAR: Final = 6
#: Letters of a day with its times below a headline, at most.
_MOST_BELOW: Final = 60
#: A house number, before it perhaps a venue, a state and its postal code last: "1 Main St., Springfield, IL 62701".
_POSTAL: Final = patterns.compile(
    r"^(?P<address>(?:[^\d|]{3,100}, )?\d{1,6}[a-z]? [^\d\W][^|]{3,120}?,? (?:[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?),? \d{5}(?:-\d{4})?)"
    r"(?: (?:view )?(?:on )?map| directions)?$",
    patterns.IGNORECASE,
)
_EVENTS: Final = patterns.compile(
    r"events?|meetings?|calendar|hearings?|agendas?|schedule|concerts?|shows?|gigs?|tour|tickets?|workshops?|webinars?|performances?|lectures?"
    r"|council|board|commission|committee|veranstaltung|termine|eventos|agenda|programm|spectacle|konzert|kalender|calendrier|activi[dt]|événement",
    patterns.IGNORECASE,
)
NEWS: Final = patterns.compile(
    r"(?:^|[\s_-])(?:news|blog|press|comments?|tweets?|jobs?|forum|type-post|archive)(?:$|[\s_-])",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A block of the page that names one day: its pieces, its anchors, whether it stands in a list of its kind, and of
    a table's row the cells that the heads name."""

    block: html.HtmlElement
    pieces: Sequence[Chunk]
    anchors: Sequence[Anchor]
    listed: bool
    named: Mapping[str, str]


#: The pieces of a page, and its blocks that each name one day.
PageRows = tuple[list[Chunk], list[Row]]


def read_rows(document: Document, found: PageRows) -> list[RawRecord | Dropped]:
    """The events of a page's rows, [] where it has none that surely are; rows of a list of events without a
    readable title or time are dropped."""
    pieces, rows = found
    about = headline(document)
    listed = [row for row in rows if row.listed and about_events(row, about)]
    records = [_listed(document, row) for row in listed]
    if 2 * sum(record is not None for record in records) > len(records):
        records = [record or _timeless(document, row) for record, row in zip(records, listed, strict=True)]
    reported = [record for record in records if record is not None]
    titled = sum(isinstance(record, RawRecord) for record in reported)
    if not titled or titled * _LEAST_TITLED < len(reported):
        alone = [row for row in rows if not row.listed]
        single = (
            [record for row in alone for record in _single(document, pieces, row)]
            if len(alone) <= _MOST_ALONE
            else []
        )
        reported = list(single) if len(single) == 1 else []
    return settled([_headlined(pieces, record) for record in reported] if len(reported) == 1 else reported)


def rows_of(document: Document, pieces: list[Chunk], language: str, now: date | None = None) -> PageRows:
    """The pieces of a page, and its blocks that each name one day; with `now` also days without a year."""
    return pieces, _rows(pieces, anchors(pieces, language or (document.root.get("lang") or "")[:20], now))


def _headlined(pieces: Sequence[Chunk], record: RawRecord | Dropped) -> RawRecord | Dropped:
    """The only event of a page under the headline that names its day, whatever is linked beside its time:
    "Planning Board - January 17, 2026"."""
    if not isinstance(record, RawRecord) or not isinstance(record.start, datetime):
        return record
    for chunk in pieces:
        when = find(chunk.text, around=None) if chunk.heading == 1 else None
        day = when.start.date() if when and isinstance(when.start, datetime) else when.start if when else None
        if day == record.start.date() and (title := bare(chunk.text)):
            return replace(record, title=title, url="", external_id="", stable_id=False)
    return record


def _rows(pieces: Sequence[Chunk], found: Sequence[Anchor]) -> list[Row]:
    spread = Map()
    for anchor in found:
        spread.see(anchor)
    blocks: dict[html.HtmlElement, list[Anchor]] = {}
    for anchor in found:
        blocks.setdefault(spread.block(anchor), []).append(anchor)
    inside = _pieces_of(pieces, blocks)
    kinds = Counter(kind_of(block) for block in blocks)
    tables = Tables()
    return [
        Row(
            block,
            inside[block],
            own,
            kinds[kind_of(block)] >= _LEAST_ROWS,
            tables.named(block, inside[block]),
        )
        for block, own in blocks.items()
    ]


def _pieces_of(
    pieces: Sequence[Chunk], blocks: dict[html.HtmlElement, list[Anchor]]
) -> dict[html.HtmlElement, list[Chunk]]:
    """The pieces inside each block. No block is inside another: each ends where another day begins."""
    inside: dict[html.HtmlElement, list[Chunk]] = {block: [] for block in blocks}
    around: dict[html.HtmlElement | None, tuple[html.HtmlElement, ...]] = {None: ()}
    for chunk in pieces:
        passed = []
        element: html.HtmlElement | None = chunk.element
        while element not in around:
            passed.append(element)
            element = element.getparent()  # type: ignore[union-attr]
        for inner in reversed(passed):
            around[inner] = (*around[element], inner)[-_MOST_AROUND:] if inner in inside else around[element]
            element = inner
        for block in around[chunk.element]:
            inside[block].append(chunk)
    return inside


def about_events(row: Row, about: str) -> bool:
    """Whether the page or what is around the row speaks of events, and nothing around it of news."""
    names = names_around(row.block, 5)
    if NEWS.search(names):
        return False
    return bool(_EVENTS.search(f"{names} {about}") or _EVENTS.search(title_of(row.named, row.pieces)[0]))


def _listed(document: Document, row: Row) -> RawRecord | Dropped | None:
    """The event of one row of a list; None where no time of day is told, which is how lists of documents
    look."""
    start, end = times_of(row)
    if start is None:
        return None
    title, href = title_of(row.named, row.pieces)
    raw = raw_of(row.block)
    if not title:
        return Dropped(reason="no title", detail=row.anchors[0].chunk.text[:200], raw=raw)
    return record_of(document, row, title, absolute(document.base, href), start, end, "rows")


def _timeless(document: Document, row: Row) -> RawRecord | None:
    """The event of a row without a time of day, whose title its table names, among rows with times."""
    clocks = any(clocks_in(chunk.text) for chunk in row.pieces)
    title = bare(row.named.get("title", "")) and title_of(row.named, row.pieces)
    if clocks or not title:
        return None
    name, href = title
    return record_of(document, row, name, absolute(document.base, href), row.anchors[0].day, None, "rows")


def _single(document: Document, pieces: Sequence[Chunk], row: Row) -> Iterator[RawRecord]:
    """The one event of a page: its time is labelled, its title is that of the page."""
    labelled = [anchor for anchor in row.anchors if _labelled(pieces, anchor)]
    below = [anchor for anchor in row.anchors if anchor.when.end and _under_headline(pieces, anchor)]
    # what the label or the headline's line tells counts, whatever deadlines the words below name
    timed = [anchor for anchor in (*labelled, *below) if anchor.timed] or [a for a in row.anchors if a.timed]
    start, end = times_of(replace(row, anchors=timed or row.anchors))
    anchor = [*timed, *labelled, *row.anchors][0]
    if (
        start is None
        or not (labelled or _classed(anchor) or _headed(document, pieces, anchor, end))
        or NEWS.search(names_around(row.block, 5))
    ):
        return
    title = single_title(document, pieces, anchor.at, start)
    if title:
        yield record_of(document, row, title, "", start, end, "labels")


def _labelled(pieces: Sequence[Chunk], anchor: Anchor) -> bool:
    return any(_WHEN_LABEL.match(text) for text in (label_of(pieces, anchor.at), anchor.chunk.text))


def _headed(document: Document, pieces: Sequence[Chunk], anchor: Anchor, end: datetime | None) -> bool:
    """Whether a day stands right below the headline, with its end, or below a meeting's name where the page's own
    title tells the day too."""
    if not _under_headline(pieces, anchor):
        return False
    named = meeting_named(pieces[anchor.at - 1].text)
    return end is not None or bool(named and day_in_title(document) == anchor.day)


def _under_headline(pieces: Sequence[Chunk], anchor: Anchor) -> bool:
    """Whether a day with its times, and nothing else, stands right below the page's headline; an article's
    moment there has no end."""
    before = pieces[anchor.at - 1] if anchor.at else None
    return (
        before is not None
        and before.heading == 1
        and len(anchor.chunk.text) <= _MOST_BELOW
        and not bare(anchor.chunk.text)
    )


def _classed(anchor: Anchor) -> bool:
    """Whether the elements around a day are called by what it is; those that any article has, `date` around a
    `<time>`, do not count."""
    names = names_around(anchor.chunk.element, 4)
    return bool(_WHEN_CLASS.search(names) or (not anchor.chunk.moment and _DAY_CLASS.search(names)))


def names_around(element: html.HtmlElement, most: int) -> str:
    """The classes and ids of an element and those around it."""
    above = [element, *islice(element.iterancestors(), most - 1)]
    return " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in above)


def times_of(row: Row) -> tuple[datetime | None, datetime | None]:
    """Start and end of a row: the time beside its day, else the only time of day that one of its pieces
    tells. None where it tells several."""
    timed = [anchor for anchor in row.anchors if anchor.timed]
    starts = {anchor.when.start for anchor in timed}
    if len(starts) > 1:
        return None, None
    if timed:
        when = timed[0].when
        return when.start, when.end if isinstance(when.end, datetime) else None  # type: ignore[return-value]
    near = [chunk.text for chunk in row.pieces if abs(chunk.at - row.anchors[0].at) <= _NEAR]
    clocks = {(clock.start, clock.end) for text in near if (clock := _clock(text)) is not None}
    if len({start for start, _ in clocks}) != 1:
        return None, None
    clock_start, clock_end = next(iter(clocks))
    return _joined(row.anchors[0], clock_start, clock_end)


def _joined(anchor: Anchor, start: time, end: time | None) -> tuple[datetime, datetime | None]:
    begins = datetime.combine(anchor.day, start)
    return begins, end_at(begins, end) if end else None


def _clock(text: str) -> Clock | None:
    """The time that a piece is; 12.50 alone may be a price."""
    return read_clock(text) if len(text) < 60 and clocks_in(text) else None


def record_of(
    document: Document, row: Row, title: str, url: str, start: date, end: datetime | None, way: str
) -> RawRecord:
    short = (chunk.text for chunk in row.pieces if len(chunk.text) < 80)
    status = next((off for text in short if (off := called_off(text))), "")
    place = row.named.get("place", "")
    place = "" if called_off(place) else place
    identity = identity_of(document, url)
    facts = {
        "syntax": "text",
        "start_from": way,
        "start_text": row.anchors[0].when.text[:200],
        "start_confidence": _CONFIDENCE,
    }
    return RawRecord(
        external_id=identity,
        stable_id=bool(identity),
        title=title,
        start=start,
        end=end if end is not None and end > start else None,
        venue=Venue(name=place[:MAX_LINE], address="" if place else address_in(row.pieces)),
        url=url,
        status=status,
        method=ExtractionMethod.TEXT,
        metadata=facts,
        raw=raw_of(row.block),
    )


def identity_of(document: Document, url: str) -> str:
    """What the link of an event on a page identifies it by; '' for one to the page itself."""
    return url_identity(url) if url and url_identity(url) != url_identity(document.base) else ""


def address_in(pieces: Sequence[Chunk]) -> str:
    """The one postal address that a piece is, with the venue before it; '' where none or several are told."""
    found = {
        reported["address"]
        for chunk in pieces
        if len(chunk.text) <= MAX_LINE and (reported := _POSTAL.match(chunk.text))
    }
    return found.pop() if len(found) == 1 else ""


def raw_of(block: html.HtmlElement) -> str:
    """The markup of a block as it is kept with its record, cut to the longest that is kept."""
    return etree.tostring(block, encoding="unicode", method="html", with_tail=False)[:MAX_RAW]
