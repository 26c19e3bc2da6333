"""Platforms whose public pages start from JSON state that holds their events: read without a key, beside an
API, calendar feeds and lists that somebody else took."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.formats.ical.feeds import is_feed, read_feed
from pipeline.connectors.formats.json_feed.taken import is_taken, read_taken
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.support.inline import scripts
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.platform import first_byte, has_marks, json_of
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload

_NEXT: Final = '<script id="__NEXT_DATA__"'


class PublicPages(JsonApi):
    """A subclass declares how its pages are told from others, beside its answers (`marks`, `sureness`), and
    reads both.

    `page_marks`: a page with state has all texts of one of these groups; `page_score`: how surely it is the
    platform's. `event_id` finds the platform's own id of an event in the address of its page, `feed_id` in a
    UID of its calendar feeds; None where it has no feeds. `reads_lists`: whether lists that somebody took of
    it are read."""

    page_marks: ClassVar[tuple[tuple[bytes, ...], ...]] = ()
    page_score: ClassVar[float] = 0.95
    event_id: ClassVar[patterns.Pattern[str] | None] = None
    feed_id: ClassVar[patterns.Pattern[str] | None] = None
    reads_lists: ClassVar[bool] = True

    @classmethod
    def is_page(cls, payload: RawPayload) -> bool:
        """Whether this is one of the platform's pages with state."""
        return is_html(payload) and has_marks(payload, cls.page_marks)

    @classmethod
    def id_in(cls, url: str) -> str:
        """The platform's id of an event in the address of its page, '' where there is none."""
        found = cls.event_id.search(url) if cls.event_id else None
        return found.group(1) if found else ""

    @abstractmethod
    def read_state(self, payload: RawPayload, params: FetchParams) -> Page | None:
        """The events of a page's state; None where it has none."""

    @abstractmethod
    def read_answer(self, payload: RawPayload, value: Any, params: FetchParams) -> Page | None:
        """The events of an answer of the API; None for other JSON. Raises what an error in it says."""

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """`page_score` for a page with state, what `sureness` says of an answer of the API, 0.9 for a list of
        nothing but the platform's events."""
        if cls.is_page(payload):
            return cls.page_score
        if has_marks(payload, cls.marks):
            try:
                sure = cls.sureness(json_of(payload))
            except SchemaChanged:
                return 0.0
            if sure:
                return sure
        return 0.9 if cls.reads_lists and is_taken(payload, cls.metadata.hosts) else 0.0

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """A calendar feed, a public page (by its state, else by its structured data), an answer of the API, or
        a list that somebody took. Raises SchemaChanged for anything else."""
        if self.feed_id and is_feed(payload):
            return read_feed(payload, params, self.feed_id)
        page = self.read_state(payload, params) if self.is_page(payload) else None
        if page is not None:
            return page
        if is_html(payload):
            return self.read_markup(payload, params)
        answer = self.read_answer(payload, json_of(payload), params)
        return answer if answer is not None else read_taken(payload, params, self.id_in)

    def read_markup(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a page's structured data. Raises SchemaChanged where it has none."""
        return PageConnector(PageConfig(words=False)).read(payload, params)


def is_html(payload: RawPayload) -> bool:
    """Whether the bytes begin as markup."""
    return first_byte(payload) == b"<"


def next_state(payload: RawPayload) -> Any:
    """The state of a page that is made by Next.js, in its script `__NEXT_DATA__`; None where there is none
    that can be read."""
    found: Iterator[str] = scripts(decode_payload(payload).text, _NEXT)
    try:
        return parse_json(next(found, ""), strict=False)
    except ValueError:
        return None
