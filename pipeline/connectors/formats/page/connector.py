"""Pages with event markup: schema.org in JSON-LD, microdata and RDFa, h-event and hCalendar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from pipeline import patterns
from pipeline.connectors.formats.page import jsonld, microdata, microformats, rdfa
from pipeline.connectors.formats.page.chunks import Chunk, chunks
from pipeline.connectors.formats.page.dom import Document, parse, parse_text
from pipeline.connectors.formats.page.event import record
from pipeline.connectors.formats.page.headed import read_headed
from pipeline.connectors.formats.page.merge import merge
from pipeline.connectors.formats.page.nodes import Graph
from pipeline.connectors.formats.page.rows import read_rows, rows_of
from pipeline.connectors.formats.page.schedule import occurrences, untold
from pipeline.connectors.formats.page.sentences import read_sentences
from pipeline.connectors.formats.page.tables import read_tables
from pipeline.connectors.support.platform import AddressConfig, Platform, fetch_one
from pipeline.connectors.support.values import settled, wanted
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.frozen import replace
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.repeats import Allowance
from pipeline.geography.place_behind import MAX_TEXT, address_behind
from pipeline.geography.place_text import PlaceText, parse_place
from pipeline.text.decoding import MAX_LINE

_MARKUP: Final = (b"ld+json", b"itemtype", b"typeof", b"h-event", b"vevent")
_EVENTS: Final = (b"schema.org/", b'Event"', b"Festival", b"h-event", b"vevent", b"Vevent")
_HTML: Final = patterns.compile(
    rb"<(?:!doctype html|(?:html|head|body|meta|link|title|script|style|div|span|p|a|abbr|article|section|main|header|nav|aside|footer|table|ul|ol"
    rb"|dl|h[1-6]|img|form|button|time|b|i|em|strong|br|hr|pre|blockquote|figure|center|font|template)[\s/>])"
)
_SNIFFED: Final = 2_000_000
#: Venues whose addresses are looked for in a page.
_MOST_VENUES: Final = 50
#: Elements of a fragment that are looked at for their text.
_FRAGMENT: Final = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PageConfig(AddressConfig):
    """`complete` True: the page always lists all upcoming events (a venue's calendar on one page).

    `words` True: where the page has no event markup, rows that surely name a day, a time and a title are
    read, marked as read from text.
    """

    words: bool = field(
        default=True,
        metadata={
            "help": "Without event markup, read rows that surely name a day, a time and a title; a person reviews them."
        },
    )


class PageConnector(Platform):
    """Reads any page that tells machines of its events. `read` looks at nothing but the bytes: no link is
    followed."""

    metadata: ClassVar[Metadata] = Metadata(
        name="page",
        title="Web page with event markup",
        type=SourceType.PAGE,
        allows="what the site's robots.txt and terms allow",
        link="https://schema.org/Event",
    )
    config_type: ClassVar[type[PageConfig]] = PageConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.9 for HTML with event markup, 0.5 for other HTML."""
        head = payload.content[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
        start = head[:500].lower()
        xhtml = start.startswith((b"<?xml", b"<!--", b"<!doctype")) and (
            b"<html" in start or b"xhtml" in start
        )
        if not _HTML.match(start) and not xhtml:
            return 0.3 if "html" in payload.content_type.lower() and start.startswith(b"<") else 0.0
        marked = any(word in head for word in _MARKUP) and any(word in head for word in _EVENTS)
        return 0.9 if marked else 0.5

    def check_credentials(self, http: HttpClient) -> None:
        """Public pages need none."""

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request."""
        yield from fetch_one(self, self.config.url, params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """All events of the page. Raises SchemaChanged where it has no event markup, and no rows that surely
        tell events."""
        document = parse(payload, params.base_url)
        marked = read_document(document, params) if document else []
        records = marked or (_in_words(document, params) if document and self.config.words else [])
        if document is None or not records:
            raise SchemaChanged(
                "no event markup in this page (JSON-LD, microdata, RDFa, h-event or hCalendar); where it lists events for people, or builds its list"
                " by script, the connector scraper reads it by selectors"
            )
        complete = bool(marked) and self.config.complete and document.whole and params.limit is None
        coverage = Coverage.COMPLETE if complete else Coverage.PARTIAL
        cut = not document.whole or params.limit is not None
        return Page(payload=payload, records=records[: params.limit], coverage=coverage, cut=cut)


def _in_words(document: Document, params: FetchParams) -> list[RawRecord | Dropped]:
    """The events that a page lists for people: in rows, else in tables, else under headings, else in rows whose days
    lack the year, else in sentences."""
    pieces = list(chunks(document))
    rows = read_rows(document, rows_of(document, pieces, params.language))
    if not any(isinstance(row, RawRecord) for row in rows):
        rows = read_tables(document) or _without_years(document, pieces, params) or rows
    return _with_addresses(pieces, rows)


def _without_years(document: Document, pieces: list[Chunk], params: FetchParams) -> list[RawRecord | Dropped]:
    """The events of blocks whose days may lack the year: under headings, else in rows, else in sentences."""
    found = rows_of(document, pieces, params.language, params.now.date())
    return (
        read_headed(document, found)
        or read_rows(document, found)
        or read_sentences(document, pieces, params.language, params.now.date())
    )


def _with_addresses(pieces: list[Chunk], records: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """The records, with the addresses that the page tells of their venues once: "The Blue Room is located at …"."""
    named = {
        record.venue.name
        for record in records
        if isinstance(record, RawRecord) and record.venue.name and not record.venue.address
    }
    text = "\n".join(chunk.text for chunk in pieces)[:MAX_TEXT] if named else ""
    found = {
        name: reported for name in sorted(named)[:_MOST_VENUES] if (reported := address_behind(name, text))
    }
    return _in_one_zone([_with_address(record, found) for record in records])


def _with_address(record: RawRecord | Dropped, found: Mapping[str, PlaceText]) -> RawRecord | Dropped:
    if isinstance(record, Dropped) or record.venue.address or record.venue.name not in found:
        return record
    address = found[record.venue.name].whole[:MAX_LINE]
    return replace(record, venue=replace(record.venue, address=address))


def _in_one_zone(records: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """The records, with the zone of the towns in their addresses, where all that are told have the same: it is that of
    the events whose place is not told."""
    reported = {record.venue.address for record in records if isinstance(record, RawRecord)}
    zones = {
        town.zone for address in reported if address and (town := parse_place(address, alone=True).meant)
    }
    zone = zones.pop() if len(zones) == 1 else ""
    return [
        replace(record, calendar_timezone=zone) if zone and isinstance(record, RawRecord) else record
        for record in records
    ]


def read_document(document: Document, params: FetchParams) -> list[RawRecord | Dropped]:
    """All events of a parsed page, each once."""
    graphs = [reader(document) for reader in (jsonld.read, microdata.read, rdfa.read, microformats.read)]
    return settled(merge(r for graph in graphs for r in read_graph(graph, params, document.base)))


def read_fragment(text: str, params: FetchParams, base: str) -> list[RawRecord | Dropped]:
    """The events of a piece of HTML, such as a feed item's description; [] where it has none."""
    if not any(word.decode() in text for word in _MARKUP):
        return []
    document = parse_text(text, base)
    if document is None:
        return []
    document.left = _FRAGMENT
    return read_document(document, params)


def read_graph(graph: Graph, params: FetchParams, base: str) -> Iterator[RawRecord | Dropped]:
    """The events of one syntax; schedules are spread over the window."""
    allowance = Allowance()
    for found in graph.events():
        made = record(graph, found, base, wanted(params.language))
        if isinstance(made, RawRecord):
            yield from untold(graph, found.node, occurrences(graph, found.node, made, params, allowance))
        elif made is not None:
            yield made
