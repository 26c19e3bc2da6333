"""Ticketmaster's Discovery API, version 2: the events of a city, a circle, a venue or an act, by windows of
time.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from pipeline import patterns
from pipeline.connectors.platforms.ticketmaster.answer import (
    is_listing,
    looks_like_event,
    opened,
    record,
    unwrapped,
)
from pipeline.connectors.support import sdk, values
from pipeline.dates.moments import read_moment

#: The most that one page may hold, and that one question may be paged through (`size * page < 1000`).
LARGEST_PAGE: Final = 200
DEEPEST: Final = 1_000
#: Windows are not split below this.
SHORTEST: Final = timedelta(hours=1)
_LOOKBACK: Final = timedelta(days=1)
_EVENTS: Final = "discovery/v2/events"
_EVENT: Final = patterns.compile(r"/event/([A-Za-z0-9_-]{8,40})/?$")
_ID: Final = patterns.compile(r"[A-Za-z0-9_-]{1,60}")
_HOSTS: Final = tuple(
    f"ticketmaster.{end}" for end in ("com", "ca", "co.uk", "ie", "de", "fr", "es", "nl", "be", "at", "ch", "it", "pl", "cz", "dk", "no", "se",
    "fi", "com.au", "co.nz", "com.mx", "com.br", "cl", "pe", "ae", "co.za", "sg")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketmasterConfig:
    """Which events are asked for. Without a place of its own the source's city and radius are used."""

    event: str = sdk.setting("One event by its Discovery id; everything else is then ignored.")
    city: str = sdk.setting(
        "Name of the city, as Ticketmaster writes it. Leaves out its suburbs: a circle finds more."
    )
    country: str = sdk.setting("Two letters of the country: US, DE.")
    state: str = sdk.setting("Code of the state, where the country has them: NY.")
    latlong: str = sdk.setting("Middle of the circle as latitude,longitude. Empty: the source's city.")
    radius_km: int = sdk.setting(
        "Radius of the circle in kilometres. 0: that of the source's city, else 25.", 0
    )
    classification: str = sdk.setting("Segment, genre or type, such as music or comedy; several with commas.")
    keyword: str = sdk.setting("Words that must occur.")
    venue_id: str = sdk.setting("Discovery id of a venue (KovZ…), not the number in its web address.")
    attraction_id: str = sdk.setting("Discovery id of an act or team (K8vZ…).")
    locale: str = sdk.setting("Language of the answers; * is all, so that no event is left out.", "*")
    undated: bool = sdk.setting(
        "Also ask for events whose date is to be announced, so that they do not count as missing.", True
    )
    max_requests: int = sdk.setting(
        "Requests of one run; a window that was begun is finished. The next run takes up the rest.", 60
    )
    api: str = sdk.setting("Address of the API; for tests.", "https://app.ticketmaster.com")


@dataclass(frozen=True, slots=True)
class Span:
    """A window of starts, both ends included."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: datetime, end: datetime) -> Self:
        """The window between two moments, in whole seconds of UTC."""
        return cls(start.astimezone(UTC).replace(microsecond=0), end.astimezone(UTC).replace(microsecond=0))

    def halves(self) -> tuple["Span", "Span"]:
        """The earlier half and the later one. They share the moment between them: an event is rather met
        twice than never."""
        middle = (self.start + (self.end - self.start) / 2).replace(microsecond=0)
        return Span(self.start, middle), Span(middle, self.end)

    @property
    def can_split(self) -> bool:
        return self.end - self.start > SHORTEST

    def asked(self) -> dict[str, str]:
        """The only form of dates that the API takes: seconds, no fraction, Z."""
        return {
            "startDateTime": self.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "endDateTime": self.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "includeTBA": "yes",
            "includeTBD": "yes",
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A page of the walk; whether it ends its window; where the next window begins (None: there is none);
    whether all of its window can be paged through; and how many requests there have been."""

    page: sdk.Page
    finished: bool
    goes_on: datetime | None
    reachable: bool
    asked: int


class TicketmasterConnector(sdk.EventList):
    """Reads the Discovery API. A window that holds more than can be paged through is split in half, so that
    nothing is lost."""

    metadata = sdk.Metadata(
        name="ticketmaster",
        title="Ticketmaster",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=_HOSTS,
        allows="Events, venues and acts of Ticketmaster, Universe, FrontGate and TMR, with a free key; no orders, no seats.",
        quota="5,000 requests a day, 5 a second (the getting-started page; the FAQ says 2 a second). Refused requests count.",
        quotas=(sdk.Quota(requests=5_000, seconds=86_400), sdk.Quota(requests=2, seconds=1)),
        storage="Keep no longer than needed to show current data; ask again.",
        attribution="Link every event to its Ticketmaster page; follow the branding guide.",
        credit="Event data by Ticketmaster",
        terms="https://developer.ticketmaster.com/support/terms-of-use/",
        link="https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/",
        variables=("TICKETMASTER_API_KEY",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = TicketmasterConfig
    marks = ((b'"dates"',), (b"/discovery/",))
    # other pages of the site name their venues and acts by numbers that the API does not know
    addresses = ((_EVENT, "event", "{}"),)
    credential = sdk.Key(parameter="apikey")
    probe = (f"{_EVENTS}.json", {"size": "1"})

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an answer of the Discovery API, with events or expressly without."""
        value = unwrapped(value)
        return 0.95 if looks_like_event(value) or is_listing(value) else 0.0

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        """The events of an answer, and of what is made of answers."""
        return opened(value).items

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event of an answer."""
        return record(item)

    def has_more(self, value: Any, items: list[Any]) -> bool:
        """Whether the answer is one page of several."""
        return not opened(value).whole

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Pages of up to 200 events, window by window. WINDOWED until the end of the last one; PARTIAL where
        a limit ended the walk."""
        event = self.config.event
        if not event:
            yield from values.up_to(self._windows(replace(params, limit=None), http), params.limit)
        elif not _ID.fullmatch(event):
            raise sdk.ConfigInvalid("event: give its id, such as G5vYZ9aaa0001")
        else:
            yield self.read(self.ask(http, f"{_EVENTS}/{event}.json", {"locale": self.config.locale}), params)

    def _windows(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        where = self._question(params)
        first, last = max(params.start, params.now - _LOOKBACK), params.end
        resumed = read_moment(str(params.checkpoint.get("from") or ""), utc=True)
        begin = resumed if isinstance(resumed, datetime) and first < resumed < last else first
        whole, seen = begin == first, set[str]()
        if self.config.undated:
            page = self._asked(http, {**where, "includeTBA": "only"}, params)
            yield replace(
                page, records=values.once(page.records, seen), **_state(whole and not page.cut, last)
            )
        for step in self._steps(Span.of(begin, last), where, params, http):
            whole = whole and step.reachable
            ends = step.finished and step.asked >= self.config.max_requests and step.goes_on is not None
            state = _state(whole and not ends, last, step.goes_on if ends else None)
            yield replace(step.page, records=values.once(step.page.records, seen), **state)
            if ends:
                return

    def _steps(
        self, span: Span, where: dict[str, str], params: sdk.FetchParams, http: sdk.HttpClient
    ) -> Iterator[Step]:
        spans, requests = [span], int(self.config.undated)
        while spans:
            span = spans.pop()
            question = {**where, **span.asked()}
            page = self._asked(http, question, params)
            requests += 1
            answer = opened(sdk.json_of(page.payload))
            reachable = (answer.total or 0) <= DEEPEST
            if not reachable and span.can_split:
                spans += reversed(span.halves())
                continue
            last = max(1, min(answer.pages or 1, DEEPEST // LARGEST_PAGE)) - 1
            for place in range(last + 1):
                if place:
                    page = self._asked(http, {**question, "page": str(place)}, params)
                    requests += 1
                yield Step(
                    page=page,
                    finished=place == last,
                    goes_on=spans[-1].start if spans else None,
                    reachable=reachable,
                    asked=requests,
                )

    def _asked(self, http: sdk.HttpClient, question: dict[str, str], params: sdk.FetchParams) -> sdk.Page:
        return self.read(self.ask(http, f"{_EVENTS}.json", question), params)

    def _question(self, params: sdk.FetchParams) -> dict[str, str]:
        """What every request of the walk asks. Raises ConfigInvalid where no place is given."""
        config = self.config
        asked = {
            "city": config.city, "countryCode": config.country.upper(), "stateCode": config.state.upper(), "keyword": config.keyword,
            "classificationName": config.classification or params.category, "venueId": config.venue_id, "attractionId": config.attraction_id,
            "locale": config.locale, "size": str(LARGEST_PAGE), "sort": "id,asc",
        }  # fmt: skip
        placed = config.city or config.venue_id or config.attraction_id or config.country
        circle = values.circle(config.latlong, params) if config.latlong or not placed else ""
        if circle:
            radius = str(config.radius_km or round(params.radius_km or 25))
            asked |= {"latlong": circle, "radius": radius, "unit": "km"}
        elif not placed:
            raise sdk.ConfigInvalid(
                "city: missing; give a city, a country, latlong, a venue or an act, or give the source a city"
            )
        return values.filled(**asked)


def _state(whole: bool, until: datetime, goes_on: datetime | None = None) -> dict[str, Any]:
    """Coverage of a page, and where the next run goes on."""
    checkpoint = {"from": goes_on.isoformat() if goes_on else ""}
    if not whole:
        return {"coverage": sdk.Coverage.PARTIAL, "cut": True, "checkpoint": checkpoint}
    return {"coverage": sdk.Coverage.WINDOWED, "covered_until": until, "cut": False, "checkpoint": checkpoint}
