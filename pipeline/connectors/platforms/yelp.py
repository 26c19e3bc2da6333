"""Yelp's API, version 3 (Fusion, now Places API): events and businesses around a point. Answers of version 2
are read too.

https://docs.developer.yelp.com/docs/places-intro
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import raw_time
from pipeline.hours import weekly
from pipeline.money.cost import cost

_ID: Final = "yelp_business_id"
_ATTRIBUTION: Final = "Yelp"
_PAGE: Final = 50
#: As far as an offset and a limit together reach (businesses/search), and the largest radius.
_REACH: Final = 240
_MOST_METRES: Final = 40_000
_DAY: Final = 1440
_LIMITED: Final = ("ACCESS_LIMIT_REACHED", "TOO_MANY_REQUESTS_PER_SECOND", "EXCEEDED_REQS")
_DENIED: Final = ("TOKEN_INVALID", "TOKEN_MISSING", "VALIDATION_ERROR_AUTHORIZATION", "UNAUTHORIZED_ACCESS_TOKEN", "UNAUTHORIZED_API_KEY", "INVALID_TOKEN",
                  "INVALID_OAUTH_CREDENTIALS", "NOT_AUTHORIZED", "TRIAL_EXPIRED")  # fmt: skip
_EVENT: Final = patterns.compile(r"^/events/([a-z0-9_-]{3,200})/?$", patterns.IGNORECASE)
_EVENT_MARKS: Final = ("event_site_url", "time_start", "attending_count", "interested_count", "is_official")
_CLOCK: Final = patterns.compile(r"([01]\d|2[0-4])([0-5]\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class YelpConfig:
    """What is asked: events, businesses, or both, around a point."""

    mode: str = sdk.setting("events, businesses, or both.", "events")
    event: str = sdk.setting(
        "One event by its id, the last part of its address; everything else is then ignored."
    )
    lat: float | None = sdk.setting(
        "Latitude of the middle of the circle. Empty: that of the source's city.", None
    )
    lng: float | None = sdk.setting("Longitude of the middle of the circle.", None)
    radius_km: float = sdk.setting("Radius in kilometres, at most 40. 0: that of the source's city.", 0.0)
    categories: str = sdk.setting(
        "Categories of events or businesses by Yelp's aliases, with commas, such as music,nightlife."
    )
    locale: str = sdk.setting("Language and country of the answers, such as en_US.")
    max_pages: int = sdk.setting("Pages of 50 of one run, for events and for businesses each.", 10)
    api: str = sdk.setting("Address of the API; for tests.", "https://api.yelp.com/v3")


class YelpConnector(sdk.JsonApi):
    """Reads events with their venue, cost and counts, and businesses as places."""

    metadata = sdk.Metadata(
        name="yelp",
        title="Yelp",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("yelp.com",),
        allows="Events and businesses around a point, with a key of a trial or a paid plan; not every plan has events.",
        quota="5,000 requests a day (our default); a trial of the Starter plan has 300. Counted until midnight UTC.",
        quotas=(sdk.Quota(requests=5_000, seconds=86_400.0),),
        storage="At most 24 hours; ids of businesses may be kept.",
        keeps_days=1,
        attribution=_ATTRIBUTION,
        credit=_ATTRIBUTION,
        sunset=(
            "Version 2 ended on 30 June 2018; only its answers are read. Version 3, once Fusion, is the Places API now and needs a plan. Its reference "
            "has events, without a promise that every plan does."
        ),
        terms="https://terms.yelp.com/developers/api_terms/",
        link="https://docs.developer.yelp.com/docs/places-intro",
        variables=("YELP_API_KEY",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = YelpConfig
    marks = ((b"yelp",), (b"Yelp",))
    # the API knows no other pages of Yelp by their address
    addresses = ((_EVENT, "event", "{}"),)
    credential = sdk.Key(header="Authorization", form="Bearer {}")
    headers = {"Accept": "application/json"}
    # one business, which every plan has
    probe = ("businesses/search", {"latitude": "37.7867", "longitude": "-122.4", "limit": "1"})
    #: (what is asked, offset); a search never lists all.
    paging = sdk.Paging(start=("events", 0), whole=sdk.Coverage.PARTIAL, once=True)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for events or businesses of Yelp."""
        return 0.95 if any(_items(value)) else 0.0

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All pages of each kind. Raises ConfigInvalid without a point, CredentialsMissing where Yelp denies
        the key, RateLimited beyond its quota."""
        mode = self.config.mode
        if self.config.event:
            yield self.read(self.ask(http, f"events/{self.config.event}"), params)
        elif mode not in ("events", "businesses", "both"):
            raise sdk.ConfigInvalid(f"mode: {mode[:40]!r} is none of events, businesses, both")
        else:
            if mode != "businesses":
                yield from self.pages(params, http)
            if mode != "events":
                yield from self.pages(params, http, start=("businesses/search", 0))

    def ask_page(
        self, params: sdk.FetchParams, http: sdk.HttpClient, here: tuple[str, int]
    ) -> sdk.RawPayload | None:
        """Up to 50 events or businesses; None beyond the reach of a search for businesses."""
        kind, offset = here
        limit, more = _PAGE, {"sort_by": "best_match"}
        if kind == "events":
            begin, end = int(max(params.start, params.now).timestamp()), int(params.end.timestamp())
            more = {"start_date": str(begin), "end_date": str(end), "sort_on": "time_start", "sort_by": "asc"}
        else:
            limit = min(_PAGE, _REACH - offset)
        page = {"offset": str(offset), "limit": str(limit)}
        return self.ask(http, kind, {**self._where(params), **more, **page}) if limit > 0 else None

    def onward(self, value: Any, here: tuple[str, int]) -> tuple[str, int] | None:
        """The next 50, as long as the answer's total is not reached."""
        kind, offset = here
        reached = min(offset + _PAGE, _REACH) if kind != "events" else offset + _PAGE
        return (kind, offset + _PAGE) if reached < (number(value, "total") or 0) else None

    def answered(self, payload: sdk.RawPayload) -> sdk.RawPayload:
        """Raises RateLimited where the answer says that the quota is used up."""
        code, words = _problem(sdk.json_of(payload))
        if code in _LIMITED:
            raise sdk.RateLimited(f"Yelp answers {words}", url=payload.url)
        return payload

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events and businesses of an answer; PARTIAL, since a search never lists all. Raises
        CredentialsMissing for a denied key, SchemaChanged for other errors and for answers of another
        kind."""
        value = sdk.json_of(payload)
        code, words = _problem(value)
        if code in _DENIED:
            raise sdk.CredentialsMissing(
                f"Yelp denies the key ({words}); check YELP_API_KEY and the plan behind it"
            )
        if code:
            raise sdk.SchemaChanged(f"Yelp answers {words}")
        events, businesses = _items(value)
        empty = any(at(value, name) == [] for name in ("events", "businesses"))
        if not (events or businesses or empty):
            raise sdk.SchemaChanged("no answer of Yelp: neither events nor businesses")
        places = tuple(_business(item, payload.fetched_at) for item in businesses)
        records = [_record(item) for item in events[: params.limit]]
        return sdk.Page(payload=payload, records=records, coverage=sdk.Coverage.PARTIAL, places=places)

    def _where(self, params: sdk.FetchParams) -> dict[str, str]:
        middle = values.middle(self.config.lat, self.config.lng, params)
        if middle is None:
            raise sdk.ConfigInvalid("lat, lng: missing; give the middle of the circle, or the source a city")
        metres = (self.config.radius_km or params.radius_km or 10.0) * 1000
        return {
            "latitude": str(middle[0]),
            "longitude": str(middle[1]),
            "radius": str(int(min(metres, _MOST_METRES))),
            **values.filled(categories=self.config.categories, locale=self.config.locale),
        }


def _problem(value: Any) -> tuple[str, str]:
    """(code, words) of an error object, version 3 ({"error": {code, description}}) or 2 ({"error": {id,
    text}}); ("", "") for what is none."""
    error = at(value, "error")
    if not isinstance(error, Mapping):
        return "", ""
    code = text(error, "code") or text(error, "id") or "ERROR"
    return code, f"{code[:60]}: {(text(error, 'description') or text(error, 'text'))[:200]}".rstrip(": ")


def _items(value: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(events, businesses) of an answer: lists, or one alone."""
    if not isinstance(value, dict):
        return [], []
    events = [item for item in objects(value, "events") if _is_event(item)]
    businesses = [item for item in objects(value, "businesses") if _is_business(item)]
    if events or businesses:
        return events, businesses
    return ([value], []) if _is_event(value) else ([], [value] if _is_business(value) else [])


def _is_event(item: Mapping[str, Any]) -> bool:
    return sum(mark in item for mark in _EVENT_MARKS) >= 3


def _is_business(item: Mapping[str, Any]) -> bool:
    """No other platform counts reviews of what has a Yelp address."""
    return "name" in item and "review_count" in item and "yelp" in text(item, "url").lower()


def _record(item: Mapping[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    title, identity = line(item, "name"), text(item, "id")
    if not title:
        return values.dropped("no title", item, identity)
    free = item.get("is_free") if isinstance(item.get("is_free"), bool) else None
    return values.event(
        item,
        name=identity,
        title=title,
        description=text(item, "description"),
        start=raw_time(item.get("time_start")),
        end=raw_time(item.get("time_end")),
        venue=values.venue(
            name="",
            address=_address(item.get("location")),
            city=line(item, "location", "city"),
            country=line(item, "location", "country"),
            point=(item.get("latitude"), item.get("longitude")),
            **{_ID: text(item, "business_id")},
        ),
        categories=values.lines([text(item, "category")]),
        # no currency is named; `is_free` False says that it costs something, not how much
        **cost((text(item, name) for name in ("cost", "cost_max")), free=free),
        url=_plain(link(item, "event_site_url")),
        ticket_url=link(item, "tickets_url"),
        images=values.pictures([link(item, "image_url")]),
        status=sdk.Status.CANCELLED if item.get("is_canceled") is True else "",
        popularity=counts(
            attending=number(item, "attending_count"), interested=number(item, "interested_count")
        ),
        metadata=values.filled(official=item.get("is_official") is True),
    )


def _business(item: Mapping[str, Any], observed_at: datetime | None) -> sdk.PlaceRecord:
    """The place. `is_closed` says that it is closed for good; hours come with details alone."""
    points = (at(item, "coordinates"), at(item, "location", "coordinate"))
    lat, lng = (
        next((one for point in points if (one := at(point, name)) is not None), None)
        for name in ("latitude", "longitude")
    )
    where = values.coordinates(lat, lng)
    picture, rating = link(item, "image_url"), values.decimal(item, "rating")
    reported = (one["is_open_now"] for one in objects(item, "hours") if "is_open_now" in one)
    return sdk.PlaceRecord(
        name=line(item, "name"),
        external_ids=values.filled(**{_ID: text(item, "id")[:200]}),
        kinds=tuple(dict.fromkeys(_kinds(item.get("categories")))),
        address=_address(item.get("location")),
        city=line(item, "location", "city"),
        country=line(item, "location", "country") or line(item, "location", "country_code"),
        lat=where[0],
        lng=where[1],
        phone=line(item, "display_phone") or line(item, "phone"),
        url=_plain(link(item, "url")),
        rating=rating if rating and 0 < rating <= 5 else None,
        rating_count=number(item, "review_count"),
        price_level=len(text(item, "price")) or None,
        photos=(sdk.Image(url=picture, credit=_ATTRIBUTION),) if picture else (),
        opening_hours=_hours(item),
        open_now=next((one for one in reported if isinstance(one, bool)), None),
        closed_for_good=item.get("is_closed") is True,
        observed_at=observed_at,
        attribution=_ATTRIBUTION,
        raw=values.source_of(item),
    )


def _address(location: Any) -> str:
    """The address as Yelp displays it, else its parts."""
    displayed = at(location, "display_address")
    if isinstance(displayed, list) and displayed:
        return values.postal(*(one for one in displayed if isinstance(one, str)))
    names = ("address1", "address2", "address3", "city", "zip_code", "state", "country")
    return values.postal(*(line(location, name) for name in names))


def _plain(url: str) -> str:
    """Without what tells Yelp which key asked."""
    return values.without(url, "adjust_creative", "utm_campaign", "utm_medium", "utm_source")


def _kinds(categories: Any) -> Iterator[str]:
    for one in categories if isinstance(categories, list) else ():
        if isinstance(one, Mapping) and text(one, "alias"):
            yield text(one, "alias")
        elif isinstance(one, list) and len(one) == 2 and isinstance(one[1], str):
            yield one[1]


def _hours(item: Mapping[str, Any]) -> str:
    """`hours`: of each opening {day (Monday 0), start "1130", end "0200", is_overnight}."""
    regular = (one for one in objects(item, "hours") if text(one, "hours_type") in ("", "REGULAR"))
    spans = []
    for one in objects(next(regular, None), "open"):
        start, end = (_CLOCK.fullmatch(text(one, name)) for name in ("start", "end"))
        day = number(one, "day")
        if start is None or end is None or day is None or day > 6:
            return ""
        begin, last = (int(clock.group(1)) * 60 + int(clock.group(2)) for clock in (start, end))
        spans.append((day * _DAY + begin, day * _DAY + (last if last > begin else last + _DAY)))
    return weekly(spans)
