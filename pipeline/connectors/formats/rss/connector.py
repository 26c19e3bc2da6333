"""RSS 0.9x, 1.0 and 2.0, Atom, with event extensions; and iCalendar in XML (xCal, RFC 6321)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from lxml import etree

from pipeline.connectors.formats.rss import channel
from pipeline.connectors.formats.rss.description import Surroundings
from pipeline.connectors.formats.rss.item import Item, items, plain
from pipeline.connectors.formats.rss.record import identity, records
from pipeline.connectors.formats.rss.xcal import XCAL_ROOT, read_xcal
from pipeline.connectors.support.platform import AddressConfig, Platform, fetch_one
from pipeline.connectors.support.values import settle, shared_ids
from pipeline.connectors.support.xml_text import FEED_ROOTS, Tree, parse_xml, root_name, sniff_root
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import decode_payload


class RssConfig(AddressConfig):
    """`complete` True: the feed lists all upcoming events. Feeds are windows on the newest items unless
    someone says so."""


class RssConnector(Platform):
    """Reads feeds of events. A publication date is not the event's start: a plain news item is dropped as "no
    start"."""

    metadata: ClassVar[Metadata] = Metadata(
        name="rss",
        title="RSS or Atom feed",
        type=SourceType.RSS,
        allows="what the publisher of the feed allows",
        link="https://www.rssboard.org/rss-specification",
    )
    config_type: ClassVar[type[RssConfig]] = RssConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for a feed's root element, 0.2 where only the content type says so."""
        root = sniff_root(payload)
        if root in ("rss", "rdf", "feed", XCAL_ROOT):
            return 0.95
        if root == "channel":
            return 0.7
        declared = any(word in payload.content_type.lower() for word in ("rss", "atom"))
        return 0.2 if declared and root != "html" else 0.0

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request."""
        yield from fetch_one(self, self.config.url, params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a feed. Raises SchemaChanged for HTML, for XML of another kind, and for XML that
        declares entities.

        Coverage is PARTIAL, since a feed lists the newest items only, unless the configuration says
        `complete` and its end was reached.
        """
        feed = _feed(payload)
        if plain(feed.root)[0] == XCAL_ROOT:
            return read_xcal(feed, payload, params)
        return Page(
            payload=payload,
            records=islice(self._records(feed, payload, params), params.limit),
            coverage=Coverage.COMPLETE
            if self.config.complete and feed.whole and params.limit is None
            else Coverage.PARTIAL,
            calendar_name=channel.title(feed.root),
            fresh_for=channel.fresh_for(feed.root),
            cut=not feed.whole or params.limit is not None,
        )

    def _records(self, feed: Tree, payload: RawPayload, params: FetchParams) -> Iterator[RawRecord | Dropped]:
        base = payload.url or params.base_url
        found = items(feed.root)
        if not found and not channel.is_feed(feed.root):
            raise SchemaChanged("a feed without items and without a channel")
        around = Surroundings(
            base=base,
            language=params.language or channel.language(feed.root),
            params=params,
            written=channel.written(feed.root),
        )
        shared = shared_ids(identity(Item.of(element), base)[0] for element in found)
        return settle(_each(found, around), shared)


def _feed(payload: RawPayload) -> Tree:
    text = decode_payload(payload).text
    name = root_name(text.lstrip("\ufeff").lstrip()[:200_000])
    if name not in FEED_ROOTS and name not in ("", "html"):
        raise SchemaChanged(f"XML that is no feed: its root is <{name[:40]}>")
    return parse_xml(text, "a feed")


def _each(found: list[etree._Element], around: Surroundings) -> Iterator[RawRecord | Dropped]:
    """Items one by one; each is forgotten once read."""
    for element in found:
        made = records(element, around)
        yield from made if len(made) == 1 else _numbered(made)
        element.clear()


def _numbered(made: list[RawRecord | Dropped]) -> Iterator[RawRecord | Dropped]:
    """Several events of one item have the item's id and each their start, unless they have ids of their
    own."""
    own = len({record.external_id for record in made}) == len(made)
    for record in made:
        yield (
            replace(record, recurrence_id=str(record.start))
            if isinstance(record, RawRecord) and not own
            else record
        )
