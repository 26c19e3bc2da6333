"""SeatGeek's Platform API, version 2: the events of a circle, a city, a venue or a performer.

https://platform.seatgeek.com/
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.money.cost import cost

API: Final = "https://api.seatgeek.com/2"
_PAGE: Final = 100
_KM_IN_MILE: Final = 1.609344
_LOOKBACK: Final = timedelta(days=1)
_EVENT: Final = patterns.compile(r"/(\d{5,12})/?$")
_VENUE: Final = patterns.compile(r"^/venues/([a-z0-9-]+)(?:/tickets)?/?$")
_PERFORMER: Final = patterns.compile(r"^/([a-z0-9-]+)-tickets/?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatGeekConfig:
    """Which events are asked for. Without a place of its own the source's city and radius are used."""

    event: str = sdk.setting("One event by its id; everything else is then ignored.")
    city: str = sdk.setting("City of the venue, such as New York.")
    state: str = sdk.setting("Code of the state, such as NY.")
    country: str = sdk.setting("Two letters of the country: US, CA.")
    latlong: str = sdk.setting("Middle of the circle as latitude,longitude. Empty: the source's city.")
    radius_km: int = sdk.setting(
        "Radius of the circle in kilometres. 0: that of the source's city, else 25.", 0
    )
    venue: str = sdk.setting(
        "A venue by its number, or by its name in its web address (madison-square-garden)."
    )
    performer: str = sdk.setting("A performer by the name in its web address (new-york-giants).")
    taxonomy: str = sdk.setting("Kind of event: concert, sports, theater, comedy.")
    max_pages: int = sdk.setting(
        "Pages of 100 events of one run; what is left is taken up by the next one.", 50
    )
    api: str = sdk.setting("Address of the API; for tests.", API)


class SeatGeekConnector(sdk.EventList):
    """Reads the events of the Platform API, ordered by time, in pages of 100."""

    metadata = sdk.Metadata(
        name="seatgeek",
        title="SeatGeek",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("seatgeek.com", "seatgeek.ca"),
        allows="Events, performers and venues of the United States and Canada, elsewhere few, with a free client id.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(sdk.Quota(requests=60, seconds=60),),
        storage="Nothing is said of how long; no selling or passing on of the data.",
        attribution="The SeatGeek logo, linked to seatgeek.com, wherever its data is shown.",
        credit="Event data by SeatGeek",
        terms="https://seatgeek.com/api-terms",
        link="https://platform.seatgeek.com/",
        variables=("SEATGEEK_CLIENT_ID",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = SeatGeekConfig
    marks = ((b'"datetime_local"',), (b'"per_page"',))
    addresses = ((_VENUE, "venue", "{}"), (_PERFORMER, "performer", "{}"), (_EVENT, "event", "{}"))
    errors = ("message", "error", "meta.message")
    probe = ("events", {"per_page": "1"})
    paging = sdk.Paging(checkpoint="page", once=True)
    page_size = _PAGE
    total = ("meta", "total")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an event or a list of events of this API; 0.9 for its list without any."""
        empty = at(value, "events") == [] and values.has_all(at(value, "meta"), ("took", "geolocation"))
        return 0.95 if any(map(_is_event, _listed(value)[:5])) else 0.9 if empty else 0.0

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All pages until the end of what is asked for; or one event."""
        if not self.config.event:
            yield from super().fetch(params, http)
        elif not self.config.event.isdigit():
            raise sdk.ConfigInvalid("event: give its number")
        else:
            yield self.read(self.ask(http, f"events/{self.config.event}"), params)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: int) -> sdk.RawPayload:
        """One page of 100 events."""
        return self.ask(http, "events", {**self._question(params), "page": str(here)})

    def ask(self, http: sdk.HttpClient, path: str, asked: Any = (), **request: Any) -> sdk.RawPayload:
        """With the key as a name of HTTP Basic, which the API takes too, so that it is in no address."""
        name = base64.b64encode(f"{self.key()}:{self.credentials.get('secret')}".encode()).decode()
        return super().ask(http, path, asked, headers={"authorization": f"Basic {name}"}, **request)

    def _question(self, params: sdk.FetchParams) -> dict[str, str]:
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
            raise sdk.ConfigInvalid(
                "city: missing; give a city, latlong, a venue or a performer, or give the source a city"
            )
        return values.filled(**asked)

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        """The events of an answer, or the one that it is."""
        listed = _listed(value)
        if at(value, "events") == [] or any("venue" in one for one in objects(listed)):
            return listed
        cls.refuse_error(value, failed=text(value, "status") == "error")
        raise sdk.SchemaChanged("no events of SeatGeek in this answer")

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event."""
        start, acts = _start(item), objects(item, "performers")
        offered = [at(item, "stats", name) for name in ("lowest_price", "highest_price")]
        amounts = [one for one in offered if (values.decimal(one) or 0) > 0]
        american = text(item, "venue", "country") in ("US", "USA", "United States")
        return values.event(
            item,
            name=text(item, "id"),
            title=line(item, "title") or line(item, "short_title"),
            description=text(item, "description"),
            start=start,
            end=_moment(item, "enddatetime") if isinstance(start, datetime) else None,
            timezone=text(item, "venue", "timezone")[:64],
            venue=_venue(at(item, "venue")),
            categories=values.lines(
                line(one, "name").replace("_", " ") for one in objects(item, "taxonomies")
            ),
            tags=values.lines(line(genre, "name") for act in acts for genre in objects(act, "genres")),
            url=link(item, "url"),
            ticket_url=link(item, "url"),
            images=values.pictures(link(act, "images", "huge") or link(act, "image") for act in acts),
            performers=values.lines(line(act, "name") for act in acts),
            status=values.status(text(item, "status")),
            notes=["takes place only if it becomes necessary"] if at(item, "conditional") is True else [],
            popularity=counts(
                score=values.thousandths(at(item, "score")), listings=number(item, "stats", "listing_count")
            ),
            # what tickets are offered for there; in which currency is told by the country alone
            **cost(amounts, currency="USD" if american and amounts else ""),
        )


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _is_event(value: Any) -> bool:
    timed = bool(text(value, "datetime_local") or text(value, "datetime_utc")) and "taxonomies" in value
    placed = isinstance(at(value, "performers"), list) and isinstance(at(value, "venue"), Mapping)
    return timed and placed and bool(text(value, "id"))


def _listed(value: Any) -> list[Any]:
    return [value] if _is_event(value) else values.listed(value, "events")


def _moment(item: Mapping[str, Any], name: str) -> sdk.RawTime | None:
    return values.moment(text(item, f"{name}_local") or None, text(item, f"{name}_utc") or None)


def _start(item: Mapping[str, Any]) -> sdk.RawTime | None:
    """The moment; the day alone where the time is to be decided (SeatGeek then writes 03:30); None where the
    day is."""
    day_known = at(item, "date_tbd") is not True
    time_known = at(item, "time_tbd") is not True and at(item, "datetime_tbd") is not True
    start = _moment(item, "datetime") if day_known else None
    return start if time_known else values.day_of(start)


def _venue(place: Any) -> sdk.Venue:
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
