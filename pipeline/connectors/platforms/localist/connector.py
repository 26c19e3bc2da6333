"""Localist, the calendar of many universities and cities: its API, and the events in its pages' templates."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlencode, urlsplit

from lxml import html as lxml_html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import Document, parse
from pipeline.connectors.platforms.localist.event import of_api, of_template
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.platform import Platform, glance, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import (
    at,
    html_line,
    objects,
    own_address,
    settled,
    site,
    text,
    told_apart,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload
from pipeline.dates.window import Window

#: What the API grants: events a page, and days ahead of the start that is asked for.
_SIZE: Final = 100
_DAYS: Final = 370

_TEMPLATE: Final = (b"ele-prop='event.starts_at'", b'ele-prop="event.starts_at"')
_WIDGET: Final = (b'"starts_at"', b'"event_type"', b"localist")
_API: Final = patterns.compile(r"/api/2(\.\d)?/events")
_PAGE: Final = patterns.compile(
    r'content="Localist Event Calendar Software"|<meta name="localist-page"|localist-images\.azureedge\.net/packs/',
    patterns.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalistConfig:
    """Which calendar to read, and how far."""

    url: str = setting("The calendar's address, such as https://events.example.edu.")
    types: str = setting("Only events of these filters: their numbers, separated by commas.")
    token: bool = setting("Send the source's key as a bearer token; where a calendar asks for one.", False)
    max_pages: int = setting(f"Pages of {_SIZE} events that one run asks for, at most.", 40)


class LocalistConnector(Platform):
    """Reads `/api/2/events`, and pages whose template spells out each event's variables."""

    metadata: ClassVar[Metadata] = Metadata(
        name="localist",
        title="Localist",
        type=SourceType.API,
        tier=Tier.DOCUMENTED,
        hosts=("localist.com",),
        allows="read public events of one calendar, 100 a page, 370 days ahead at most",
        quota="none is stated; each calendar is asked as its robots.txt says",
        storage="as the API's terms of use and the calendar's owner allow",
        attribution="the calendar's name with a link to the event",
        sunset="the owner of a calendar now needs a paid licence and a key for its API (help.concept3d.com); where it is refused, use the calendar's .ics",
        terms="https://developer.localist.com/doc/api",
        variables=("LOCALIST_API_KEY",),
        credential=CredentialKind.KEY,
        link="https://developer.localist.com/doc/api",
    )
    config_type: ClassVar[type[LocalistConfig]] = LocalistConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.97 for an answer of the API with events, 0.95 for a page with events in its template; 0 for all
        else."""
        content = payload.content
        if any(sign in content for sign in _TEMPLATE) or (
            content.lstrip()[:1] == b"<" and all(sign in content for sign in _WIDGET)
        ):
            return 0.95
        items = _items(glance(payload, b'"event_instances"'))
        return (
            0.97
            if items and all("event_instances" in item and "title" in item for item in items[:20])
            else 0.0
        )

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Calendars on localist.com, and the API's path on any host."""
        try:
            path = urlsplit(url).path
        except ValueError:
            return None
        ours = is_on(url, cls.metadata.hosts) and not is_on(
            url, ("www.localist.com", "developer.localist.com", "support.localist.com")
        )
        return {"url": site(url)} if ours or _API.match(path) else None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The calendar whose page says that it is made by Localist."""
        own = own_address(html, url)
        return {"url": own} if own and _PAGE.search(html) else None

    def check_credentials(self, http: HttpClient) -> None:
        """Asks for one event. Raises ClientRefused where the calendar wants a key, CredentialsMissing where
        `token` is set without one."""
        answer = json_of(
            payload_of(http.get(f"{site(self.config.url)}/api/2/events?pp=1", headers=self._headers()))
        )
        if not isinstance(at(answer, "events"), list):
            raise SchemaChanged(
                f"no answer of Localist: {html_line(at(answer, 'error')) or 'it has no list of events'}"
            )

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages by number within the window, 370 days at most. WINDOWED; PARTIAL and cut where `max_pages` or
        a limit ends it."""
        window = Window.of(params)
        end = min(window.end, window.start + timedelta(days=_DAYS))
        query = [
            ("start", f"{window.start:%Y-%m-%d}"),
            ("end", f"{end:%Y-%m-%d}"),
            ("pp", str(min(_SIZE, params.limit or _SIZE))),
        ]
        query += [("type[]", one.strip()) for one in self.config.types.split(",") if one.strip()]
        left = params.limit
        for number in range(1, max(1, self.config.max_pages) + 1):
            address = f"{site(self.config.url)}/api/2/events?{urlencode([*query, ('page', str(number))])}"
            payload = payload_of(http.get(address, conditional=number == 1, headers=self._headers()))
            page = self.read(payload, replace(params, limit=left))
            answer = json_of(payload)
            asked = len(_items(answer))
            left = None if left is None else left - asked
            total = at(answer, "page", "total")
            more = asked > 0 and (number < total if isinstance(total, int) else asked >= _SIZE)
            stopped = (more and number == self.config.max_pages) or (left is not None and left <= 0)
            coverage = Coverage.PARTIAL if stopped or params.limit else Coverage.WINDOWED
            yield replace(page, coverage=coverage, covered_until=end.astimezone(UTC), cut=stopped)
            if stopped or not more:
                return

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer or of a page. Raises SchemaChanged for an error and for pages without
        events in their template."""
        if payload.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            return self._read_page(payload, params)
        value = json_of(payload)
        items = _items(value)
        if not items and not (isinstance(value, dict) and value.get("events") == []):
            raise SchemaChanged(
                f"no events of Localist: {html_line(at(value, 'error')) or html_line(at(value, 'message')) or 'the answer has no list of events'}"
            )
        if items and not any("event_instances" in item or "first_date" in item for item in items):
            raise SchemaChanged("a list, but not of Localist's events: none has instances or dates")
        records = told_apart(one for item in items[: params.limit] for one in of_api(item, params))
        pages = at(value, "page", "total")
        whole = params.limit is None and (not isinstance(pages, int) or pages <= 1)
        return Page(payload=payload, records=records, coverage=Coverage.PARTIAL, cut=not whole)

    def _read_page(self, payload: RawPayload, params: FetchParams) -> Page:
        document = parse(payload, params.base_url)
        items = [*_templates(document), *_scripts(document)] if document else []
        if not items:
            raise SchemaChanged("no events in this page's template; read the calendar's API, or its .ics")
        records = settled([of_template(item) for item in items])[: params.limit]
        return Page(payload=payload, records=records, coverage=Coverage.PARTIAL, cut=params.limit is not None)

    def _headers(self) -> dict[str, str] | None:
        return {"Authorization": f"Bearer {self.key()}"} if self.config.token else None


def _items(value: Any) -> list[dict[str, Any]]:
    """The events of an answer: each lies in an object of its own under `event`."""
    listed = value.get("events") if isinstance(value, dict) and "events" in value else value
    return [
        one["event"] if isinstance(one.get("event"), dict) else one
        for one in objects(listed)
        if "event" in one or "event_instances" in one
    ]


def _templates(document: Document) -> Iterator[dict[str, Any]]:
    """Events whose variables stand in `<template ele-prop='event.…'>` elements side by side."""
    for start in document.root.iterfind(".//template[@ele-prop='event.starts_at']"):
        holder = start.getparent()
        item: dict[str, Any] = {}
        for part in holder.iterfind("template[@ele-prop]") if holder is not None else ():
            path = text(part.get("ele-prop")).split(".")[1:]
            value = _inside(part)
            if len(path) == 1:
                item[path[0]] = value
            elif len(path) == 2 and isinstance(item.setdefault(path[0], {}), dict):
                item[path[0]][path[1]] = value
        yield item


def _scripts(document: Document) -> Iterator[dict[str, Any]]:
    """Events that lie as JSON in a script of the page's elements."""
    for script in document.root.iterfind(".//script[@type='application/json']"):
        try:
            event = at(parse_json(script.text or "", strict=False), "event")
        except ValueError:
            continue
        if isinstance(event, dict) and "starts_at" in event:
            yield event


def _inside(part: lxml_html.HtmlElement) -> str:
    """Text of a template; of one that holds an image its markup."""
    image = part.find(".//img")
    return (
        lxml_html.tostring(image, encoding="unicode")
        if image is not None
        else "".join(part.itertext()).strip()
    )
