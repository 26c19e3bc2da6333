"""Connectors and what they read with: `connector:NAME` for each, given a hostile payload."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from pipeline.connectors.detect import by_address, by_content, declared
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.page import read_fragment
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload
from tests.hostile.readers import Reader
from tests.pipeline.connectors.reading import params

LONGEST = 20_000
#: What they bear is bounded by their own limits (of a heading, of nesting), which shorter texts do not reach.
_LONGER = {"mail": 80_000, "scraper": 160_000, "rss": 80_000}
_ADDRESS = "https://events.example/x"
_HTML = "text/html"
_CONFIGS: dict[str, dict[str, Any]] = {
    "scraper": {"container": "li", "title": "b", "date": "p", "location": "i", "link": "a", "price": "em"},
}
_Make = Callable[[str], str]


def _calendar(text: str) -> str:
    """The text as values, as parameters, as a line, as a zone's name, and around it all."""
    names = (
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "GEO",
        "URL",
        "ATTACH",
        "ORGANIZER",
    )
    part = text[: len(text) // 4]
    values = "\n".join(f"{name}:{part[: len(part) // len(names)]}" for name in names)
    event = f"BEGIN:VEVENT\nUID:1\nDTSTART;TZID={part}:20261201T190000\nSUMMARY;X={part}:a\n{values}\n{part}\nEND:VEVENT"
    return f"{part}\nBEGIN:VCALENDAR\nX-WR-TIMEZONE:{part}\n{event}\nEND:VCALENDAR\n"


def _feed(text: str) -> str:
    names = ("title", "link", "guid", "description", "pubDate", "category", "startdate", "location", "cost")
    part = escape(text[: len(text) // len(names)])
    return (
        f"<rss><channel><item>{''.join(f'<{name}>{part}</{name}>' for name in names)}</item></channel></rss>"
    )


def _raw_feed(text: str) -> str:
    return f"<rss><channel><item><title>a</title><description>{text}</description></item></channel></rss>"


def _page(text: str) -> str:
    return f"<!doctype html><body><h1>Events</h1><ul><li><b>Concert</b><p>January 15, 2027 8:00 pm</p>{text}</li></ul>"


def _linked_data(text: str) -> str:
    part = text[: len(text) // 8]
    event: dict[str, Any] = dict.fromkeys(
        ("name", "startDate", "endDate", "duration", "description", "url", "keywords"), part
    )
    event |= {
        "@type": "Event",
        "location": {"@type": "Place", "name": part, "geo": part},
        "offers": {"@type": "Offer", "price": part},
    }
    return f'<!doctype html><script type="application/ld+json">{json.dumps(event)}</script>'


def _microdata(text: str) -> str:
    part = escape(text[: len(text) // 4])
    return (
        f'<!doctype html><div itemscope itemtype="https://schema.org/Event"><i itemprop=name>{part}</i><i itemprop=startDate>{part}</i></div>'
        f'<div class="vevent"><i class=summary>a</i><i class=dtstart><b class=value>{part}</b></i><i class=location>{part}</i></div>'
    )


def _json(text: str) -> str:
    """The text in each field that an event may have, by the first name that publishers use for it."""
    part = text[: len(text) // len(NAMES)]
    whole = {names[0]: part for names in NAMES.values()}
    return json.dumps(
        [
            whole,
            {"title": "a", "start": text},
            {"title": "a", "start": "2027-01-15", "starttime": text},
            {"title": text, "start": "2027-01-15"},
        ]
    )


def _mail(text: str) -> str:
    part = text[: len(text) // 4]
    headings = f"From: {part}\nTo: {part}\nSubject: {part}\nDate: Wed, 25 Nov 2026 10:00:00 -0700\nContent-Type: text/plain; charset={part[:2_000]}"
    return f"{headings}\n\nBegin forwarded message:\n{part}\nConcert on 15 January 2027 at 8pm\n"


def _own_json(text: str) -> str:
    """An answer in which all that the platforms ask for is the text."""
    names = (
        "id",
        "name",
        "title",
        "start",
        "start_date",
        "start_time",
        "date",
        "url",
        "description",
        "venue",
        "location",
        "city",
        "price",
        "timezone",
        "status",
    )
    event: dict[str, Any] = dict.fromkeys(names, text[: len(text) // len(names)])
    return json.dumps(
        {
            "data": [event],
            "events": [event],
            "results": [event],
            "items": [event],
            "entries": [event],
            "type": text[:1_000],
        }
    )


_FORMATS: dict[str, tuple[tuple[_Make, str], ...]] = {
    "ical": ((_calendar, "text/calendar"),),
    "rss": ((_feed, "application/rss+xml"), (_raw_feed, "application/rss+xml")),
    "page": ((_page, _HTML), (_linked_data, _HTML), (_microdata, _HTML)),
    "json_feed": (
        (_json, "application/json"),
        (lambda text: f"title,date,venue\n{text},{text},{text}\n", "text/csv"),
    ),
    "mail": ((_mail, "message/rfc822"),),
    "text": ((lambda text: f"Concert\nThursday 15 January 2027, 8pm\n{text}", "text/plain"),),
    "scraper": ((_page, _HTML),),
}


def _reading(name: str, make: _Make, content_type: str) -> Callable[[str], object]:
    kind = CONNECTORS[name]
    connector = kind(kind.config_type(**_CONFIGS.get(name, {})))

    def read(text: str) -> object:
        payload = RawPayload(
            url=_ADDRESS, content=make(text).encode("utf-8", "replace"), content_type=content_type
        )
        try:
            kind.recognizes(payload)
            kind.config_for(f"https://{(kind.metadata.hosts or ('a.example',))[0]}/{text}")
            kind.config_from_page(text, _ADDRESS)
            return list(connector.read(payload, params()).records)
        except SourceError as refused:
            return refused

    return read


def _detect(text: str) -> object:
    payload = RawPayload(url=_ADDRESS, content=text.encode("utf-8", "replace"))
    return (
        by_content(payload),
        declared(RawPayload(url=_ADDRESS, content=_page(text).encode("utf-8", "replace"))),
        by_address(text),
    )


def _readers() -> list[Reader]:
    found = [Reader(name="detect", call=_detect, longest=LONGEST)]
    found.append(
        Reader(
            name="fragment",
            call=lambda text: read_fragment(f'<p class="h-event">{text}', params(), _ADDRESS),
            longest=LONGEST,
        )
    )
    for name in CONNECTORS:
        for place, (make, content_type) in enumerate(_FORMATS.get(name, ((_own_json, "application/json"),))):
            title = (
                f"connector:{name}" if not place else f"{name} {make.__name__.strip('_').replace('_', ' ')}"
            )
            found.append(
                Reader(
                    name=title,
                    call=_reading(name, make, content_type),
                    longest=_LONGER.get(name, LONGEST),
                    every=6 if name == "mail" else 1,
                )
            )
    return found


READERS: tuple[Reader, ...] = tuple(_readers())
