"""SeatGeek's Platform API, version 2: the events of a circle, a city, a venue or a performer.

https://platform.seatgeek.com/
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page.place import coordinates
from pipeline.connectors.support.answers import (
    at,
    line,
    lines,
    link,
    moment,
    number,
    objects,
    once,
    pictures,
    postal,
    source_of,
    text,
    up_to,
)
from pipeline.connectors.support.identity import settled
from pipeline.connectors.support.platform import Platform, is_on, json_of
from pipeline.connectors.support.remote import payload_of
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip

API: Final = "https://api.seatgeek.com/2"
_PAGE: Final = 100
_KM_IN_MILE: Final = 1.609344
_LOOKBACK: Final = timedelta(days=1)
_EVENT: Final = patterns.compile(r"/(\d{5,12})/?$")
_VENUE: Final = patterns.compile(r"^/venues/([a-z0-9-]+)(?:/tickets)?/?$")
_PERFORMER: Final = patterns.compile(r"^/([a-z0-9-]+)-tickets/?$")
_STATUSES: Final = {
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
    "rescheduled": Status.RESCHEDULED,
}


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatGeekConfig:
    """Which events are asked for. Without a place of its own the source's city and radius are used."""

    event: str = field(default="", metadata=_help("One event by its id; everything else is then ignored."))
    city: str = field(default="", metadata=_help("City of the venue, such as New York."))
    state: str = field(default="", metadata=_help("Code of the state, such as NY."))
    country: str = field(default="", metadata=_help("Two letters of the country: US, CA."))
    latlong: str = field(
        default="", metadata=_help("Middle of the circle as latitude,longitude. Empty: the source's city.")
    )
    radius_km: int = field(
        default=0,
        metadata=_help("Radius of the circle in kilometres. 0: that of the source's city, else 25."),
    )
    venue: str = field(
        default="",
        metadata=_help("A venue by its number, or by its name in its web address (madison-square-garden)."),
    )
    performer: str = field(
        default="", metadata=_help("A performer by the name in its web address (new-york-giants).")
    )
    taxonomy: str = field(default="", metadata=_help("Kind of event: concert, sports, theater, comedy."))
    max_pages: int = field(
        default=50,
        metadata=_help("Pages of 100 events of one run; what is left is taken up by the next one."),
    )
    api: str = field(default=API, metadata=_help("Address of the API; for tests."))


class SeatGeekConnector(Platform):
    """Reads the events of the Platform API, ordered by time."""

    metadata: ClassVar[Metadata] = Metadata(
        name="seatgeek",
        title="SeatGeek",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=("seatgeek.com", "seatgeek.ca"),
        allows="Events, performers and venues of the United States and Canada, elsewhere few, with a free client id.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(Quota(requests=60, seconds=60),),
        storage="Nothing is said of how long; no selling or passing on of the data.",
        attribution="The SeatGeek logo, linked to seatgeek.com, wherever its data is shown.",
        credit="Event data by SeatGeek",
        terms="https://seatgeek.com/api-terms",
        link="https://platform.seatgeek.com/",
        variables=("SEATGEEK_CLIENT_ID",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[SeatGeekConfig]] = SeatGeekConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for an event or a list of events of this API; 0.9 for its list without any."""
        if b'"datetime_local"' not in payload.content and b'"per_page"' not in payload.content:
            return 0.0
        try:
            value = json_of(payload)
        except SchemaChanged:
            return 0.0
        listed = value if isinstance(value, list) else at(value, "events")
        if _is_event(value) or (isinstance(listed, list) and any(_is_event(one) for one in listed[:5])):
            return 0.95
        return (
            0.9
            if at(value, "events") == [] and {"took", "geolocation"} <= set(at(value, "meta") or ())
            else 0.0
        )

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Pages of an event, a venue or a performer."""
        path = urlsplit(url).path if is_on(url, cls.metadata.hosts) else ""
        for pattern, name in ((_VENUE, "venue"), (_PERFORMER, "performer"), (_EVENT, "event")):
            found = pattern.search(path)
            if found:
                return {name: found.group(1)}
        return None

    def check_credentials(self, http: HttpClient) -> None:
        """One event of anywhere."""
        _items(json_of(self._ask(http, "events", {"per_page": "1"})))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages of 100 events. WINDOWED until the end of what is asked for; PARTIAL where `max_pages` ended
        the walk."""
        if self.config.event:
            if not self.config.event.isdigit():
                raise ConfigInvalid("event: give its number")
            yield self.read(self._ask(http, f"events/{self.config.event}", {}), params)
            return
        yield from up_to(self._walk(params, http), params.limit)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of one answer. Raises SchemaChanged for an error of the API and for what is no answer of
        it."""
        value = json_of(payload)
        items = _items(value)
        total = number(value, "meta", "total")
        cut = params.limit is not None or (total is not None and total > len(items))
        return Page(
            payload=payload,
            records=settled([_record(one) for one in items])[: params.limit],
            coverage=Coverage.PARTIAL,
            cut=cut,
        )

    def _walk(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        asked = self._question(params)
        first = number(params.checkpoint, "page") or 1
        seen: set[str] = set()
        for page in range(first, first + max(1, self.config.max_pages)):
            payload = self._ask(http, "events", {**asked, "page": str(page)})
            value = json_of(payload)
            items = _items(value)
            more = bool(items) and page * _PAGE < (number(value, "meta", "total") or 0)
            ends = more and page == first + max(1, self.config.max_pages) - 1
            whole = first == 1 and not ends
            yield Page(
                payload=payload,
                records=once(map(_record, items), seen),
                coverage=Coverage.WINDOWED if whole else Coverage.PARTIAL,
                covered_until=params.end if whole else None,
                cut=not whole,
                checkpoint={"page": page + 1 if ends else 1},
            )
            if not more:
                return

    def _question(self, params: FetchParams) -> dict[str, str]:
        """What every request of the walk asks. Raises ConfigInvalid where no place is given."""
        config = self.config
        known_by = "venue.id" if config.venue.isdigit() else "venue.slug"
        asked = {
            "venue.city": config.city, "venue.state": config.state, "venue.country": config.country, known_by: config.venue,
            "performers.slug": config.performer, "taxonomies.name": config.taxonomy or params.category,
            "datetime_utc.gte": _utc(max(params.start, params.now - _LOOKBACK)), "datetime_utc.lte": _utc(params.end),
            "per_page": str(_PAGE), "sort": "datetime_utc.asc",
        }  # fmt: skip
        placed = config.city or config.state or config.country or config.venue or config.performer
        circle = config.latlong or (
            "" if placed or params.lat is None or params.lng is None else f"{params.lat},{params.lng}"
        )
        if circle:
            lat, _, lng = circle.partition(",")
            miles = round((config.radius_km or params.radius_km or 25) / _KM_IN_MILE)
            asked |= {"lat": lat.strip(), "lon": lng.strip(), "range": f"{max(1, miles)}mi"}
        elif not placed:
            raise ConfigInvalid(
                "city: missing; give a city, latlong, a venue or a performer, or give the source a city"
            )
        return {name: value for name, value in asked.items() if value}

    def _ask(self, http: HttpClient, path: str, asked: dict[str, str]) -> RawPayload:
        # as a name of HTTP Basic, which the API takes too, so that the id is in no address
        token = base64.b64encode(f"{self.key()}:{self.credentials.get('secret')}".encode()).decode()
        return payload_of(
            http.get(
                f"{self.config.api.rstrip('/')}/{path}",
                params=asked,
                headers={"authorization": f"Basic {token}"},
            )
        )


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _is_event(value: Any) -> bool:
    return (
        bool(text(value, "datetime_local") or text(value, "datetime_utc"))
        and isinstance(at(value, "performers"), list)
        and isinstance(at(value, "venue"), Mapping)
        and "taxonomies" in value
        and bool(text(value, "id"))
    )


def _items(value: Any) -> list[Any]:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    if _is_event(value):
        return [value]
    listed = value if isinstance(value, list) else at(value, "events")
    if isinstance(listed, list) and (
        (not listed and listed is not value) or any("venue" in one for one in objects(listed))
    ):
        return listed
    said = text(value, "message") or text(value, "error") or text(value, "meta", "message")
    if said or text(value, "status") == "error":
        raise SchemaChanged(f"SeatGeek answers with an error: {said[:200] or 'no words'}")
    raise SchemaChanged("no events of SeatGeek in this answer")


def _record(item: Any) -> RawRecord | Dropped:
    if not isinstance(item, Mapping):
        return Dropped(reason="no event", raw=source_of(item))
    notes: list[str] = []
    name = bounded_id(text(item, "id"), notes=notes)
    title = clip(line(item, "title") or line(item, "short_title"), MAX_TITLE, what="title", notes=notes)
    start = _start(item)
    if start is None or not title:
        return Dropped(
            reason="no start" if start is None else "no title",
            external_id=name,
            title=title,
            raw=source_of(item),
        )
    if at(item, "conditional") is True:
        notes.append("takes place only if it becomes necessary")
    record = RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(text(item, "description"), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=moment(text(item, "enddatetime_local") or None, text(item, "enddatetime_utc") or None)
        if isinstance(start, datetime)
        else None,
        timezone=text(item, "venue", "timezone")[:64],
        venue=_venue(at(item, "venue")),
        categories=lines(line(one, "name").replace("_", " ") for one in objects(item, "taxonomies")),
        tags=lines(
            line(genre, "name") for act in objects(item, "performers") for genre in objects(act, "genres")
        ),
        url=link(item, "url"),
        ticket_url=link(item, "url"),
        images=pictures(
            link(act, "images", "huge") or link(act, "image") for act in objects(item, "performers")
        ),
        performers=lines(line(act, "name") for act in objects(item, "performers")),
        status=str(_STATUSES.get(text(item, "status").lower(), "")),
        raw=source_of(item),
        notes=tuple(notes),
    )
    return replace(record, **_prices(item), **_interest(item))


def _start(item: Mapping[str, Any]) -> RawTime | None:
    """The moment; the day alone where the time is to be decided (SeatGeek then writes 03:30); None where the
    day is."""
    if at(item, "date_tbd") is True:
        return None
    start = moment(text(item, "datetime_local") or None, text(item, "datetime_utc") or None)
    unknown = at(item, "time_tbd") is True or at(item, "datetime_tbd") is True
    return start.date() if unknown and isinstance(start, datetime) else start


def _venue(place: Any) -> Venue:
    lat, lng = coordinates(at(place, "location", "lat"), at(place, "location", "lon"))
    city, street, name = line(place, "city"), line(place, "address"), text(place, "id")
    area = line(place, "extended_address") or postal(city, line(place, "state"), line(place, "postal_code"))
    return Venue(
        name=line(place, "name"),
        address=postal(street, area) if street else "",
        city=city,
        country=line(place, "country"),
        lat=lat,
        lng=lng,
        external_ids={"seatgeek": name[:200]} if name else {},
    )


def _prices(item: Mapping[str, Any]) -> dict[str, Any]:
    """What tickets are offered for there, in US dollars, as SeatGeek gives them for venues of the United
    States; elsewhere without currency."""
    low, high = (at(item, "stats", name) for name in ("lowest_price", "highest_price"))
    told = [
        value
        for value in (low, high)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    ]
    if not told:
        return {}
    currency = "USD" if text(item, "venue", "country") in ("US", "USA", "United States") else ""
    return {"price_min": str(min(told)), "price_max": str(max(told)), "price_currency": currency}


def _interest(item: Mapping[str, Any]) -> dict[str, Any]:
    """The platform's score of 0 to 1 as thousandths, and how many tickets are listed."""
    score, listed = at(item, "score"), number(item, "stats", "listing_count")
    found = {"score": round(score * 1000)} if isinstance(score, float) and 0 <= score <= 1 else {}
    return {"popularity": found | ({"listings": listed} if listed is not None else {})}
