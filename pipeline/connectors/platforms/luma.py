"""Luma: a calendar through the API with its key; calendars' feeds, and calendar, event and discover pages,
without (https://docs.luma.com/reference/getting-started-with-your-api)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.json_feed.taken import is_taken
from pipeline.connectors.formats.public_page import PublicPages, next_state
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.nested import counts, every_object
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import raw_time, read_duration
from pipeline.text.decoding import http_url

_SIZE: Final = 50
_SITE: Final = "https://luma.com"
_HOSTS: Final = ("luma.com", "lu.ma")
_CALENDAR: Final = patterns.compile(r"^cal-[A-Za-z0-9]+$")
_STREET: Final = patterns.compile(r"^\d|\d$")
#: First parts of paths that list no events.
_NO_PAGES: Final = frozenset({
    "signin", "pricing", "home", "help", "create", "terms", "privacy", "about", "blog", "settings", "join", "ics",
})  # fmt: skip
#: Kinds of place that are none.
_CALLS: Final = frozenset({
    "online", "zoom", "meet", "google_meet", "google-meet", "teams", "discord", "twitter", "twitter_space", "youtube", "webinar",
})  # fmt: skip
#: Currencies whose smallest unit is the unit itself.
_WHOLE: Final = frozenset({"JPY", "KRW", "VND", "CLP", "XAF", "XOF", "UGX", "PYG", "RWF"})
_SHOWN: Final = frozenset({"", "public"})
_WAITING: Final = frozenset({"pending", "submitted", "rejected"})


@dataclass(frozen=True, kw_only=True, slots=True)
class LumaConfig:
    """What to read of Luma: the key's own calendar, a public calendar's feed, or a public page."""

    calendar: str = sdk.setting(
        "The id of a public calendar, such as cal-eCuIBRbS1atJOa6. Its feed is read, without a key."
    )
    page: str = sdk.setting(
        "What stands after luma.com/ of a city's, a calendar's or an event's page, such as bengaluru."
    )
    max_pages: int = sdk.setting("With a key: pages of 50 events to ask for, at most.", 20)


class LumaConnector(PublicPages):
    """Reads Luma's events: answers, calendars' feeds, public pages, and lists that somebody took."""

    metadata = sdk.Metadata(
        name="luma",
        title="Luma",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=_HOSTS,
        allows="With a key (Luma Plus): the events that the key's one calendar manages. Without: public calendars' feeds and public pages.",
        quota="200 requests a minute for each calendar's key.",
        quotas=(sdk.Quota(requests=200, seconds=60.0),),
        storage="While the event is listed; the API's documentation names no number of days.",
        attribution="Link to the event's page on Luma.",
        sunset="lu.ma became luma.com, api.lu.ma/public/v1 became public-api.luma.com/v1; there is no public search of other people's events.",
        terms="https://luma.com/terms",
        link="https://docs.luma.com/reference/getting-started-with-your-api",
        variables=("LUMA_API_KEY",),
        credential=sdk.CredentialKind.KEY,
    )
    config_type = LumaConfig
    credential = sdk.Key(
        header="x-luma-api-key",
        refused="Luma refused the key: renew LUMA_API_KEY or the source's credential (keys need Luma Plus and belong to one calendar).",
    )
    errors = ("message", "error")
    paging = sdk.Paging(start="", once=True)
    marks = ((b'"evt-',),)
    page_marks = ((b'"evt-', b"__NEXT_DATA__"),)
    feed_id = patterns.compile(r"^(evt-[A-Za-z0-9]+)@")
    api: ClassVar[str] = "https://public-api.luma.com"
    feeds: ClassVar[str] = "https://api.lu.ma"
    site: ClassVar[str] = _SITE

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for an answer that has events."""
        return 0.97 if next(_entries(value), None) is not None else 0.0

    @classmethod
    def id_in(cls, url: str) -> str:
        """One address for the same event on either of Luma's names."""
        return values.url_identity(f"{_SITE}{urlsplit(url).path}") if sdk.is_on(url, _HOSTS) else ""

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The calendar or page behind an address of Luma's; a feed's address gives its calendar."""
        if not sdk.is_on(url, _HOSTS):
            return None
        parts = urlsplit(url)
        named = [*parts.path.strip("/").split("/"), *parse_qs(parts.query).get("id", [])]
        calendar = next((part for part in named if _CALENDAR.match(part)), "")
        if calendar:
            return {"calendar": calendar}
        return {"page": parts.path.strip("/")} if named[0] and named[0] not in _NO_PAGES else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Asks who the key belongs to. Without a key there is nothing to check."""
        if self.credentials.get("key"):
            self.ask(http, f"{self.api}/v1/user/get-self")

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """A calendar's feed, a page, or, with a key and neither, its calendar page after page. Raises
        ConfigInvalid where nothing is named."""
        if self.config.calendar:
            url = f"{self.feeds}/ics/get?entity=calendar&id={quote(self.config.calendar, safe='')}"
            yield from sdk.fetch_one(self, url, params, http)
        elif self.config.page:
            yield from sdk.fetch_one(self, f"{self.site}/{quote(self.config.page, safe='/')}", params, http)
        elif self.credentials.get("key"):
            yield from self.pages(params, http, until=params.end)
        else:
            raise sdk.ConfigInvalid(
                "calendar or page: missing; give a calendar's id, a page, or the source LUMA_API_KEY"
            )

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: str) -> sdk.RawPayload:
        """One page of the key's calendar; `here` is its cursor."""
        asked = {
            "after": params.start.isoformat(),
            "before": params.end.isoformat(),
            "pagination_limit": str(_SIZE),
            **values.filled(pagination_cursor=here),
        }
        return self.ask(http, f"{self.api}/v1/calendar/list-events", asked)

    def onward(self, value: Any, here: str) -> str | None:
        """The cursor that the answer gives where it has more."""
        return text(value, "next_cursor") if at(value, "has_more") is True else None

    def read_state(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page | None:
        """The events of the state that the site's program starts from."""
        found = list(_entries(next_state(payload)))
        return _page(payload, found, params) if found else None

    def read_answer(self, payload: sdk.RawPayload, value: Any, params: sdk.FetchParams) -> sdk.Page | None:
        """The events of an answer; None for a list that somebody took."""
        if is_taken(payload, _HOSTS):
            return None
        said, listed = self.error_of(value), value.get("entries") if isinstance(value, dict) else value
        if said and not isinstance(listed, list):
            raise sdk.SchemaChanged(f"Luma answered with an error: {said[:300]}")
        found = list(_entries(value))
        if not found and listed != []:
            raise sdk.SchemaChanged("an answer without events of Luma's")
        return _page(payload, found, params, more=at(value, "has_more") is True)


def _page(
    payload: sdk.RawPayload, found: list[Mapping[str, Any]], params: sdk.FetchParams, *, more: bool = False
) -> sdk.Page:
    """Some of a calendar's or a city's events, cut where a limit leaves out some of them."""
    records = values.settled([_record(entry) for entry in found[: params.limit]])
    limited = params.limit is not None and len(found) > params.limit
    return sdk.Page(payload=payload, records=records, coverage=sdk.Coverage.PARTIAL, cut=more or limited)


def _entries(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every event of a document, each with what stands around it (its calendar, hosts, tickets): `{"event":
    {…}, "hosts": […]}`; each once.

    What a calendar lists from elsewhere has an id of the listing (`calev-`) and none of its own.
    """
    seen: set[str] = set()
    for key, found in every_object(value):
        lone = _is_event(found) and key != "event"
        entry = found if _is_entry(found) else {**found, "event": found} if lone else None
        if entry is not None and _own_id(entry) not in seen:
            seen.add(_own_id(entry))
            yield entry


def _is_event(value: Any) -> bool:
    return isinstance(value, Mapping) and _id(value).startswith("evt-") and "start_at" in value


def _is_entry(found: Mapping[str, Any]) -> bool:
    inner = found.get("event")
    listed = _id(found).startswith("calev-") and isinstance(inner, Mapping) and "start_at" in inner
    return listed or _is_event(inner)


def _own_id(entry: Mapping[str, Any]) -> str:
    return _id(entry["event"]) or _id(entry)


def _id(value: Any) -> str:
    """`api_id`, which newer answers call `id`."""
    return text(value, "api_id") or text(value, "id")


def _record(entry: Mapping[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    """The record of one entry; dropped where the event is not public, waits for its calendar's approval, or
    has no title or start."""
    event = entry["event"]
    title, series = line(event, "name"), line(event, "recurrence_id")
    unfit = _unfit(entry, event) or ("" if title else "no title")
    if unfit:
        return values.dropped(unfit, entry, _own_id(entry), title)
    availability = entry.get("registration_availability")
    waits = entry.get("waitlist_active") is True or availability == "waitlist"
    return values.event(
        entry,
        name=_own_id(entry),
        title=title,
        description=text(event, "description") or text(event, "description_md") or text(entry, "description"),
        start=raw_time(event.get("start_at")),
        end=raw_time(event.get("end_at")),
        duration_seconds=read_duration(text(event, "duration_interval").replace("P0Y0M", "P")),
        timezone=line(event, "timezone"),
        venue=_venue(event),
        online=_online(event),
        url=_url(event),
        images=values.pictures([link(event, "cover_url")]),
        organizer=_organizer(entry),
        categories=values.lines(line(one, "name") for one in objects(entry, "categories")),
        tags=values.lines(line(one, "name") for one in objects(entry, "tags")),
        recurrence=sdk.Recurrence(series_id=series) if series else None,
        popularity={} if event.get("hide_rsvp") is True else counts(attending=number(entry, "guest_count")),
        metadata=values.filled(waitlist=waits),
        sold_out=at(entry, "ticket_info", "is_sold_out") is True or availability == "sold-out",
        registration_required=at(entry, "ticket_info", "require_approval") is True,
        **_price(entry.get("ticket_info")),
    )


def _unfit(entry: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    if text(event, "visibility") not in _SHOWN:
        return "not public"
    return "waits for the calendar's approval" if text(entry, "status") in _WAITING else ""


def _place_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The address, in any of the forms that it has had."""
    forms = (event.get(key) for key in ("geo_address_info", "geo_address_json", "location"))
    return next((found for found in forms if isinstance(found, Mapping)), {})


def _venue(event: Mapping[str, Any]) -> sdk.Venue:
    """The address as guests may see it. An address for guests only keeps its city; its point is
    only near the place where Luma says so, and else would tell what is hidden."""
    place = _place_of(event)
    city, country = line(place, "city"), line(place, "country_code") or line(place, "country")
    points = (
        (at(event, "coordinate", "latitude"), at(event, "coordinate", "longitude")),
        (event.get("geo_latitude"), event.get("geo_longitude")),
        (place.get("latitude"), place.get("longitude")),
    )
    point = next((point for point in points if values.coordinates(*point)[0] is not None), ("", ""))
    if place.get("mode") == "obfuscated":
        lat, lng = values.coordinates(*point)
        near = None if lat is None or lng is None else (lat, lng)
        return sdk.Venue(city=city, country=country, around=near)
    if text(event, "geo_address_visibility") not in _SHOWN:
        return values.venue(name="", city=city, country=country)
    own, address = line(place, "venue_name"), line(place, "address")
    full, named = line(place, "full_address") or address, own or address
    street = named == full or (not own and full.startswith(named) and _STREET.search(named))
    return values.venue(
        name="" if street else named,
        address=full,
        city=city,
        country=country,
        point=point,
        google_place_id=line(place, "place_id"),
    )


def _online(event: Mapping[str, Any]) -> str:
    """From the kind of place, or from there being a link for guests, which is not told to others."""
    kind, place = text(event, "location_type").lower(), bool(_place_of(event))
    if kind == "offline":
        return str(sdk.Online.NO)
    if kind in _CALLS or text(event, "meeting_url") or text(event, "zoom_meeting_url"):
        return str(sdk.Online.BOTH if place else sdk.Online.YES)
    return ""


def _url(event: Mapping[str, Any]) -> str:
    own = text(event, "url")
    return http_url(own if "://" in own else f"{_SITE}/{own}") if own else ""


def _organizer(entry: Mapping[str, Any]) -> sdk.OrganizerRef | None:
    """The calendar, unless it is a person's own (it has neither a page nor a website); else the first host."""
    calendar = entry.get("calendar")
    host = line(next(iter(objects(entry, "hosts")), None), "name")
    slug, own = text(calendar, "slug"), at(calendar, "is_personal")
    if line(calendar, "name") and own is not True and (own is False or slug or link(calendar, "website")):
        url = link(calendar, "website") or (http_url(f"{_SITE}/{slug}") if slug else "")
        return values.organizer(line(calendar, "name"), url)
    if host:
        return values.organizer(host, type=sdk.OrganizerType.INDIVIDUAL)
    return values.organizer(line(entry, "event", "host"))


def _price(info: Any) -> dict[str, Any]:
    """A price that is kept back leaves it open whether it costs anything."""
    low, high = at(info, "price"), at(info, "max_price")
    if at(info, "is_free") is True:
        return {"is_free": True}
    currency = line(low, "currency").upper() or line(high, "currency").upper()
    return {
        "price_min": _amount(low, currency),
        "price_max": _amount(high, currency) or _amount(low, currency),
        "price_currency": currency,
    }


def _amount(price: Any, currency: str) -> str:
    cents = number(price, "cents")
    if cents is None:
        return ""
    return str(cents) if currency in _WHOLE else f"{cents // 100}.{cents % 100:02}"
