"""Events in JSON, XML or a table of text (CSV): a list somewhere in a document, JSON lines, JSON Feed, JSON-LD, or one event alone."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.json_feed.document import Document, parse, table_of
from pipeline.connectors.formats.json_feed.locate import Items, cut, locate, zone_around
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.reading import Reading
from pipeline.connectors.formats.json_feed.record import identity, records
from pipeline.connectors.formats.json_feed.shape import squash
from pipeline.connectors.formats.json_feed.view import View, follow, looks_like_event
from pipeline.connectors.formats.page import read_graph
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.page.jsonld import graph
from pipeline.connectors.support.platform import Platform, payload_of
from pipeline.connectors.support.values import settle, settled, shared_ids
from pipeline.connectors.support.xml_text import is_records, sniff_root
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import NotModified
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.repeats import Allowance, repeated
from pipeline.dates.years import month_first_in
from pipeline.text.decoding import MAX_TITLE, decode_payload, http_url

#: Fields that a field map may name: those of `NAMES`, and some of them by the names of a normalized event
#: too.
ALSO: Final = {
    "external_id": "id", "start_date": "start", "start_time": "start_clock", "end_date": "end", "end_time": "end_clock",
    "location": "venue", "venue_name": "venue", "category": "categories", "images": "image", "price_currency": "currency",
}  # fmt: skip
_SAMPLE: Final = 500
#: Bytes and rows of a table by which it is recognized.
_HEAD: Final = 50_000
_ROWS: Final = 20
#: Where APIs put the address of the next page (HAL, JSON:API, Django REST framework, Laravel, The Events
#: Calendar and their like).
_USUAL_NEXT: Final = (
    "next", "links.next", "_links.next.href", "paging.next", "pagination.next", "meta.next", "meta.pagination.links.next", "next_url", "next_page_url",
    "nextPageUrl", "next_page", "next_rest_url", "@odata.nextLink",
)  # fmt: skip
_ADDRESS: Final = patterns.compile(r"https?://|/|\?")


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonFeedConfig:
    """How to read one JSON source.

    `items`: dotted path to the list. `fields`: by field a dotted path, a list of alternatives, or `{"value":
    constant}`; what is not mapped is guessed. `timezone` of times without offset. `complete`: True, the list
    is all there is; False, never; None, guessed. `limit`: as many items as this mean that the list is cut.
    `next`: path to the address of the next page ('' to look where APIs usually have it), followed on the same
    host for at most `max_pages`. `day_first`: what 3/4/2026 means. `headers` and `params` go with the
    request.
    """

    url: str = field(default="", metadata={"help": "Address of the answer."})
    items: str = field(
        default="",
        metadata={"help": "Dotted path to the list, such as data.events. Empty: found by its looks."},
    )
    fields: Mapping[str, Any] = field(
        default_factory=dict,
        metadata={
            "help": 'Where a guess is wrong, by field: a path, a list of paths, or a constant: {"title": "name", "city": {"value": "Pune"}}.'
        },
    )
    timezone: str = field(
        default="",
        metadata={"help": "Zone of times without offset, such as Asia/Kolkata. Empty: the source's city."},
    )
    complete: bool | None = field(
        default=None, metadata={"help": "Whether the list is all there is, so that what is absent is gone."}
    )
    limit: int = field(
        default=0, metadata={"help": "As many items as this mean that the list is cut. 0: no such number."}
    )
    next: str = field(
        default="",
        metadata={
            "help": "Path to the address of the next page. Empty: looked for where APIs usually have it."
        },
    )
    max_pages: int = field(default=20, metadata={"help": "Pages to ask for, at most."})
    day_first: bool | None = field(
        default=None, metadata={"help": "Whether 3/4/2026 is the third of April. Undecided: by what comes."}
    )
    headers: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "Headers that go with the request, a key for instance."}
    )
    params: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "Query fields that go with the first request."}
    )


class JsonFeedConnector(Platform):
    """Reads any JSON that lists events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="json_feed",
        title="JSON, XML or CSV",
        type=SourceType.API,
        tier=Tier.CONFIGURATION,
        allows="what the publisher allows",
        link="https://www.jsonfeed.org/",
    )
    config_type: ClassVar[type[JsonFeedConfig]] = JsonFeedConfig

    def __init__(self, config: JsonFeedConfig, credentials: Credentials = NO_CREDENTIALS) -> None:
        super().__init__(config, credentials)
        self.fields = field_map(config.fields)

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.85 for what begins as JSON, 0.8 for a table of text whose columns tell events, 0.6 for XML that is no feed and
        no page, 0.3 where only the content type says so."""
        if is_records(sniff_root(payload)) and _is_xml(payload):
            return 0.6
        head = payload.content[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if head.startswith((b"{", b"[{", b"[[", b"[]", b")]}'")) or (
            head.startswith(b"[") and head[1:].lstrip().startswith((b"{", b"[", b"]"))
        ):
            return 0.85
        if _lists_events(payload):
            return 0.8
        declared = "json" in payload.content_type.lower() or payload.url.split("?")[0].lower().endswith(
            (".json", ".jsonl", ".ndjson")
        )
        return 0.3 if declared and not head.startswith(b"<") else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """Public feeds need none; a key goes into `headers` or `params`."""

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request, then the pages that follow. Where `max_pages` ends the walk, the last page
        is PARTIAL."""
        if not self.config.url:
            raise ConfigInvalid("url: missing; give the address of the feed")
        url, request = (
            self.config.url,
            {"headers": self.config.headers or None, "params": self.config.params or None},
        )
        paged = bool(self.config.next)
        for number in range(1, max(1, self.config.max_pages) + 1):
            try:
                payload = payload_of(http.get(url, conditional=number == 1, **request))
            except NotModified:
                if number > 1:
                    return
                raise
            document = parse(payload)
            following = self._next(document, payload.url, url)
            paged = paged or bool(following)
            yield self._page(
                document,
                payload,
                params,
                more=bool(following) and number == self.config.max_pages,
                paged=paged,
            )
            if not following:
                return
            url, request["params"] = following, None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a document. Raises SchemaChanged for what is no JSON, is nested beyond reason, or
        holds no list of events."""
        document = parse(payload)
        return self._page(
            document,
            payload,
            params,
            more=bool(self._next(document, payload.url, "")),
            paged=bool(self.config.next),
        )

    def _next(self, document: Document, base: str, asked: str) -> str:
        """The address of the next page, '' where there is none or it is on another host. Without a path to
        it, where APIs usually have it."""
        paths = (self.config.next,) if self.config.next else _USUAL_NEXT
        for found in (follow(document.value, path) for path in paths):
            url = (
                absolute(base, found)
                if isinstance(found, str) and (self.config.next or _ADDRESS.match(found))
                else ""
            )
            if url and url != asked and urlsplit(url).netloc == urlsplit(base).netloc:
                return url
        return ""

    def _page(
        self, document: Document, payload: RawPayload, params: FetchParams, *, more: bool, paged: bool
    ) -> Page:
        base = payload.url if http_url(payload.url) else params.base_url
        linked = [] if self.config.items else list(read_graph(graph([document.value]), params, base))
        if linked:
            whole = document.whole and self.config.complete is True
            coverage = Coverage.COMPLETE if whole else Coverage.PARTIAL
            return Page(
                payload=payload,
                records=settled(linked)[: params.limit],
                coverage=coverage,
                cut=more or not document.whole,
            )
        found = locate(
            document.value, self.config.items or ("items" if _is_json_feed(document.value) else "")
        )
        partial = more or params.limit is not None or self._partial(found, document.whole, paged)
        return Page(
            payload=payload,
            records=islice(self._records(found, document, params, base, len(payload.content)), params.limit),
            coverage=Coverage.PARTIAL if partial else Coverage.COMPLETE,
            cut=partial,
            calendar_name=_name(document.value),
        )

    def _partial(self, found: Items, whole: bool, paged: bool) -> bool:
        if self.config.complete is None and not paged:
            return cut(found, whole, self.config.limit)
        return not whole or self.config.complete is False

    def _records(
        self, found: Items, document: Document, params: FetchParams, base: str, size: int
    ) -> Iterator[RawRecord | Dropped]:
        reading = Reading(
            params=params,
            base=base,
            fields=self.fields,
            timezone=self.config.timezone or zone_around(found) or params.timezone,
            day_first=self.config.day_first if self.config.day_first is not None else _day_first(found),
            prose=_is_json_feed(document.value),
            allowance=Allowance(size),
        )
        shared = shared_ids(identity(item, reading) for item in found.items)
        lone = _lone(found)
        return settle(
            (
                one
                for item in found.items
                for r in records(item, reading)
                for one in _repeated(item, r, lone, reading)
            ),
            shared,
        )


def _lists_events(payload: RawPayload) -> bool:
    """Whether a payload is a table of text whose first rows tell events by the names of its columns."""
    head = replace(payload, content=payload.content[:_HEAD])
    table = table_of(decode_payload(head).text, _ROWS) if b"\x00" not in head.content else None
    return table is not None and any(map(looks_like_event, table.value))


def _is_xml(payload: RawPayload) -> bool:
    """Whether a payload calls itself XML: by its first characters, its type or its name."""
    declared = payload.content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")
    return (
        declared
        or "xml" in payload.content_type.lower()
        or payload.url.split("?")[0].lower().endswith(".xml")
    )


def field_map(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A field map with the connector's own names. Raises ConfigInvalid, naming the entry."""
    out: dict[str, Any] = {}
    for name, spec in fields.items():
        own = ALSO.get(name, name)
        if own not in NAMES:
            raise ConfigInvalid(f"fields.{name}: unknown; one of {', '.join(sorted([*NAMES, *ALSO]))}")
        if not isinstance(spec, str | list | tuple) and not (isinstance(spec, Mapping) and "value" in spec):
            raise ConfigInvalid(f'fields.{name}: give a path, a list of paths, or {{"value": …}}')
        out[own] = spec
    return out


def _rule(item: Mapping[str, Any]) -> Any:
    """What an item calls its recurrence: RFC 5545 text, a list of such lines (Google's calendar), or an
    object with `rrule`."""
    named = {squash(name): value for name, value in item.items() if isinstance(name, str)}
    return next(
        (
            named[name]
            for name in ("rrule", "recurrence", "recurrencerule", "recurrencerules")
            if named.get(name)
        ),
        None,
    )


def _lone(found: Items) -> frozenset[str]:
    """The titles that only one item has, where any item names a rule: several of one title are occurrences
    that the publisher expanded."""
    if not any(_rule(item) for item in found.items):
        return frozenset()
    titles = Counter(View.of(item).text("title") for item in found.items)
    return frozenset(title for title, count in titles.items() if count == 1)


def _repeated(
    item: Mapping[str, Any], made: RawRecord | Dropped, lone: Collection[str], reading: Reading
) -> Iterator[RawRecord | Dropped]:
    """A record once for each time that its rule, or its words ("every Tuesday, 7 pm"), mean."""
    if isinstance(made, Dropped):
        yield made
        return
    rule = _rule(item) if made.title in lone else None
    yield from repeated(
        made, reading.params, rule=rule, timezone=reading.timezone, allowance=reading.allowance
    )


def _day_first(found: Items) -> bool | None:
    views = (View.of(item) for item in found.items[:_SAMPLE])
    values = (
        v
        for view in views
        for value in view.all("start")
        for v in (value if isinstance(value, list) else [value])
    )
    month_first = month_first_in(v.strip() for v in values if isinstance(v, str))
    return None if month_first is None else not month_first


def _is_json_feed(value: Any) -> bool:
    """Whether the document is a JSON Feed (https://www.jsonfeed.org/version/1.1/), whose items are articles
    with dates in their text."""
    return (
        isinstance(value, dict)
        and "jsonfeed.org" in str(value.get("version", ""))
        and isinstance(value.get("items"), list)
    )


def _name(value: Any) -> str:
    text = value.get("title") or value.get("name") if isinstance(value, dict) else ""
    return text[:MAX_TITLE] if isinstance(text, str) else ""
