"""The Events Calendar, a plugin of WordPress: its REST API v1
(https://theeventscalendar.com/knowledgebase/introduction-to-the-events-calendar-rest-api/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from pipeline import patterns
from pipeline.connectors.support.platform import Platform, glance, json_of, payload_of
from pipeline.connectors.support.values import (
    Facts,
    amount,
    at,
    coordinates,
    dropped,
    html_line,
    html_lines,
    images,
    is_free_text,
    number,
    objects,
    record,
    site,
    text,
    told_apart,
    truth,
    zone,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, OrganizerType, SourceType, Status, Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.normalized import OrganizerRef, Venue
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

    url: str = field(
        default="", metadata={"help": "The site's address, or that of its API (…/wp-json/tribe/events/v1)."}
    )
    categories: str = field(
        default="",
        metadata={
            "help": "Only events of these categories: names in addresses or numbers, separated by commas."
        },
    )
    max_pages: int = field(
        default=40, metadata={"help": f"Pages of {_SIZE} events that one run asks for, at most."}
    )


class TribeConnector(Platform):
    """Reads the calendar of one WordPress site. Each occurrence of a recurring event has an id of its own
    there."""

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

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.97 for an answer of the API that holds an event, one event included; 0 for all else."""
        value = glance(payload, b'"start_date"', b'"utc_start_date"')
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
        """Pages by number within the window, on the site alone. WINDOWED; PARTIAL and cut where `max_pages`
        or a limit ends it."""
        window = Window.of(params)
        base = self._api() + "/events"
        query = {
            "per_page": str(min(_SIZE, params.limit or _SIZE)),
            "start_date": f"{window.start:%Y-%m-%d} 00:00:00",
            "end_date": f"{window.end:%Y-%m-%d} 23:59:59",
            "status": "publish",
            **({"categories": self.config.categories} if self.config.categories else {}),
        }
        left = params.limit
        for turn in range(1, max(1, self.config.max_pages) + 1):
            address = f"{base}{'&' if '?' in base else '?'}{urlencode({'page': str(turn), **query})}"
            try:
                payload = payload_of(http.get(address, conditional=turn == 1))
            except ClientRefused as error:
                if turn > 1 and error.status in (400, 404):
                    return
                raise
            page = self.read(payload, replace(params, limit=left))
            answer = json_of(payload)
            left = None if left is None else left - len(_items(answer))
            more = bool(at(answer, "next_rest_url")) or turn < (number(at(answer, "total_pages")) or 0)
            stopped = (more and turn == self.config.max_pages) or (left is not None and left <= 0)
            coverage = Coverage.PARTIAL if stopped or params.limit else Coverage.WINDOWED
            yield replace(page, coverage=coverage, covered_until=window.end, cut=stopped)
            if stopped or not more:
                return

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer. Raises SchemaChanged for an error and for what is no answer of this
        API."""
        value = json_of(payload)
        items = _items(value)
        none = isinstance(value, dict) and (value.get("events") == [] or value.get("code") == _NOTHING)
        if not none and not any("start_date" in item or "utc_start_date" in item for item in items):
            raise SchemaChanged(
                f"no events of The Events Calendar: {html_line(at(value, 'message')) or 'the answer has no list of events'}"
            )
        whole = (
            params.limit is None
            and isinstance(value, dict)
            and (none or ("events" in value and not value.get("next_rest_url")))
        )
        return Page(
            payload=payload,
            records=told_apart(map(_record, items[: params.limit])),
            coverage=Coverage.PARTIAL,
            cut=not whole,
        )

    def _api(self) -> str:
        found = self.config_for(self.config.url)
        return str(found["url"]) if found else site(self.config.url) + "/wp-json/tribe/events/v1"


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict) and "events" in value:
        return objects(value["events"])
    return [value] if _is_event(value) else objects(value) if isinstance(value, list) else []


def _is_event(value: Any) -> bool:
    marked = isinstance(value, dict) and (
        "rest_url" in value or "global_id" in value or "start_date_details" in value
    )
    return marked and "title" in value and "utc_start_date" in value


def _record(item: dict[str, Any]) -> RawRecord | Dropped:
    if truth(item.get("hide_from_listings")):
        return dropped("hidden from listings", item, item.get("id"), html_line(item.get("title")))
    where, place = zone(item.get("timezone")), next(iter(objects(item.get("venue"))), {})
    start, end = _moment(item, "start_date", where), _moment(item, "end_date", where)
    whole_day = truth(item.get("all_day"))
    facts = Facts(
        item=item,
        id=item.get("id") or item.get("global_id"),
        title=text(item.get("title")),
        description=text(item.get("description")) or text(item.get("excerpt")),
        start=start.date() if whole_day and isinstance(start, datetime) else start,
        end=end.date() if whole_day and isinstance(end, datetime) else end,
    )
    return record(
        facts, all_day=whole_day, timezone=where, **_place(item, place), **_details(item), **_price(item)
    )


def _moment(item: Mapping[str, Any], name: str, where: str) -> Any:
    """The site's local time; where its zone has no name ("UTC-8"), with the offset by which it differs from
    the time in UTC."""
    local, utc = read_moment(item.get(name)), read_moment(item.get(f"utc_{name}"))
    if (
        not isinstance(local, datetime)
        or not isinstance(utc, datetime)
        or where
        or local.tzinfo
        or utc.tzinfo
    ):
        return item.get(name) if local is None else local
    offset = local - utc
    return (
        local.replace(tzinfo=timezone(offset))
        if abs(offset) <= timedelta(hours=14)
        else utc.replace(tzinfo=UTC)
    )


def _place(item: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    lat, lng = coordinates(place.get("geo_lat"), place.get("geo_lng"))
    link = http_url(text(item.get("virtual_url"))) if truth(item.get("is_virtual")) else ""
    online = Online.BOTH if place.get("venue") else Online.YES
    parts = (
        place.get("address"),
        place.get("city"),
        place.get("stateprovince") or place.get("state") or place.get("province"),
        place.get("zip"),
    )
    return {
        "venue": Venue(
            name=html_line(place.get("venue")),
            address=", ".join(html_lines(parts)),
            city=html_line(place.get("city")),
            country=html_line(place.get("country")),
            lat=lat,
            lng=lng,
        ),
        "online": str(online) if truth(item.get("is_virtual")) else "",
        "online_url": link,
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    said = text(item.get("event_status")).lower() or text(item.get("status")).lower()
    picture, organizer = item.get("image"), next(iter(objects(item.get("organizer"))), {})
    website = http_url(text(item.get("website")))
    return {
        "status": str(next((word for start, word in _STATUSES.items() if start in said), "")),
        "url": http_url(text(item.get("url"))),
        "categories": html_lines(one.get("name") for one in objects(item.get("categories"))),
        "tags": html_lines(one.get("name") for one in objects(item.get("tags"))),
        "images": images(
            [
                (
                    text(at(picture, "url")) or text(picture),
                    html_line(at(picture, "alt")),
                    html_line(at(picture, "caption")),
                )
            ]
        ),
        "organizer": OrganizerRef(
            name=html_line(organizer.get("organizer")),
            type=OrganizerType.UNKNOWN,
            url=http_url(text(organizer.get("website") or organizer.get("url"))),
        )
        if html_line(organizer.get("organizer"))
        else None,
        "metadata": {"website": website} if website and website != text(item.get("url")) else {},
    }


def _price(item: Mapping[str, Any]) -> dict[str, Any]:
    cost, details = html_line(item.get("cost")), item.get("cost_details")
    values = at(details, "values")
    prices: list[Decimal] = [
        price
        for one in (values if isinstance(values, list) else [])
        if (price := amount(text(one))) is not None
    ]
    free = is_free_text(cost) or (bool(prices) and max(prices) == 0)
    code = text(at(details, "currency_code"))
    return {
        "price_text": cost,
        "price_min": str(min(prices)) if prices else "",
        "price_max": str(max(prices)) if prices else "",
        "price_currency": code if _CURRENCY.fullmatch(code) else "",
        "is_free": True if free else None,
    }
