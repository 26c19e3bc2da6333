"""Localist, the calendar of many universities and cities: its API, and the events in its pages' templates
(https://developer.localist.com/doc/api)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import Document, parse, parse_text
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.values import at, html_line, html_lines, objects, text, truth
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window
from pipeline.money.cost import cost
from pipeline.text.decoding import http_url

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
_OWN_SITES: Final = ("www.localist.com", "developer.localist.com", "support.localist.com")
_MODES: Final = {"inperson": sdk.Online.NO, "virtual": sdk.Online.YES, "hybrid": sdk.Online.BOTH}


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalistConfig:
    """Which calendar to read, and how far."""

    url: str = sdk.setting("The calendar's address, such as https://events.example.edu.")
    types: str = sdk.setting("Only events of these filters: their numbers, separated by commas.")
    token: bool = sdk.setting(
        "Send the source's key as a bearer token; where a calendar asks for one.", False
    )
    max_pages: int = sdk.setting(f"Pages of {_SIZE} events that one run asks for, at most.", 40)


class LocalistConnector(sdk.EventList):
    """Reads `/api/2/events`, and pages whose template spells out each event's variables."""

    metadata = sdk.Metadata(
        name="localist",
        title="Localist",
        type=sdk.SourceType.API,
        tier=sdk.Tier.DOCUMENTED,
        hosts=("localist.com",),
        allows="read public events of one calendar, 100 a page, 370 days ahead at most",
        quota="none is stated; each calendar is asked as its robots.txt says",
        storage="as the API's terms of use and the calendar's owner allow",
        attribution="the calendar's name with a link to the event",
        sunset="the owner of a calendar now needs a paid licence and a key for its API (help.concept3d.com); where it is refused, use the calendar's .ics",
        terms="https://developer.localist.com/doc/api",
        variables=("LOCALIST_API_KEY",),
        credential=sdk.CredentialKind.KEY,
        link="https://developer.localist.com/doc/api",
    )
    config_type = LocalistConfig
    marks = ((b'"event_instances"',),)
    credential = sdk.Key(header="Authorization", form="Bearer {}", switch="token")
    errors = ("error", "message")
    probe = ("api/2/events", {"pp": "1"})
    hosted = True
    page_sign = _PAGE

    @classmethod
    def recognizes(cls, payload: sdk.RawPayload) -> float:
        """0.95 for a page with events in its template; else as an answer of the API."""
        markup = sdk.first_byte(payload) == b"<"
        templated = any(sign in payload.content for sign in _TEMPLATE)
        widget = markup and all(sign in payload.content for sign in _WIDGET)
        return 0.95 if templated or widget else super().recognizes(payload)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for an answer of the API with events."""
        items = _items(value)[:20]
        return 0.97 if items and all("event_instances" in one and "title" in one for one in items) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Calendars on localist.com, and the API's path on any host."""
        try:
            path = urlsplit(url).path
        except ValueError:
            return None
        ours = sdk.is_on(url, cls.metadata.hosts) and not sdk.is_on(url, _OWN_SITES)
        return {"url": values.site(url)} if ours or _API.match(path) else None

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Pages by number within the window, 370 days at most."""
        yield from self.pages(params, http, until=_last_day(params).astimezone(UTC))

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: int) -> sdk.RawPayload:
        """One page of events."""
        query = [
            ("start", f"{Window.of(params).start:%Y-%m-%d}"),
            ("end", f"{_last_day(params):%Y-%m-%d}"),
            ("pp", str(min(_SIZE, params.limit or _SIZE))),
            *(("type[]", one.strip()) for one in self.config.types.split(",") if one.strip()),
            ("page", str(here)),
        ]
        return self.ask(http, "api/2/events", query, conditional=here == 1)

    def onward(self, value: Any, here: int) -> int | None:
        """The next page by the answer's count of pages; without one, after a full page."""
        count, total = len(_items(value)), at(value, "page", "total")
        more = count > 0 and (here < total if isinstance(total, int) else count >= _SIZE)
        return here + 1 if more else None

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of an answer, each with instances or dates."""
        items = _items(value)
        if not items and at(value, "events") != []:
            said = cls.error_of(value) or "the answer has no list of events"
            raise sdk.SchemaChanged(f"no events of Localist: {said}")
        if items and not any("event_instances" in item or "first_date" in item for item in items):
            raise sdk.SchemaChanged("a list, but not of Localist's events: none has instances or dates")
        return items

    def has_more(self, value: Any, items: list[Any]) -> bool:
        """Whether the answer is one page of several."""
        pages = at(value, "page", "total")
        return isinstance(pages, int) and pages > 1

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> Iterator[sdk.RawRecord | sdk.Dropped]:
        """One record for each instance that an event of the API brings, known by the instance's number."""
        title = html_line(item, "title")
        unfit = next((word for word in ("private", "rejected") if truth(item.get(word))), "")
        if unfit:
            yield values.dropped(unfit, item, item.get("id"), title)
            return
        fields = {**_common(item), **_place(item), **_details(item), "name": item.get("id"), "title": title}
        fields["description"] = text(item, "description") or text(item, "description_text")
        listed = objects(item, "event_instances")
        instances = objects([one.get("event_instance") or one for one in listed])
        if not instances:
            yield values.event(item, start=item.get("first_date"), **fields)
        series = sdk.Recurrence(series_id=text(item, "id")) if truth(item.get("recurring")) else None
        starts = [read_moment(one.get("start")) for one in instances]
        for place in values.touching(starts, Window.of(params)):
            one = instances[place]
            day = truth(one.get("all_day"))
            start, end = (text(one, name)[:10] if day else one.get(name) for name in ("start", "end"))
            times: dict[str, Any] = {"start": start, "end": end, "all_day": day}
            yield values.event(item, recurrence_id=text(one, "id"), recurrence=series, **times, **fields)

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events of an answer or of a page. Raises SchemaChanged for an error and for pages without
        events in their template."""
        if sdk.first_byte(payload) != b"<":
            return super().read(payload, params)
        document = parse(payload, params.base_url)
        items = [*_templates(document), *_scripts(document)] if document else []
        if not items:
            raise sdk.SchemaChanged("no events in this page's template; read the calendar's API, or its .ics")
        return self.page(payload, map(_shown, items), params)


def _last_day(params: sdk.FetchParams) -> datetime:
    window = Window.of(params)
    return min(window.end, window.start + timedelta(days=_DAYS))


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
            if len(path) == 1:
                item[path[0]] = _inside(part)
            elif len(path) == 2 and isinstance(item.setdefault(path[0], {}), dict):
                item[path[0]][path[1]] = _inside(part)
        yield item


def _inside(part: lxml_html.HtmlElement) -> str:
    """Text of a template; of one that holds an image its markup."""
    image = part.find(".//img")
    whole = "".join(part.itertext()).strip()
    return whole if image is None else lxml_html.tostring(image, encoding="unicode")


def _scripts(document: Document) -> Iterator[dict[str, Any]]:
    """Events that lie as JSON in a script of the page's elements."""
    for script in document.root.iterfind(".//script[@type='application/json']"):
        try:
            event = at(parse_json(script.text or "", strict=False), "event")
        except ValueError:
            continue
        if isinstance(event, dict) and "starts_at" in event:
            yield event


def _shown(item: dict[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    """An event as the variables of a page's template tell it: one date, no number; its address is its
    name."""
    url = http_url(text(item, "url").partition("?utm_")[0])
    venue = values.venue(
        name=html_line(item, "place", "visible_name") or html_line(item, "location_name"),
        address=html_line(item, "place", "address"),
    )
    return values.event(
        item,
        name=values.url_identity(url) if url else "",
        title=html_line(item, "name"),
        description=text(item, "description_text"),
        start=text(item, "starts_at") or item.get("first_date"),
        end=item.get("ends_at"),
        venue=venue,
        url=url,
        tags=html_lines([*_list(item.get("keywords")), *_list(item.get("tags"))]),
        categories=html_lines(_list(item.get("event_types"))),
        images=_pictures(text(item, "img_html")),
        registration_required=truth(item.get("needs_registration")),
        **_common(item),
    )


def _common(item: Mapping[str, Any]) -> dict[str, Any]:
    said, website = text(item, "status").lower(), http_url(text(item, "website"))
    return {
        "status": values.status(said),
        "sold_out": said == "sold_out",
        "online": str(_MODES.get(text(item, "experience").lower(), "")),
        "metadata": values.filled(room=html_line(item, "room_number"), website=website),
    }


def _place(item: Mapping[str, Any]) -> dict[str, Any]:
    geo = item.get("geo")
    parts = html_lines(at(geo, name) for name in ("street", "city", "state", "zip"))
    return {
        "venue": values.venue(
            name=html_line(item, "location_name") or html_line(item, "location"),
            address=html_line(item, "address") or ", ".join(parts),
            city=html_line(geo, "city"),
            country=html_line(geo, "country"),
            point=(at(geo, "latitude"), at(geo, "longitude")),
            localist=text(item, "venue_id"),
        ),
        "online_url": http_url(text(item, "stream_url")),
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    filters = item.get("filters")
    hosts = [*objects(item, "departments"), *objects(item, "groups"), *objects(filters, "departments")]
    host, seen = html_line(hosts, 0, "name"), values.number(item, "detail_views")
    return {
        "url": http_url(text(item, "localist_url")) or http_url(text(item, "url")),
        "ticket_url": http_url(text(item, "ticket_url")),
        **cost([html_line(item, "ticket_cost")], free=truth(item.get("free")) or None),
        "categories": html_lines(one.get("name") for one in objects(filters, "event_types")),
        "tags": html_lines([*_list(item.get("tags")), *_list(item.get("keywords"))]),
        "images": values.images([(text(item, "photo_url"), "", "")]),
        "organizer": values.organizer(host),
        "popularity": values.filled(views=seen),
    }


def _list(value: Any) -> list[Any]:
    """A list, or text with commas as one."""
    return value if isinstance(value, list) else text(value).split(",")


def _pictures(markup: str) -> tuple[sdk.Image, ...]:
    document = parse_text(markup[:5_000], "") if "<img" in markup else None
    tags = document.root.iter("img") if document else []
    return values.images((tag.get("src") or "", html_line(tag.get("alt")), "") for tag in tags)
