"""Ticketmaster's Discovery API, version 2: the events of a city, a circle, a venue or an act, by windows of
time.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, Self

from pipeline import patterns
from pipeline.connectors.platforms.ticketmaster.answer import (
    TicketmasterAnswer,
    is_listing,
    looks_like_event,
    moment_of,
    opened,
    records,
    unwrapped,
)
from pipeline.connectors.support.json_api import JsonApi, Key
from pipeline.connectors.support.platform import json_of, setting
from pipeline.connectors.support.values import once, settled, up_to
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.raw import RawPayload

API: Final = "https://app.ticketmaster.com"
#: The most that one page may hold, and that one question may be paged through (`size * page < 1000`).
LARGEST_PAGE: Final = 200
DEEPEST: Final = 1_000
#: Windows are not split below this.
SHORTEST: Final = timedelta(hours=1)
_LOOKBACK: Final = timedelta(days=1)
_EVENT: Final = patterns.compile(r"/event/([A-Za-z0-9_-]{8,40})/?$")
_ID: Final = patterns.compile(r"[A-Za-z0-9_-]{1,60}")
_HOSTS: Final = tuple(
    f"ticketmaster.{end}" for end in ("com", "ca", "co.uk", "ie", "de", "fr", "es", "nl", "be", "at", "ch", "it", "pl", "cz", "dk", "no", "se",
    "fi", "com.au", "co.nz", "com.mx", "com.br", "cl", "pe", "ae", "co.za", "sg")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketmasterConfig:
    """Which events are asked for. Without a place of its own the source's city and radius are used."""

    event: str = setting("One event by its Discovery id; everything else is then ignored.")
    city: str = setting(
        "Name of the city, as Ticketmaster writes it. Leaves out its suburbs: a circle finds more."
    )
    country: str = setting("Two letters of the country: US, DE.")
    state: str = setting("Code of the state, where the country has them: NY.")
    latlong: str = setting("Middle of the circle as latitude,longitude. Empty: the source's city.")
    radius_km: int = setting("Radius of the circle in kilometres. 0: that of the source's city, else 25.", 0)
    classification: str = setting("Segment, genre or type, such as music or comedy; several with commas.")
    keyword: str = setting("Words that must occur.")
    venue_id: str = setting("Discovery id of a venue (KovZ…), not the number in its web address.")
    attraction_id: str = setting("Discovery id of an act or team (K8vZ…).")
    locale: str = setting("Language of the answers; * is all, so that no event is left out.", "*")
    undated: bool = setting(
        "Also ask for events whose date is to be announced, so that they do not count as missing.", True
    )
    max_requests: int = setting(
        "Requests of one run; a window that was begun is finished. The next run takes up the rest.", 60
    )
    api: str = setting("Address of the API; for tests.", API)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A page of the walk; whether it ends its window; where the next window begins (None: there is none);
    whether all of its window can be paged through; and how many requests there have been."""

    page: Page
    finished: bool
    goes_on: datetime | None
    reachable: bool
    asked: int


class TicketmasterConnector(JsonApi):
    """Reads the Discovery API. A window that holds more than can be paged through is split in half, so that
    nothing is lost."""

    metadata: ClassVar[Metadata] = Metadata(
        name="ticketmaster",
        title="Ticketmaster",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=_HOSTS,
        allows="Events, venues and acts of Ticketmaster, Universe, FrontGate and TMR, with a free key; no orders, no seats.",
        quota="5,000 requests a day, 5 a second (the getting-started page; the FAQ says 2 a second). Refused requests count.",
        quotas=(Quota(requests=5_000, seconds=86_400), Quota(requests=2, seconds=1)),
        storage="Keep no longer than needed to show current data; ask again.",
        attribution="Link every event to its Ticketmaster page; follow the branding guide.",
        credit="Event data by Ticketmaster",
        terms="https://developer.ticketmaster.com/support/terms-of-use/",
        link="https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/",
        variables=("TICKETMASTER_API_KEY",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[TicketmasterConfig]] = TicketmasterConfig

    marks = ((b'"dates"',), (b"/discovery/",))
    # other pages of the site name their venues and acts by numbers that the API does not know
    addresses = ((_EVENT, "event", "{}"),)
    credential = Key(parameter="apikey")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an answer of the Discovery API, with events or expressly without."""
        value = unwrapped(value)
        return 0.95 if looks_like_event(value) or is_listing(value) else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """One event of anywhere."""
        opened(json_of(self._ask(http, "events.json", {"size": "1"})))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages of up to 200 events, window by window. WINDOWED until the end of the last one; PARTIAL where
        a limit ended the walk."""
        if self.config.event:
            if not _ID.fullmatch(self.config.event):
                raise ConfigInvalid("event: give its id, such as G5vYZ9aaa0001")
            yield self.read(
                self._ask(http, f"events/{self.config.event}.json", {"locale": self.config.locale}), params
            )
            return
        yield from up_to(self._windows(params, http), params.limit)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of one answer. Raises SchemaChanged for an error of the API and for what is no answer of
        it."""
        answer = opened(json_of(payload))
        found = settled(list(records(answer)))[: params.limit]
        cut = not answer.whole or params.limit is not None
        return Page(payload=payload, records=found, coverage=Coverage.PARTIAL, cut=cut)

    def _windows(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        where = self._question(params)
        first, last = max(params.start, params.now - _LOOKBACK), params.end
        resumed = moment_of(str(params.checkpoint.get("from") or ""))
        begin = resumed if resumed and first < resumed < last else first
        whole, seen = begin == first, set[str]()
        if self.config.undated:
            page, answer = self._page(self._ask(http, "events.json", {**where, "includeTBA": "only"}))
            yield replace(page, records=once(page.records, seen), **_state(whole and answer.whole, last))
        for step in self._steps(Span.of(begin, last), where, http):
            whole = whole and step.reachable
            ends = step.finished and step.asked >= self.config.max_requests and step.goes_on is not None
            found = once(step.page.records, seen)
            yield replace(
                step.page, records=found, **_state(whole and not ends, last, step.goes_on if ends else None)
            )
            if ends:
                return

    def _steps(self, span: Span, where: dict[str, str], http: HttpClient) -> Iterator[Step]:
        spans, asked = [span], int(self.config.undated)
        while spans:
            span = spans.pop()
            page, answer = self._page(self._ask(http, "events.json", {**where, **_between(span)}))
            asked += 1
            if (answer.total or 0) > DEEPEST and span.can_split:
                spans += reversed(span.halves())
                continue
            pages = max(1, min(answer.pages or 1, DEEPEST // LARGEST_PAGE))
            after = spans[-1].start if spans else None
            for place in range(pages):
                if place:
                    page, _ = self._page(
                        self._ask(http, "events.json", {**where, **_between(span), "page": str(place)})
                    )
                    asked += 1
                finished = place == pages - 1
                yield Step(
                    page=page,
                    goes_on=after,
                    finished=finished,
                    reachable=(answer.total or 0) <= DEEPEST,
                    asked=asked,
                )

    def _page(self, payload: RawPayload) -> tuple[Page, TicketmasterAnswer]:
        answer = opened(json_of(payload))
        return Page(payload=payload, records=records(answer)), answer

    def _question(self, params: FetchParams) -> dict[str, str]:
        """What every request of the walk asks. Raises ConfigInvalid where no place is given."""
        config = self.config
        asked = {
            "city": config.city, "countryCode": config.country.upper(), "stateCode": config.state.upper(), "keyword": config.keyword,
            "classificationName": config.classification or params.category, "venueId": config.venue_id, "attractionId": config.attraction_id,
            "locale": config.locale, "size": str(LARGEST_PAGE), "sort": "id,asc",
        }  # fmt: skip
        placed = config.city or config.venue_id or config.attraction_id or config.country
        circle = config.latlong or (
            "" if placed or params.lat is None or params.lng is None else f"{params.lat},{params.lng}"
        )
        if circle:
            asked |= {
                "latlong": circle,
                "radius": str(config.radius_km or round(params.radius_km or 25)),
                "unit": "km",
            }
        elif not placed:
            raise ConfigInvalid(
                "city: missing; give a city, a country, latlong, a venue or an act, or give the source a city"
            )
        return {name: value for name, value in asked.items() if value}

    def _ask(self, http: HttpClient, path: str, asked: dict[str, str]) -> RawPayload:
        return self.ask(http, f"discovery/v2/{path}", asked)


def _between(span: Span) -> dict[str, str]:
    """The only form of dates that the API takes: seconds, no fraction, Z."""
    return {
        "startDateTime": span.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endDateTime": span.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "includeTBA": "yes",
        "includeTBD": "yes",
    }


def _state(whole: bool, until: datetime, goes_on: datetime | None = None) -> dict[str, Any]:
    """Coverage of a page, and where the next run goes on."""
    checkpoint = {"from": goes_on.isoformat() if goes_on else ""}
    if not whole:
        return {"coverage": Coverage.PARTIAL, "cut": True, "checkpoint": checkpoint}
    return {"coverage": Coverage.WINDOWED, "covered_until": until, "checkpoint": checkpoint}
