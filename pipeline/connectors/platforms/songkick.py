"""Songkick: calendars of metro areas, venues and artists, by its API (3.0, for those who hold a key) or by
its public pages' structured data.

https://www.songkick.com/developer/response-objects
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import raw_time

API: Final = "https://api.songkick.com/api/3.0"
SITE: Final = "https://www.songkick.com"
_PAGE: Final = 50
_ID: Final = patterns.compile(r"/(?:concerts|id)/(\d+)")
_EVENT: Final = patterns.compile(r"^/(?:concerts|festivals)/")


@dataclass(frozen=True, kw_only=True, slots=True)
class SongkickConfig:
    """Whose calendar is read: one of these."""

    metro_area: str = sdk.setting(
        "Number of a metro area, as in its web address: 17835 of /metro-areas/17835-us-los-angeles."
    )
    venue: str = sdk.setting("Number of a venue, as in its web address.")
    artist: str = sdk.setting("Number of an artist, as in its web address.")
    url: str = sdk.setting(
        "Address of one public page, such as that of a concert; read by its structured data."
    )
    max_pages: int = sdk.setting("Pages of one run; what is left is taken up by the next one.", 20)
    api: str = sdk.setting("Address of the API; for tests.", API)
    site: str = sdk.setting("Address of the public site; for tests.", SITE)


class SongkickConnector(sdk.EventList):
    """Reads the API where there is a key, else the public pages, as the connector `page` does."""

    metadata = sdk.Metadata(
        name="songkick",
        title="Songkick",
        type=sdk.SourceType.API,
        tier=sdk.Tier.CONFIGURATION,
        hosts=("songkick.com",),
        allows="With a key: upcoming events of metro areas, venues and artists. Without: public pages, as robots.txt and the terms allow.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(sdk.Quota(requests=60, seconds=60),),
        storage="Songkick's terms of the key decide; ask again at least daily.",
        attribution="'Concerts by Songkick' with its logo, and a link to each event there.",
        credit="Concerts by Songkick",
        sunset="No new API keys are given out to the public; those that exist go on.",
        terms="https://www.songkick.com/developer/api-terms-of-use",
        link="https://www.songkick.com/developer/response-objects",
        variables=("SONGKICK_API_KEY",),
        credential=sdk.CredentialKind.KEY,
    )
    config_type = SongkickConfig
    marks = ((b'"resultsPage',),)
    addresses = (
        (patterns.compile(r"^/metro[-_]areas/(\d+)"), "metro_area", "{}"),
        (patterns.compile(r"^/venues/(\d+)"), "venue", "{}"),
        (patterns.compile(r"^/artists/(\d+)"), "artist", "{}"),
    )
    credential = sdk.Key(parameter="apikey")
    errors = ("resultsPage.error.message",)
    probe = ("metro_areas/24426/calendar.json", {"page": "1", "per_page": "1"})
    paging = sdk.Paging(checkpoint="page", once=True, whole=sdk.Coverage.COMPLETE)
    page_size = _PAGE
    total = ("resultsPage", "totalEntries")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for a page of results with events, or expressly without. Public pages are recognized by the
        connector `page`."""
        results = at(value, "resultsPage", "results")
        empty = results == {} and cls.total_of(value) == 0
        dated = any(isinstance(at(one, "start"), Mapping) for one in _events(results))
        return 0.95 if empty or dated else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The calendar of a metro area, a venue or an artist; a concert's or festival's page by itself."""
        calendar = super().config_for(url)
        alone = sdk.is_on(url, cls.metadata.hosts) and _EVENT.match(urlsplit(url).path)
        return {"url": values.url_identity(url)} if alone else calendar

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """One event of London, where there is a key."""
        if self.credentials:
            super().check_credentials(http)

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All pages of a calendar. COMPLETE by the API; PARTIAL by public pages, which do not say how many
        there are."""
        if self.config.url:
            url = values.address(self.config.url, "url: give the http or https address of a page of Songkick")
            yield from sdk.fetch_one(self, url, params, http)
        elif self.credentials:
            yield from self.pages(params, http)
        else:
            yield from values.up_to(self._by_site(*self._wanted(), params, http), params.limit)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: int) -> sdk.RawPayload:
        """One page of 50 events of the calendar by the API."""
        kind, name = self._wanted()
        return self.ask(http, f"{kind}s/{name}/calendar.json", {"page": str(here), "per_page": str(_PAGE)})

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events of an answer of the API or of a public page; these under the ids that the API gives,
        where their address tells them."""
        if payload.content.lstrip()[:1] != b"<":
            return super().read(payload, params)
        page = PageConnector(PageConfig(words=False)).read(payload, params)
        records = [_with_number(one) if isinstance(one, sdk.RawRecord) else one for one in page.records]
        return replace(page, records=records)

    def _wanted(self) -> tuple[str, str]:
        for kind in ("metro_area", "venue", "artist"):
            name = getattr(self.config, kind)
            if name and not name.isdigit():
                raise sdk.ConfigInvalid(f"{kind}: give the number in its web address, such as 17835")
            if name:
                return kind, name
        raise sdk.ConfigInvalid(
            "metro_area: missing; give the number of a metro area, a venue or an artist, or a url"
        )

    def _by_site(
        self, kind: str, name: str, params: sdk.FetchParams, http: sdk.HttpClient
    ) -> Iterator[sdk.Page]:
        """The public pages of a calendar until one brings nothing new."""
        calendar = "" if kind == "metro_area" else "/calendar"
        address = f"{self.config.site.rstrip('/')}/{kind.replace('_', '-')}s/{name}{calendar}"
        seen: set[str] = set()
        for turn in range(1, max(1, self.config.max_pages) + 1):
            payload = sdk.payload_of(http.get(address, params={"page": str(turn)} if turn > 1 else None))
            try:
                page = self.read(payload, replace(params, limit=None))
            except sdk.SchemaChanged:
                if turn == 1:
                    raise
                return
            known = len(seen)
            records = values.once(page.records, seen)
            if len(seen) == known and turn > 1:
                return
            yield replace(page, records=records)

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of an answer."""
        cls.refuse_error(value, failed=text(value, "resultsPage", "status") == "error")
        results = at(value, "resultsPage", "results")
        if not isinstance(results, Mapping) or (results and not {"event", "calendarEntry"} & set(results)):
            raise sdk.SchemaChanged("no events of Songkick in this answer")
        found = _events(results)
        if not found and any(results.values()):
            raise sdk.SchemaChanged("no event of Songkick's answer can be read")
        return found

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event."""
        venue, score = _venue(item), at(item, "popularity")
        acts = sorted(objects(item, "performance"), key=lambda act: number(act, "billingIndex") or 1_000)
        return values.event(
            item,
            name=text(item, "id"),
            title=line(item, "displayName"),
            start=_moment(at(item, "start"), placed=venue.lat is not None),
            end=_moment(at(item, "end"), placed=venue.lat is not None),
            venue=venue,
            categories=values.lines([line(item, "type")]),
            tags=values.lines([line(item, "series", "displayName")]),
            url=link(item, "uri"),
            ticket_url=link(item, "ticketsUri"),
            performers=values.lines(
                line(act, "displayName") or line(act, "artist", "displayName") for act in acts
            ),
            status=values.status(text(item, "status")),
            popularity=counts(score=values.thousandths(score) if score else None),
            accessibility=values.filled(age=line(item, "ageRestriction")),
        )


def _events(results: Any) -> list[dict[str, Any]]:
    """The events of a page of results, also those inside the entries of a person's calendar."""
    inside = [one for entry in objects(results, "calendarEntry") for one in objects(entry, "event")]
    return [*objects(results, "event"), *inside]


def _moment(reported: Any, *, placed: bool) -> sdk.RawTime | None:
    """Date and time as the clock shows them there; the day alone where there is no time.

    The offset of `datetime` is that of winter all year round in older answers, so it counts only where
    coordinates do not tell the zone.
    """
    day, clock, with_offset = text(reported, "date"), text(reported, "time"), text(reported, "datetime")
    if with_offset and not placed:
        return raw_time(with_offset)
    return raw_time(f"{day}T{clock}" if day and clock else day or with_offset)


def _venue(item: Mapping[str, Any]) -> sdk.Venue:
    """The venue; one that is not known yet has the coordinates of its city, which do not count as its own."""
    place, around = at(item, "venue"), at(item, "location")
    own = values.coordinates(at(place, "lat"), at(place, "lng"))
    reported = [part.strip() for part in line(around, "city").split(",") if part.strip()]
    metro, title = at(place, "metroArea"), line(place, "displayName")
    city = line(place, "city", "displayName") or (reported[0] if reported else line(metro, "displayName"))
    country = line(place, "city", "country", "displayName") or line(metro, "country", "displayName")
    return values.venue(
        name="" if title.casefold().startswith("unknown venue") else title,
        street=line(place, "street"),
        area=[line(place, "zip"), city],
        city=city,
        country=country or (reported[-1] if reported[1:] else ""),
        point=own if own[0] is not None else (at(around, "lat"), at(around, "lng")),
        songkick=text(place, "id"),
    )


def _with_number(record: sdk.RawRecord) -> sdk.RawRecord:
    found = _ID.search(urlsplit(record.url).path)
    return replace(record, external_id=found.group(1), stable_id=True) if found else record
