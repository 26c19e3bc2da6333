"""The Events Calendar, a plugin of WordPress: its REST API v1
(https://theeventscalendar.com/knowledgebase/introduction-to-the-events-calendar-rest-api/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, html_line, html_lines, objects, text, truth
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window
from pipeline.money.cost import cost
from pipeline.text.decoding import http_url

#: The plugin gives at most 50 a page (`tribe_rest_event_max_per_page`).
_SIZE: Final = 50
_API: Final = patterns.compile(
    r"^(https?://[^\s\"'<>?]{4,300}(?:/wp-json/tribe/events/v1(?=/|$)|/\?rest_route=/tribe/events/v1))",
    patterns.IGNORECASE,
)
_LINK: Final = patterns.compile(
    r"""href=["'](https?://[^"']{4,300}(?:/wp-json/|\?rest_route=/)tribe/events/v1[^"']{0,80})["']""",
    patterns.IGNORECASE,
)
_CURRENCY: Final = patterns.compile(r"[A-Z]{3}")
#: The plugin's word for an archive without events, in versions that answer it with 404.
_NOTHING: Final = "event-archive-page-not-found"


@dataclass(frozen=True, kw_only=True, slots=True)
class TribeConfig:
    """Which site to read, and how far."""

    url: str = sdk.setting("The site's address, or that of its API (…/wp-json/tribe/events/v1).")
    categories: str = sdk.setting(
        "Only events of these categories: names in addresses or numbers, separated by commas."
    )
    max_pages: int = sdk.setting(f"Pages of {_SIZE} events that one run asks for, at most.", 40)


class TribeConnector(sdk.EventList):
    """Reads the calendar of one WordPress site by pages within the window. Each occurrence of a recurring
    event has an id of its own there."""

    metadata = sdk.Metadata(
        name="tribe",
        title="The Events Calendar (WordPress)",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        allows="read the published events of the site, as its pages show them",
        quota="none is stated; each site is a server of its own",
        storage="as the site's own terms say",
        attribution="the site's name with a link to the event",
        terms="each site's own",
        link="https://theeventscalendar.com/knowledgebase/introduction-to-the-events-calendar-rest-api/",
    )
    config_type = TribeConfig
    marks = ((b'"start_date"', b'"utc_start_date"'),)
    hosted = True

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for an answer of the API that holds an event, one event included."""
        return 0.97 if any(_is_event(item) for item in _listed(value)[:20]) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Addresses of the API, with pretty paths or with `?rest_route=`."""
        found = _API.match(url)
        return {"url": found.group(1)} if found else None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The API that the plugin names in the head of every page of a site that has it."""
        found = _LINK.search(html)
        return cls.config_for(found.group(1).replace("&amp;", "&")) if found else None

    @property
    def root(self) -> str:
        """The site's API, by pretty paths where the configuration does not name it."""
        found = _API.match(self.config.url)
        return found.group(1) if found else f"{super().root}/wp-json/tribe/events/v1"

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Pages by number within the window, on the site alone."""
        yield from self.pages(params, http, until=Window.of(params).end)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: int) -> sdk.RawPayload | None:
        """One page of events; None where the site has no such page any more."""
        window = Window.of(params)
        query = values.filled(
            page=str(here),
            per_page=str(min(_SIZE, params.limit or _SIZE)),
            start_date=f"{window.start:%Y-%m-%d} 00:00:00",
            end_date=f"{window.end:%Y-%m-%d} 23:59:59",
            status="publish",
            categories=self.config.categories,
        )
        try:
            return self.ask(http, "events", list(query.items()), conditional=here == 1)
        except sdk.ClientRefused as error:
            if here > 1 and error.status in (400, 404):
                return None
            raise

    def onward(self, value: Any, here: int) -> int | None:
        """The next page where the answer names one, or counts one."""
        more = bool(at(value, "next_rest_url")) or here < (values.number(value, "total_pages") or 0)
        return here + 1 if more else None

    def has_more(self, value: Any, items: list[Any]) -> bool:
        """Whether the answer names a next page, or is no page of the API's list."""
        return bool(items) and (at(value, "events") is None or bool(at(value, "next_rest_url")))

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of an answer, or the one that it is."""
        found = _listed(value)
        empty = at(value, "events") == [] or at(value, "code") == _NOTHING
        if not empty and not any("start_date" in item or "utc_start_date" in item for item in found):
            said = html_line(value, "message") or "the answer has no list of events"
            raise sdk.SchemaChanged(f"no events of The Events Calendar: {said}")
        return found

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event, unless its site keeps it out of its lists."""
        if truth(item.get("hide_from_listings")):
            return values.dropped("hidden from listings", item, item.get("id"), html_line(item, "title"))
        zone, day = values.zone(item.get("timezone")), truth(item.get("all_day"))
        start, end = _moment(item, "start_date", zone), _moment(item, "end_date", zone)
        return values.event(
            item,
            name=item.get("id") or item.get("global_id"),
            title=html_line(item, "title"),
            description=text(item, "description") or text(item, "excerpt"),
            start=values.day_of(start) if day else start,
            end=values.day_of(end) if day else end,
            all_day=day,
            timezone=zone,
            **_place(item),
            **_details(item),
        )


def _listed(value: Any) -> list[dict[str, Any]]:
    alone = isinstance(value, list) or _is_event(value)
    return objects(value) if alone else objects(value, "events")


def _is_event(value: Any) -> bool:
    signs = ("rest_url", "global_id", "start_date_details")
    return values.has_all(value, ("title", "utc_start_date")) and any(sign in value for sign in signs)


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
    place, virtual = at(objects(item, "venue"), 0), truth(item.get("is_virtual"))
    region = at(place, "stateprovince") or at(place, "state") or at(place, "province")
    return {
        "venue": values.venue(
            name=html_line(place, "venue"),
            parts=(at(place, "address"), at(place, "city"), region, at(place, "zip")),
            city=html_line(place, "city"),
            country=html_line(place, "country"),
            point=(at(place, "geo_lat"), at(place, "geo_lng")),
        ),
        "online": values.attendance(virtual, at(place, "venue")),
        "online_url": http_url(text(item, "virtual_url")) if virtual else "",
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    picture, host = item.get("image"), at(objects(item, "organizer"), 0)
    image = (text(picture, "url") or text(picture), html_line(picture, "alt"), html_line(picture, "caption"))
    url, website = text(item, "url"), http_url(text(item, "website"))
    reported, currency = html_line(item, "cost"), text(item, "cost_details", "currency_code")
    costs = [*map(text, values.listed(at(item, "cost_details"), "values")), reported]
    return {
        **cost(costs, currency=currency if _CURRENCY.fullmatch(currency) else ""),
        "status": values.status(text(item, "event_status") or text(item, "status")),
        "url": http_url(url),
        "categories": html_lines(one.get("name") for one in objects(item, "categories")),
        "tags": html_lines(one.get("name") for one in objects(item, "tags")),
        "images": values.images([image]),
        "organizer": values.organizer(
            html_line(host, "organizer"), http_url(text(at(host, "website") or at(host, "url")))
        ),
        "metadata": values.filled(website=website if website != url else ""),
    }
