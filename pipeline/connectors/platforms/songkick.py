"""Songkick: calendars of metro areas, venues and artists, by its API (3.0, for those who hold a key) or by
its public pages' structured data.

https://www.songkick.com/developer/response-objects
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.formats.page.place import coordinates
from pipeline.connectors.support.answers import (
    at,
    kept_without,
    line,
    lines,
    link,
    number,
    objects,
    once,
    postal,
    source_of,
    text,
    up_to,
)
from pipeline.connectors.support.identity import settled, url_identity
from pipeline.connectors.support.platform import Platform, is_on, json_of
from pipeline.connectors.support.remote import payload_of
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import MAX_TITLE, bounded_id, clip, http_url

API: Final = "https://api.songkick.com/api/3.0"
SITE: Final = "https://www.songkick.com"
_PAGE: Final = 50
_PATH: Final = patterns.compile(r"^/(metro[-_]areas|venues|artists)/(\d+)")
_ID: Final = patterns.compile(r"/(?:concerts|id)/(\d+)")
_EVENT: Final = patterns.compile(r"^/(?:concerts|festivals)/")
_KINDS: Final = {
    "metro-areas": "metro_area",
    "metro_areas": "metro_area",
    "venues": "venue",
    "artists": "artist",
}
_STATUSES: Final = {
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
}


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, kw_only=True, slots=True)
class SongkickConfig:
    """Whose calendar is read: one of these."""

    metro_area: str = field(
        default="",
        metadata=_help(
            "Number of a metro area, as in its web address: 17835 of /metro-areas/17835-us-los-angeles."
        ),
    )
    venue: str = field(default="", metadata=_help("Number of a venue, as in its web address."))
    artist: str = field(default="", metadata=_help("Number of an artist, as in its web address."))
    url: str = field(
        default="",
        metadata=_help("Address of one public page, such as that of a concert; read by its structured data."),
    )
    max_pages: int = field(
        default=20, metadata=_help("Pages of one run; what is left is taken up by the next one.")
    )
    api: str = field(default=API, metadata=_help("Address of the API; for tests."))
    site: str = field(default=SITE, metadata=_help("Address of the public site; for tests."))


class SongkickConnector(Platform):
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

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for a page of results with events, or expressly without. Public pages are recognized by the
        connector `page`."""
        if b'"resultsPage' not in payload.content:
            return 0.0
        try:
            value = json_of(payload)
        except SchemaChanged:
            return 0.0
        results = at(value, "resultsPage", "results")
        found = _events(results)
        empty = results == {} and number(value, "resultsPage", "totalEntries") == 0
        return 0.95 if empty or any(isinstance(at(one, "start"), Mapping) for one in found) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The calendar of a metro area, a venue or an artist; a concert's or festival's page by itself."""
        if not is_on(url, cls.metadata.hosts):
            return None
        path = urlsplit(url).path
        found = _PATH.match(path)
        if found:
            return {_KINDS[found.group(1)]: found.group(2)}
        return {"url": url_identity(url)} if _EVENT.match(path) else None

    def check_credentials(self, http: HttpClient) -> None:
        """One event of London, where there is a key."""
        if self.credentials:
            _results(json_of(self._ask(http, "metro_areas/24426/calendar", page="1", per_page="1")))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """All pages of a calendar. COMPLETE by the API; PARTIAL by public pages, which do not say how many
        there are, and where `max_pages` ends it."""
        if self.config.url:
            url = http_url(self.config.url)
            if not url:
                raise ConfigInvalid("url: give the http or https address of a page of Songkick")
            yield self.read(payload_of(http.get(url, conditional=True)), params)
            return
        kind, name = self._wanted()
        walk = (
            self._by_api(kind, name, params, http)
            if self.credentials
            else self._by_pages(kind, name, params, http)
        )
        yield from up_to(walk, params.limit)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer of the API or of a public page. Raises SchemaChanged for an error of the
        API and for anything else."""
        if payload.content.lstrip()[:1] == b"<":
            return _cleaned(PageConnector(PageConfig(words=False)).read(payload, params))
        value = json_of(payload)
        items = _results(value)
        total = number(value, "resultsPage", "totalEntries")
        cut = params.limit is not None or (total is not None and total > len(items))
        return Page(
            payload=payload,
            records=settled([_record(one) for one in items])[: params.limit],
            coverage=Coverage.PARTIAL,
            cut=cut,
        )

    def _wanted(self) -> tuple[str, str]:
        for kind, name in (
            ("metro_area", self.config.metro_area),
            ("venue", self.config.venue),
            ("artist", self.config.artist),
        ):
            if name:
                if not name.isdigit():
                    raise ConfigInvalid(f"{kind}: give the number in its web address, such as 17835")
                return kind, name
        raise ConfigInvalid(
            "metro_area: missing; give the number of a metro area, a venue or an artist, or a url"
        )

    def _by_api(self, kind: str, name: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        first, seen = number(params.checkpoint, "page") or 1, set[str]()
        last = first + max(1, self.config.max_pages) - 1
        for page in range(first, last + 1):
            payload = self._ask(http, f"{kind}s/{name}/calendar", page=str(page), per_page=str(_PAGE))
            value = json_of(payload)
            items = _results(value)
            more = bool(items) and page * _PAGE < (number(value, "resultsPage", "totalEntries") or 0)
            whole = first == 1 and not (more and page == last)
            yield Page(
                payload=payload,
                records=once(map(_record, items), seen),
                coverage=Coverage.COMPLETE if whole else Coverage.PARTIAL,
                cut=not whole,
                checkpoint={"page": page + 1 if more and page == last else 1},
            )
            if not more:
                return

    def _by_pages(self, kind: str, name: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """The pages of a calendar until one brings nothing new."""
        address = f"{self.config.site.rstrip('/')}/{kind.replace('_', '-')}s/{name}{'' if kind == 'metro_area' else '/calendar'}"
        seen: set[str] = set()
        for number_of_page in range(1, max(1, self.config.max_pages) + 1):
            payload = payload_of(
                http.get(address, params={"page": str(number_of_page)} if number_of_page > 1 else None)
            )
            try:
                page = self.read(payload, replace(params, limit=None))
            except SchemaChanged:
                if number_of_page == 1:
                    raise
                return
            known = len(seen)
            records = once(page.records, seen)
            if len(seen) == known and number_of_page > 1:
                return
            yield replace(page, records=records)

    def _ask(self, http: HttpClient, path: str, **asked: str) -> RawPayload:
        url = f"{self.config.api.rstrip('/')}/{path}.json"
        return kept_without(payload_of(http.get(url, params={**asked, "apikey": self.key()})), "apikey")


def _events(results: Any) -> list[Mapping[str, Any]]:
    """The events of a page of results, also those inside the entries of a person's calendar."""
    inside = [one for entry in objects(results, "calendarEntry") for one in objects(entry, "event")]
    return [*objects(results, "event"), *inside]


def _results(value: Any) -> list[Mapping[str, Any]]:
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
    notes: list[str] = []
    name = bounded_id(text(item, "id"), notes=notes)
    title = clip(line(item, "displayName"), MAX_TITLE, what="title", notes=notes)
    venue = _venue(item)
    start = _moment(at(item, "start"), placed=venue.lat is not None)
    if start is None or not title:
        return Dropped(
            reason="no start" if start is None else "no title",
            external_id=name,
            title=title,
            raw=source_of(item),
        )
    status = text(item, "status").lower()
    score = at(item, "popularity")
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        start=start,
        end=_moment(at(item, "end"), placed=venue.lat is not None),
        venue=venue,
        categories=lines([line(item, "type")]),
        tags=lines([line(item, "series", "displayName")]),
        url=link(item, "uri"),
        ticket_url=link(item, "ticketsUri"),
        performers=_performers(item),
        status=str(_STATUSES.get(status, "")),
        popularity={"score": round(score * 1000)} if isinstance(score, float) and 0 < score <= 1 else {},
        accessibility={"age": line(item, "ageRestriction")} if line(item, "ageRestriction") else {},
        raw=source_of(item),
        notes=tuple(notes),
    )


def _moment(told: Any, *, placed: bool) -> RawTime | None:
    """Date and time as the clock shows them there; the day alone where there is no time.

    The offset of `datetime` is that of winter all year round in older answers, so it counts only where
    coordinates do not tell the zone.
    """
    day, clock = text(told, "date"), text(told, "time")
    with_offset = text(told, "datetime")
    if with_offset and not placed:
        return raw_time(with_offset)
    if day and clock:
        return raw_time(f"{day}T{clock}")
    return raw_time(day or with_offset)


def _venue(item: Mapping[str, Any]) -> Venue:
    """The venue; one that is not known yet has the coordinates of its city, which do not count as its own."""
    place = at(item, "venue")
    lat, lng = coordinates(at(place, "lat"), at(place, "lng"))
    if lat is None:
        lat, lng = coordinates(at(item, "location", "lat"), at(item, "location", "lng"))
    told = [part.strip() for part in line(item, "location", "city").split(",") if part.strip()]
    city = line(place, "city", "displayName") or (
        told[0] if told else line(place, "metroArea", "displayName")
    )
    country = (
        line(place, "city", "country", "displayName")
        or line(place, "metroArea", "country", "displayName")
        or (told[-1] if told[1:] else "")
    )
    street, name = line(place, "street"), text(place, "id")
    title = line(place, "displayName")
    return Venue(
        name="" if title.casefold().startswith("unknown venue") else title,
        address=postal(street, line(place, "zip"), city) if street else "",
        city=city,
        country=country,
        lat=lat,
        lng=lng,
        external_ids={"songkick": name[:200]} if name else {},
    )


def _performers(item: Mapping[str, Any]) -> tuple[str, ...]:
    acts = sorted(objects(item, "performance"), key=lambda act: number(act, "billingIndex") or 1_000)
    return lines(line(act, "displayName") or line(act, "artist", "displayName") for act in acts)


def _cleaned(page: Page) -> Page:
    """Records of a public page under the ids that the API gives, where their address tells them."""
    return replace(
        page, records=[_with_number(one) if isinstance(one, RawRecord) else one for one in page.records]
    )


def _with_number(record: RawRecord) -> RawRecord:
    found = _ID.search(urlsplit(record.url).path)
    return replace(record, external_id=found.group(1), stable_id=True) if found else record
