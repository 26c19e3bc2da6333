"""Songkick: calendars of metro areas, venues and artists, by its API (3.0, for those who hold a key) or by
its public pages' structured data.

https://www.songkick.com/developer/response-objects
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi, Key, Paging
from pipeline.connectors.support.platform import fetch_one, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import http_url

API: Final = "https://api.songkick.com/api/3.0"
SITE: Final = "https://www.songkick.com"
_PAGE: Final = 50
_PATH: Final = patterns.compile(r"^/(metro[-_]areas|venues|artists)/(\d+)")
_ID: Final = patterns.compile(r"/(?:concerts|id)/(\d+)")
_EVENT: Final = patterns.compile(r"^/(?:concerts|festivals)/")
_STATUSES: Final = {
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SongkickConfig:
    """Whose calendar is read: one of these."""

    metro_area: str = setting(
        "Number of a metro area, as in its web address: 17835 of /metro-areas/17835-us-los-angeles."
    )
    venue: str = setting("Number of a venue, as in its web address.")
    artist: str = setting("Number of an artist, as in its web address.")
    url: str = setting("Address of one public page, such as that of a concert; read by its structured data.")
    max_pages: int = setting("Pages of one run; what is left is taken up by the next one.", 20)
    api: str = setting("Address of the API; for tests.", API)
    site: str = setting("Address of the public site; for tests.", SITE)


class SongkickConnector(JsonApi):
    """Reads the API where there is a key, else the public pages, as the connector `page` does."""

    metadata: ClassVar[Metadata] = Metadata(
        name="songkick",
        title="Songkick",
        type=SourceType.API,
        tier=Tier.CONFIGURATION,
        hosts=("songkick.com",),
        allows="With a key: upcoming events of metro areas, venues and artists. Without: public pages, as robots.txt and the terms allow.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(Quota(requests=60, seconds=60),),
        storage="Songkick's terms of the key decide; ask again at least daily.",
        attribution="'Concerts by Songkick' with its logo, and a link to each event there.",
        credit="Concerts by Songkick",
        sunset="No new API keys are given out to the public; those that exist go on.",
        terms="https://www.songkick.com/developer/api-terms-of-use",
        link="https://www.songkick.com/developer/response-objects",
        variables=("SONGKICK_API_KEY",),
        credential=CredentialKind.KEY,
    )
    config_type: ClassVar[type[SongkickConfig]] = SongkickConfig
    marks = ((b'"resultsPage',),)
    credential = Key(parameter="apikey")
    paging = Paging(checkpoint="page", once=True, whole=Coverage.COMPLETE)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for a page of results with events, or expressly without. Public pages are recognized by the
        connector `page`."""
        results = at(value, "resultsPage", "results")
        empty = results == {} and number(value, "resultsPage", "totalEntries") == 0
        return (
            0.95 if empty or any(isinstance(at(one, "start"), Mapping) for one in _events(results)) else 0.0
        )

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The calendar of a metro area, a venue or an artist; a concert's or festival's page by itself."""
        path = urlsplit(url).path if is_on(url, cls.metadata.hosts) else ""
        found = _PATH.match(path)
        if found:
            return {found.group(1).replace("-", "_").removesuffix("s"): found.group(2)}
        return {"url": values.url_identity(url)} if _EVENT.match(path) else None

    def check_credentials(self, http: HttpClient) -> None:
        """One event of London, where there is a key."""
        if self.credentials:
            _results(
                json_of(self.ask(http, "metro_areas/24426/calendar.json", {"page": "1", "per_page": "1"}))
            )

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """All pages of a calendar. COMPLETE by the API; PARTIAL by public pages, which do not say how many
        there are."""
        if self.config.url:
            url = http_url(self.config.url)
            if not url:
                raise ConfigInvalid("url: give the http or https address of a page of Songkick")
            yield from fetch_one(self, url, params, http)
        elif self.credentials:
            yield from self.pages(params, http)
        else:
            yield from values.up_to(self._by_site(*self._wanted(), params, http), params.limit)

    def ask_page(self, params: FetchParams, http: HttpClient, here: int) -> RawPayload:
        """One page of 50 events of the calendar by the API."""
        kind, name = self._wanted()
        return self.ask(http, f"{kind}s/{name}/calendar.json", {"page": str(here), "per_page": str(_PAGE)})

    def onward(self, value: Any, here: int) -> int | None:
        """The next page, as long as the answer's total is not reached."""
        more = _results(value) and here * _PAGE < (number(value, "resultsPage", "totalEntries") or 0)
        return here + 1 if more else None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer of the API or of a public page. Raises SchemaChanged for an error of the
        API and for anything else."""
        if payload.content.lstrip()[:1] == b"<":
            return _cleaned(PageConnector(PageConfig(words=False)).read(payload, params))
        value = json_of(payload)
        items = _results(value)
        total = number(value, "resultsPage", "totalEntries")
        return self.page(payload, map(_record, items), params, more=total is not None and total > len(items))

    def _wanted(self) -> tuple[str, str]:
        for kind in ("metro_area", "venue", "artist"):
            name = getattr(self.config, kind)
            if name and not name.isdigit():
                raise ConfigInvalid(f"{kind}: give the number in its web address, such as 17835")
            if name:
                return kind, name
        raise ConfigInvalid(
            "metro_area: missing; give the number of a metro area, a venue or an artist, or a url"
        )

    def _by_site(self, kind: str, name: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """The public pages of a calendar until one brings nothing new."""
        calendar = "" if kind == "metro_area" else "/calendar"
        address = f"{self.config.site.rstrip('/')}/{kind.replace('_', '-')}s/{name}{calendar}"
        seen: set[str] = set()
        for turn in range(1, max(1, self.config.max_pages) + 1):
            payload = payload_of(http.get(address, params={"page": str(turn)} if turn > 1 else None))
            try:
                page = self.read(payload, replace(params, limit=None))
            except SchemaChanged:
                if turn == 1:
                    raise
                return
            known = len(seen)
            records = values.once(page.records, seen)
            if len(seen) == known and turn > 1:
                return
            yield replace(page, records=records)


def _events(results: Any) -> list[dict[str, Any]]:
    """The events of a page of results, also those inside the entries of a person's calendar."""
    inside = [one for entry in objects(results, "calendarEntry") for one in objects(entry, "event")]
    return [*objects(results, "event"), *inside]


def _results(value: Any) -> list[dict[str, Any]]:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    page = at(value, "resultsPage")
    said = text(page, "error", "message")
    if said or text(page, "status") == "error":
        raise SchemaChanged(f"Songkick answers with an error: {said[:200] or 'no words'}")
    results = at(page, "results")
    if not isinstance(results, Mapping) or (results and not {"event", "calendarEntry"} & set(results)):
        raise SchemaChanged("no events of Songkick in this answer")
    found = _events(results)
    if not found and any(results.values()):
        raise SchemaChanged("no event of Songkick's answer can be read")
    return found


def _record(item: Mapping[str, Any]) -> RawRecord | Dropped:
    venue = _venue(item)
    placed, score, age = venue.lat is not None, at(item, "popularity"), line(item, "ageRestriction")
    acts = sorted(objects(item, "performance"), key=lambda act: number(act, "billingIndex") or 1_000)
    return values.event(
        item,
        name=text(item, "id"),
        title=line(item, "displayName"),
        start=_moment(at(item, "start"), placed=placed),
        end=_moment(at(item, "end"), placed=placed),
        venue=venue,
        categories=values.lines([line(item, "type")]),
        tags=values.lines([line(item, "series", "displayName")]),
        url=link(item, "uri"),
        ticket_url=link(item, "ticketsUri"),
        performers=values.lines(
            line(act, "displayName") or line(act, "artist", "displayName") for act in acts
        ),
        status=str(_STATUSES.get(text(item, "status").lower(), "")),
        popularity={"score": round(score * 1000)} if isinstance(score, float) and 0 < score <= 1 else {},
        accessibility={"age": age} if age else {},
    )


def _moment(told: Any, *, placed: bool) -> RawTime | None:
    """Date and time as the clock shows them there; the day alone where there is no time.

    The offset of `datetime` is that of winter all year round in older answers, so it counts only where
    coordinates do not tell the zone.
    """
    day, clock, with_offset = text(told, "date"), text(told, "time"), text(told, "datetime")
    if with_offset and not placed:
        return raw_time(with_offset)
    return raw_time(f"{day}T{clock}" if day and clock else day or with_offset)


def _venue(item: Mapping[str, Any]) -> Venue:
    """The venue; one that is not known yet has the coordinates of its city, which do not count as its own."""
    place, around = at(item, "venue"), at(item, "location")
    own = values.coordinates(at(place, "lat"), at(place, "lng"))
    told = [part.strip() for part in line(around, "city").split(",") if part.strip()]
    area, title = line(place, "metroArea", "displayName"), line(place, "displayName")
    city = line(place, "city", "displayName") or (told[0] if told else area)
    country = line(place, "city", "country", "displayName") or line(
        place, "metroArea", "country", "displayName"
    )
    return values.venue(
        name="" if title.casefold().startswith("unknown venue") else title,
        street=line(place, "street"),
        area=[line(place, "zip"), city],
        city=city,
        country=country or (told[-1] if told[1:] else ""),
        point=own if own[0] is not None else (at(around, "lat"), at(around, "lng")),
        songkick=text(place, "id"),
    )


def _cleaned(page: Page) -> Page:
    """Records of a public page under the ids that the API gives, where their address tells them."""
    return replace(
        page, records=[_with_number(one) if isinstance(one, RawRecord) else one for one in page.records]
    )


def _with_number(record: RawRecord) -> RawRecord:
    found = _ID.search(urlsplit(record.url).path)
    return replace(record, external_id=found.group(1), stable_id=True) if found else record
