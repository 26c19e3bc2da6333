"""Yelp's API, version 3: events and businesses around a point. Answers of version 2 are read too.

https://docs.developer.yelp.com/docs/places-intro
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.platforms.yelp.business import ATTRIBUTION, ID, address_of, business_of, is_business
from pipeline.connectors.support.json_api import JsonApi, Key
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.platform import json_of, setting
from pipeline.connectors.support.values import (
    amount,
    coordinates,
    line,
    link,
    number,
    objects,
    once,
    pictures,
    source_of,
    text,
    without,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_ID, MAX_TITLE

API: Final = "https://api.yelp.com/v3"
_PAGE: Final = 50
#: As far as an offset and a limit together reach (businesses/search), and the largest radius.
_REACH: Final = 240
_MOST_METRES: Final = 40_000
_LIMITED: Final = ("ACCESS_LIMIT_REACHED", "TOO_MANY_REQUESTS_PER_SECOND", "EXCEEDED_REQS")
_DENIED: Final = ("TOKEN_INVALID", "TOKEN_MISSING", "VALIDATION_ERROR_AUTHORIZATION", "UNAUTHORIZED_ACCESS_TOKEN", "UNAUTHORIZED_API_KEY", "INVALID_TOKEN",
                  "INVALID_OAUTH_CREDENTIALS", "NOT_AUTHORIZED", "TRIAL_EXPIRED")  # fmt: skip
_EVENT: Final = patterns.compile(r"^/events/([a-z0-9_-]{3,200})/?$", patterns.IGNORECASE)
_EVENT_MARKS: Final = ("event_site_url", "time_start", "attending_count", "interested_count", "is_official")


@dataclass(frozen=True, kw_only=True, slots=True)
class YelpConfig:
    """What is asked: events, businesses, or both, around a point."""

    mode: str = setting("events, businesses, or both.", "events")
    event: str = setting(
        "One event by its id, the last part of its address; everything else is then ignored."
    )
    lat: float | None = setting(
        "Latitude of the middle of the circle. Empty: that of the source's city.", None
    )
    lng: float | None = setting("Longitude of the middle of the circle.", None)
    radius_km: float = setting("Radius in kilometres, at most 40. 0: that of the source's city.", 0.0)
    categories: str = setting(
        "Categories of events or businesses by Yelp's aliases, with commas, such as music,nightlife."
    )
    locale: str = setting("Language and country of the answers, such as en_US.")
    max_pages: int = setting("Pages of 50 of one run, for events and for businesses each.", 10)
    api: str = setting("Address of the API; for tests.", API)


class YelpConnector(JsonApi):
    """Reads events with their venue, cost and counts, and businesses as places."""

    metadata: ClassVar[Metadata] = Metadata(
        name="yelp",
        title="Yelp",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=("yelp.com",),
        allows="Events and businesses around a point, with a key of a trial or a paid plan; not every plan has events.",
        quota="5,000 requests a day (our default); a trial of the Starter plan has 300. Counted until midnight UTC.",
        quotas=(Quota(requests=5_000, seconds=86_400.0),),
        storage="At most 24 hours; ids of businesses may be kept.",
        keeps_days=1,
        attribution=ATTRIBUTION,
        credit=ATTRIBUTION,
        sunset=(
            "Version 2 ended on 30 June 2018; only its answers are read. Version 3, once Fusion, is the Places API now and needs a plan. Its reference "
            "has events, without a promise that every plan does."
        ),
        terms="https://terms.yelp.com/developers/api_terms/",
        link="https://docs.developer.yelp.com/docs/places-intro",
        variables=("YELP_API_KEY",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[YelpConfig]] = YelpConfig

    marks = ((b"yelp",), (b"Yelp",))
    # the API knows no other pages of Yelp by their address
    addresses = ((_EVENT, "event", "{}"),)
    credential = Key(header="Authorization", form="Bearer {}")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for events or businesses of Yelp."""
        return 0.95 if any(_items(value)) else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """Ask for one business, which every plan has."""
        params = {"latitude": "37.7867", "longitude": "-122.4", "limit": "1"}
        self._refuse_limits(
            self.ask(http, "businesses/search", params, headers={"Accept": "application/json"})
        )

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages of 50 until all are read, at most `max_pages` for each kind. Raises ConfigInvalid without a
        point, CredentialsMissing where Yelp denies the key, RateLimited beyond its quota."""
        if self.config.event:
            yield self._answer(http, f"/events/{self.config.event}", {}, params)
            return
        if self.config.mode not in ("events", "businesses", "both"):
            raise ConfigInvalid(f"mode: {self.config.mode[:40]!r} is none of events, businesses, both")
        if self.config.mode != "businesses":
            begin = int(max(params.start, params.now).timestamp())
            when = {
                "start_date": str(begin),
                "end_date": str(int(params.end.timestamp())),
                "sort_on": "time_start",
                "sort_by": "asc",
            }
            yield from self._pages(http, "/events", when, params)
        if self.config.mode != "events":
            yield from self._pages(http, "/businesses/search", {"sort_by": "best_match"}, params)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events and businesses of an answer; PARTIAL, since a search never lists all. Raises
        CredentialsMissing for a denied key, SchemaChanged for other errors and for answers of another
        kind."""
        value = json_of(payload)
        problem = _problem(value)
        if problem is not None:
            if problem[0] in _DENIED:
                raise CredentialsMissing(
                    f"Yelp denies the key ({problem[1]}); check YELP_API_KEY and the plan behind it"
                )
            raise SchemaChanged(f"Yelp answers {problem[1]}")
        events, businesses = _items(value)
        if not (events or businesses or _empty(value)):
            raise SchemaChanged("no answer of Yelp: neither events nor businesses")
        records = [_record(item) for item in events]
        places = tuple(business_of(item, payload.fetched_at) for item in businesses)
        return Page(
            payload=payload, records=records[: params.limit], coverage=Coverage.PARTIAL, places=places
        )

    def _pages(
        self, http: HttpClient, path: str, more: Mapping[str, str], params: FetchParams
    ) -> Iterator[Page]:
        query = {**self._where(params), **more, "limit": str(_PAGE)}
        seen: set[str] = set()
        for number_of_page in range(max(1, self.config.max_pages)):
            offset = number_of_page * _PAGE
            limit = min(_PAGE, _REACH - offset) if path == "/businesses/search" else _PAGE
            if limit <= 0:
                return
            page = self._answer(http, path, {**query, "offset": str(offset), "limit": str(limit)}, params)
            total = number(json_of(page.payload), "total") or 0
            last = offset + limit >= total
            yield replace(
                page,
                records=once(page.records, seen),
                cut=not last and number_of_page + 1 == self.config.max_pages,
            )
            if last:
                return

    def _where(self, params: FetchParams) -> dict[str, str]:
        lat = self.config.lat if self.config.lat is not None else params.lat
        lng = self.config.lng if self.config.lng is not None else params.lng
        if lat is None or lng is None:
            raise ConfigInvalid("lat, lng: missing; give the middle of the circle, or the source a city")
        radius = (self.config.radius_km or params.radius_km or 10.0) * 1000
        asked = {"latitude": str(lat), "longitude": str(lng), "radius": str(int(min(radius, _MOST_METRES)))}
        return {
            **asked,
            **{name: value for name in ("categories", "locale") if (value := getattr(self.config, name))},
        }

    def _answer(self, http: HttpClient, path: str, query: Mapping[str, str], params: FetchParams) -> Page:
        payload = self.ask(http, path.lstrip("/"), query, headers={"Accept": "application/json"})
        self._refuse_limits(payload)
        return self.read(payload, params)

    def _refuse_limits(self, payload: RawPayload) -> None:
        problem = _problem(json_of(payload))
        if problem is not None and problem[0] in _LIMITED:
            raise RateLimited(f"Yelp answers {problem[1]}", url=payload.url)


def _problem(value: Any) -> tuple[str, str] | None:
    """(code, words) of an error object, version 3 ({"error": {code, description}}) or 2 ({"error": {id,
    text}}); None for what is none."""
    error = value.get("error") if isinstance(value, Mapping) else None
    if not isinstance(error, Mapping):
        return None
    code = text(error, "code") or text(error, "id") or "ERROR"
    return code, f"{code[:60]}: {(text(error, 'description') or text(error, 'text'))[:200]}".rstrip(": ")


def _items(value: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(events, businesses) of an answer: lists, or one alone."""
    if not isinstance(value, dict):
        return [], []
    events = [item for item in objects(value, "events") if _is_event(item)]
    businesses = [item for item in objects(value, "businesses") if is_business(item)]
    if not events and not businesses:
        events = [value] if _is_event(value) else []
        businesses = [value] if not events and is_business(value) else []
    return events, businesses


def _is_event(item: Mapping[str, Any]) -> bool:
    return sum(mark in item for mark in _EVENT_MARKS) >= 3


def _empty(value: Any) -> bool:
    return isinstance(value, Mapping) and any(value.get(name) == [] for name in ("events", "businesses"))


def _record(item: Mapping[str, Any]) -> RawRecord | Dropped:
    title, found = line(item, "name")[:MAX_TITLE], text(item, "id")[:MAX_ID]
    start = raw_time(item.get("time_start"))
    if not title or start is None:
        return Dropped(
            reason="no start" if title else "no title", external_id=found, title=title, raw=source_of(item)
        )
    lat, lng = coordinates(item.get("latitude"), item.get("longitude"))
    business = text(item, "business_id")[:200]
    category, page = (
        text(item, "category"),
        without(link(item, "event_site_url"), "adjust_creative", "utm_campaign", "utm_medium", "utm_source"),
    )
    return RawRecord(
        external_id=found,
        stable_id=bool(found),
        title=title,
        description=text(item, "description")[:MAX_DESCRIPTION],
        start=start,
        end=raw_time(item.get("time_end")),
        venue=Venue(
            address=address_of(item.get("location")),
            city=line(item, "location", "city"),
            country=line(item, "location", "country"),
            lat=lat,
            lng=lng,
            external_ids={ID: business} if business else {},
        ),
        categories=(category,) if category else (),
        **_cost(item),
        url=page,
        ticket_url=link(item, "tickets_url"),
        images=pictures([link(item, "image_url")]),
        status=Status.CANCELLED if item.get("is_canceled") is True else "",
        popularity=counts(
            attending=number(item, "attending_count"), interested=number(item, "interested_count")
        ),
        metadata={"official": True} if item.get("is_official") is True else {},
        raw=source_of(item),
    )


def _cost(item: Mapping[str, Any]) -> dict[str, Any]:
    """Yelp names no currency. `is_free` False says that it costs something, not how much."""
    amounts: list[Decimal] = [
        found for name in ("cost", "cost_max") if (found := amount(text(item, name))) is not None
    ]
    free = item.get("is_free")
    return {
        "price_min": str(min(amounts)) if amounts else "",
        "price_max": str(max(amounts)) if amounts else "",
        "is_free": free if isinstance(free, bool) else None,
    }
