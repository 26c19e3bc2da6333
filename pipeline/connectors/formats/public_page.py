"""Platforms whose public pages start from JSON state that holds their events: read without a key, beside an
API, calendar feeds and lists that somebody else took."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.formats.ical.feeds import is_feed, read_feed
from pipeline.connectors.formats.json_feed.taken import is_taken, read_taken
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.support.inline import scripts
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.platform import Platform, first_byte, json_of
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload

_NEXT: Final = '<script id="__NEXT_DATA__"'


class PublicPages(Platform):
    """A subclass tells its pages and answers apart from others, and reads each.

    `page_score` and `answer_score`: how surely a page with state, and an answer, are the platform's.
    `feed_id` finds the platform's own id in a UID of its calendar feeds; None where it has no feeds."""

    page_score: ClassVar[float] = 0.95
    answer_score: ClassVar[float] = 0.97
    feed_id: ClassVar[patterns.Pattern[str] | None] = None

    @classmethod
    def has_state(cls, payload: RawPayload) -> bool:
        """Whether this is one of the platform's pages with such a state."""
        raise NotImplementedError

    @classmethod
    def may_answer(cls, payload: RawPayload) -> bool:
        """Whether it is worth parsing the payload for `is_answer`."""
        raise NotImplementedError

    @classmethod
    def is_answer(cls, value: Any) -> bool:
        """Whether JSON is surely an answer of the platform's API."""
        raise NotImplementedError

    @classmethod
    def id_in(cls, url: str) -> str:
        """The platform's id of an event in the address of its page, '' where there is none."""
        raise NotImplementedError

    def read_state(self, payload: RawPayload, params: FetchParams) -> Page | None:
        """The events of a page's state; None where it has none."""
        raise NotImplementedError

    def read_answer(self, payload: RawPayload, value: Any, params: FetchParams) -> Page | None:
        """The events of an answer of the API; None for other JSON. Raises what an error in it says."""
        raise NotImplementedError

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """`page_score` for a page with state, `answer_score` for an answer of the API, 0.9 for a list of
        nothing but the platform's events."""
        if cls.has_state(payload):
            return cls.page_score
        if cls.may_answer(payload):
            try:
                if cls.is_answer(json_of(payload)):
                    return cls.answer_score
            except SchemaChanged:
                return 0.0
        return 0.9 if is_taken(payload, cls.metadata.hosts) else 0.0

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """A calendar feed, a public page (by its state, else by its structured data), an answer of the API, or
        a list that somebody took. Raises SchemaChanged for anything else."""
        if self.feed_id is not None and is_feed(payload):
            return read_feed(payload, params, self.feed_id)
        page = self.read_state(payload, params)
        if page is not None:
            return page
        if is_html(payload):
            return PageConnector(PageConfig(words=False)).read(payload, params)
        answer = self.read_answer(payload, json_of(payload), params)
        return answer if answer is not None else read_taken(payload, params, self.id_in)


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
