"""SeatGeek's Platform API, version 2: the events of a circle, a city, a venue or a performer.

https://platform.seatgeek.com/
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi, Paging
from pipeline.connectors.support.platform import json_of, setting
from pipeline.connectors.support.values import at, line, link, objects, text
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import CredentialKind, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime

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


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatGeekConfig:
    """Which events are asked for. Without a place of its own the source's city and radius are used."""

    event: str = setting("One event by its id; everything else is then ignored.")
    city: str = setting("City of the venue, such as New York.")
    state: str = setting("Code of the state, such as NY.")
    country: str = setting("Two letters of the country: US, CA.")
    latlong: str = setting("Middle of the circle as latitude,longitude. Empty: the source's city.")
    radius_km: int = setting("Radius of the circle in kilometres. 0: that of the source's city, else 25.", 0)
    venue: str = setting("A venue by its number, or by its name in its web address (madison-square-garden).")
    performer: str = setting("A performer by the name in its web address (new-york-giants).")
    taxonomy: str = setting("Kind of event: concert, sports, theater, comedy.")
    max_pages: int = setting("Pages of 100 events of one run; what is left is taken up by the next one.", 50)
    api: str = setting("Address of the API; for tests.", API)


class SeatGeekConnector(JsonApi):
    """Reads the events of the Platform API, ordered by time, in pages of 100."""

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
    marks = ((b'"datetime_local"',), (b'"per_page"',))
    addresses = ((_VENUE, "venue", "{}"), (_PERFORMER, "performer", "{}"), (_EVENT, "event", "{}"))
    paging = Paging(checkpoint="page", once=True)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an event or a list of events of this API; 0.9 for its list without any."""
        listed = value if isinstance(value, list) else at(value, "events")
        if _is_event(value) or (isinstance(listed, list) and any(_is_event(one) for one in listed[:5])):
            return 0.95
        empty = at(value, "events") == [] and values.has_all(at(value, "meta"), ("took", "geolocation"))
        return 0.9 if empty else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """One event of anywhere."""
        _items(json_of(self._ask(http, "events", {"per_page": "1"})))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """All pages until the end of what is asked for; or one event."""
        if not self.config.event:
            yield from self.pages(params, http, until=params.end)
        elif not self.config.event.isdigit():
            raise ConfigInvalid("event: give its number")
        else:
            yield self.read(self._ask(http, f"events/{self.config.event}", {}), params)

    def ask_page(self, params: FetchParams, http: HttpClient, here: int) -> RawPayload:
        """One page of 100 events."""
        return self._ask(http, "events", {**self._question(params), "page": str(here)})

    def onward(self, value: Any, here: int) -> int | None:
        """The next page, as long as the answer's total is not reached."""
        more = bool(_items(value)) and here * _PAGE < (values.number(value, "meta", "total") or 0)
        return here + 1 if more else None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of one answer. Raises SchemaChanged for an error of the API and for what is no answer of
        it."""
        value = json_of(payload)
        items = _items(value)
        total = values.number(value, "meta", "total")
        return self.page(payload, map(_record, items), params, more=total is not None and total > len(items))

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
        circle = values.circle(config.latlong, params) if config.latlong or not placed else ""
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
        return self.ask(http, path, asked, headers={"authorization": f"Basic {token}"})


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _is_event(value: Any) -> bool:
    timed = bool(text(value, "datetime_local") or text(value, "datetime_utc")) and "taxonomies" in value
    placed = isinstance(at(value, "performers"), list) and isinstance(at(value, "venue"), Mapping)
    return timed and placed and bool(text(value, "id"))


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
        return Dropped(reason="no event", raw=values.source_of(item))
    start, acts = _start(item), objects(item, "performers")
    return values.event(
        item,
        name=text(item, "id"),
        title=line(item, "title") or line(item, "short_title"),
        description=text(item, "description"),
        start=start,
        end=_moment(item, "enddatetime") if isinstance(start, datetime) else None,
        timezone=text(item, "venue", "timezone")[:64],
        venue=_venue(at(item, "venue")),
        categories=values.lines(line(one, "name").replace("_", " ") for one in objects(item, "taxonomies")),
        tags=values.lines(line(genre, "name") for act in acts for genre in objects(act, "genres")),
        url=link(item, "url"),
        ticket_url=link(item, "url"),
        images=values.pictures(link(act, "images", "huge") or link(act, "image") for act in acts),
        performers=values.lines(line(act, "name") for act in acts),
        status=str(_STATUSES.get(text(item, "status").lower(), "")),
        notes=["takes place only if it becomes necessary"] if at(item, "conditional") is True else [],
        **_prices(item),
        **_interest(item),
    )


def _moment(item: Mapping[str, Any], name: str) -> RawTime | None:
    return values.moment(text(item, f"{name}_local") or None, text(item, f"{name}_utc") or None)


def _start(item: Mapping[str, Any]) -> RawTime | None:
    """The moment; the day alone where the time is to be decided (SeatGeek then writes 03:30); None where the
    day is."""
    if at(item, "date_tbd") is True:
        return None
    start = _moment(item, "datetime")
    unknown = at(item, "time_tbd") is True or at(item, "datetime_tbd") is True
    return start.date() if unknown and isinstance(start, datetime) else start


def _venue(place: Any) -> Venue:
    city = line(place, "city")
    around = values.postal(city, line(place, "state"), line(place, "postal_code"))
    return values.venue(
        name=line(place, "name"),
        street=line(place, "address"),
        area=[line(place, "extended_address") or around],
        city=city,
        country=line(place, "country"),
        point=(at(place, "location", "lat"), at(place, "location", "lon")),
        seatgeek=text(place, "id"),
    )


def _prices(item: Mapping[str, Any]) -> dict[str, Any]:
    """What tickets are offered for there, in US dollars, as SeatGeek gives them for venues of the United
    States; elsewhere without currency."""
    found = (at(item, "stats", name) for name in ("lowest_price", "highest_price"))
    told = [one for one in found if isinstance(one, int | float) and not isinstance(one, bool) and one > 0]
    american = text(item, "venue", "country") in ("US", "USA", "United States")
    return {**values.price_span(told), "price_currency": "USD" if american else ""} if told else {}


def _interest(item: Mapping[str, Any]) -> dict[str, Any]:
    """The platform's score of 0 to 1 as thousandths, and how many tickets are listed."""
    score, listed = at(item, "score"), values.number(item, "stats", "listing_count")
    found = {"score": round(score * 1000)} if isinstance(score, float) and 0 <= score <= 1 else {}
    return {"popularity": found | ({"listings": listed} if listed is not None else {})}
