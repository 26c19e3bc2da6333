"""The Events Calendar, a plugin of WordPress: its REST API v1
(https://theeventscalendar.com/knowledgebase/introduction-to-the-events-calendar-rest-api/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from pipeline import patterns
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import json_of, setting
from pipeline.connectors.support.values import at, html_line, html_lines, objects, text, truth
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, OrganizerType, SourceType, Status, Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.normalized import OrganizerRef
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window
from pipeline.text.decoding import http_url

#: The plugin gives at most 50 a page (`tribe_rest_event_max_per_page`).
_SIZE: Final = 50
_PRETTY: Final = patterns.compile(
    r"^(https?://[^\s\"'<>?]{4,300}/wp-json/tribe/events/v1)(?:/|$)", patterns.IGNORECASE
)
_PLAIN: Final = patterns.compile(
    r"^(https?://[^\s\"'<>?]{4,300}/\?rest_route=/tribe/events/v1)", patterns.IGNORECASE
)
_LINK: Final = patterns.compile(
    r"""href=["'](https?://[^"']{4,300}(?:/wp-json/|\?rest_route=/)tribe/events/v1[^"']{0,80})["']""",
    patterns.IGNORECASE,
)
_CURRENCY: Final = patterns.compile(r"[A-Z]{3}")
#: The plugin's word for an archive without events, in versions that answer it with 404.
_NOTHING: Final = "event-archive-page-not-found"
_STATUSES: Final = {
    "cancel": Status.CANCELLED,
    "postpon": Status.POSTPONED,
    "resched": Status.RESCHEDULED,
    "moved": Status.MOVED_ONLINE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TribeConfig:
    """Which site to read, and how far."""

    url: str = setting("The site's address, or that of its API (…/wp-json/tribe/events/v1).")
    categories: str = setting(
        "Only events of these categories: names in addresses or numbers, separated by commas."
    )
    max_pages: int = setting(f"Pages of {_SIZE} events that one run asks for, at most.", 40)


class TribeConnector(JsonApi):
    """Reads the calendar of one WordPress site by pages within the window. Each occurrence of a recurring
    event has an id of its own there."""

    metadata: ClassVar[Metadata] = Metadata(
        name="tribe",
        title="The Events Calendar (WordPress)",
        type=SourceType.API,
        tier=Tier.PROVED,
        allows="read the published events of the site, as its pages show them",
        quota="none is stated; each site is a server of its own",
        storage="as the site's own terms say",
        attribution="the site's name with a link to the event",
        terms="each site's own",
        link="https://theeventscalendar.com/knowledgebase/introduction-to-the-events-calendar-rest-api/",
    )
    config_type: ClassVar[type[TribeConfig]] = TribeConfig
    marks = ((b'"start_date"', b'"utc_start_date"'),)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for an answer of the API that holds an event, one event included."""
        return 0.97 if any(_is_event(item) for item in _items(value)[:20]) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Addresses of the API, with pretty paths or with `?rest_route=`."""
        found = _PRETTY.match(url) or _PLAIN.match(url)
        return {"url": found.group(1)} if found else None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The API that the plugin names in the head of every page of a site that has it."""
        found = _LINK.search(html)
        return cls.config_for(found.group(1).replace("&amp;", "&")) if found else None

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where the address is none."""
        self._api()

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages by number within the window, on the site alone."""
        yield from self.pages(params, http, until=Window.of(params).end)

    def ask_page(self, params: FetchParams, http: HttpClient, here: int) -> RawPayload | None:
        """One page of events; None where the site has no such page any more."""
        window, base = Window.of(params), self._api() + "/events"
        query = {
            "page": str(here),
            "per_page": str(min(_SIZE, params.limit or _SIZE)),
            "start_date": f"{window.start:%Y-%m-%d} 00:00:00",
            "end_date": f"{window.end:%Y-%m-%d} 23:59:59",
            "status": "publish",
            **({"categories": self.config.categories} if self.config.categories else {}),
        }
        try:
            return self.ask(
                http, f"{base}{'&' if '?' in base else '?'}{urlencode(query)}", conditional=here == 1
            )
        except ClientRefused as error:
            if here > 1 and error.status in (400, 404):
                return None
            raise

    def onward(self, value: Any, here: int) -> int | None:
        """The next page where the answer names one, or counts one."""
        more = bool(at(value, "next_rest_url")) or here < (values.number(value, "total_pages") or 0)
        return here + 1 if more else None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer. Raises SchemaChanged for an error and for what is no answer of this
        API."""
        value = json_of(payload)
        items = _items(value)
        none = isinstance(value, dict) and (value.get("events") == [] or value.get("code") == _NOTHING)
        if not none and not any("start_date" in item or "utc_start_date" in item for item in items):
            said = html_line(value, "message") or "the answer has no list of events"
            raise SchemaChanged(f"no events of The Events Calendar: {said}")
        listed = isinstance(value, dict) and (none or ("events" in value and not value.get("next_rest_url")))
        records = values.told_apart(map(_record, items[: params.limit]))
        cut = params.limit is not None or not listed
        return Page(payload=payload, records=records, coverage=Coverage.PARTIAL, cut=cut)

    def _api(self) -> str:
        found = self.config_for(self.config.url)
        return str(found["url"]) if found else values.site(self.config.url) + "/wp-json/tribe/events/v1"


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict) and "events" in value:
        return objects(value["events"])
    return [value] if _is_event(value) else objects(value) if isinstance(value, list) else []


def _is_event(value: Any) -> bool:
    signs = ("rest_url", "global_id", "start_date_details")
    return values.has_all(value, ("title", "utc_start_date")) and any(sign in value for sign in signs)


def _record(item: dict[str, Any]) -> RawRecord | Dropped:
    if truth(item.get("hide_from_listings")):
        return values.dropped("hidden from listings", item, item.get("id"), html_line(item, "title"))
    zone, day = values.zone(item.get("timezone")), truth(item.get("all_day"))
    start, end = _moment(item, "start_date", zone), _moment(item, "end_date", zone)
    facts = values.Facts(
        item=item,
        id=item.get("id") or item.get("global_id"),
        title=text(item, "title"),
        description=text(item, "description") or text(item, "excerpt"),
        start=start.date() if day and isinstance(start, datetime) else start,
        end=end.date() if day and isinstance(end, datetime) else end,
    )
    return values.record(facts, all_day=day, timezone=zone, **_place(item), **_details(item), **_price(item))


def _moment(item: Mapping[str, Any], name: str, zone: str) -> Any:
    """The site's local time; where its zone has no name ("UTC-8"), with the offset by which it differs from
    the time in UTC."""
    local, utc = read_moment(item.get(name)), read_moment(item.get(f"utc_{name}"))
    if not isinstance(local, datetime) or not isinstance(utc, datetime) or zone or local.tzinfo or utc.tzinfo:
        return item.get(name) if local is None else local
    offset = local - utc
    known = abs(offset) <= timedelta(hours=14)
    return local.replace(tzinfo=timezone(offset)) if known else utc.replace(tzinfo=UTC)


def _place(item: Mapping[str, Any]) -> dict[str, Any]:
    place, virtual = next(iter(objects(item, "venue")), {}), truth(item.get("is_virtual"))
    region = place.get("stateprovince") or place.get("state") or place.get("province")
    return {
        "venue": values.venue(
            name=html_line(place, "venue"),
            address=", ".join(
                html_lines((place.get("address"), place.get("city"), region, place.get("zip")))
            ),
            city=html_line(place, "city"),
            country=html_line(place, "country"),
            point=(place.get("geo_lat"), place.get("geo_lng")),
        ),
        "online": str(Online.BOTH if place.get("venue") else Online.YES) if virtual else "",
        "online_url": http_url(text(item, "virtual_url")) if virtual else "",
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    said = text(item, "event_status").lower() or text(item, "status").lower()
    picture, host = item.get("image"), next(iter(objects(item, "organizer")), {})
    name, website = html_line(host, "organizer"), http_url(text(item, "website"))
    home = http_url(text(host.get("website") or host.get("url")))
    image = (text(picture, "url") or text(picture), html_line(picture, "alt"), html_line(picture, "caption"))
    return {
        "status": str(next((word for start, word in _STATUSES.items() if start in said), "")),
        "url": http_url(text(item, "url")),
        "categories": html_lines(one.get("name") for one in objects(item, "categories")),
        "tags": html_lines(one.get("name") for one in objects(item, "tags")),
        "images": values.images([image]),
        "organizer": OrganizerRef(name=name, type=OrganizerType.UNKNOWN, url=home) if name else None,
        "metadata": {"website": website} if website and website != text(item, "url") else {},
    }


def _price(item: Mapping[str, Any]) -> dict[str, Any]:
    cost, code = html_line(item, "cost"), text(item, "cost_details", "currency_code")
    told = at(item, "cost_details", "values")
    amounts = [values.amount(text(one)) for one in (told if isinstance(told, list) else [])]
    prices = [one for one in amounts if one is not None]
    free = values.is_free_text(cost) or (bool(prices) and max(prices) == 0)
    return {
        "price_text": cost,
        **values.price_span(prices),
        "price_currency": code if _CURRENCY.fullmatch(code) else "",
        "is_free": True if free else None,
    }
