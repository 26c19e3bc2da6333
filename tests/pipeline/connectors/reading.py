"""Helpers for tests of connectors.

A clock, a payload from text, records from a connector, and a table as HTTP client.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.connectors.formats.json_feed import JsonFeedConfig, JsonFeedConnector
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.formats.rss import RssConfig, RssConnector
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.http import Response
from pipeline.contract.http_errors import NotModified
from pipeline.contract.raw import RawPayload, RawRecord

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://town.example/calendar"


def params(**changes: Any) -> FetchParams:
    return FetchParams(
        **{"now": NOW, "start": NOW - timedelta(days=30), "end": NOW + timedelta(days=400)} | changes
    )


def payload(text: str | bytes, *, url: str = URL, content_type: str = "") -> RawPayload:
    return RawPayload(
        url=url, content=text.encode() if isinstance(text, str) else text, content_type=content_type
    )


def page(text: str | bytes, **config: Any) -> Page:
    return PageConnector(PageConfig(**config)).read(payload(text), params())


def rss(text: str | bytes, **config: Any) -> Page:
    return RssConnector(RssConfig(**config)).read(payload(text), params())


def json_feed(text: str | bytes, **config: Any) -> Page:
    return JsonFeedConnector(JsonFeedConfig(**config)).read(payload(text), params())


def kept(answer: Page) -> list[RawRecord]:
    """The records of a page without drops."""
    records = list(answer.records)
    assert all(isinstance(record, RawRecord) for record in records), records
    return records


def only(answer: Page) -> RawRecord:
    """The one record of a page."""
    (record,) = kept(answer)
    return record


def reasons(answer: Page) -> list[str]:
    """For each record the reason why it was dropped, '' where it was kept."""
    return ["" if isinstance(record, RawRecord) else record.reason for record in answer.records]


class TableHttpClient:
    """Answers from a table of bodies by URL; a body of None is a 304. It stores the requests."""

    def __init__(self, bodies: Mapping[str, str | None], content_type: str = "application/json") -> None:
        self.bodies = bodies
        self.content_type = content_type
        self.asked: list[tuple[str, bool]] = []

    def get(
        self, url: str, *, params: Any = None, headers: Any = None, conditional: bool = False
    ) -> Response:
        self.asked.append((url, conditional))
        body = self.bodies[url]
        if body is None:
            raise NotModified("unchanged", url=url)
        return Response(
            url=url,
            status=200,
            headers={"content-type": self.content_type},
            content=body.encode(),
            fetched_at=NOW,
        )

    def post(self, url: str, *, json: Any = None, data: Any = None, headers: Any = None) -> Response:
        raise AssertionError("nothing is posted")
