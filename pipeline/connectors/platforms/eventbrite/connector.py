"""Eventbrite: an organization's, an organizer's or a venue's events and single ones by the API (v3), a city's
by its public listing pages.

https://www.eventbrite.com/platform/api
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector, read_graph
from pipeline.connectors.formats.page.jsonld import graph
from pipeline.connectors.platforms.eventbrite.answer import (
    SERVER_DATA,
    EventbriteAnswer,
    is_api_event,
    is_listed_event,
    listing,
    opened,
    server_data,
)
from pipeline.connectors.platforms.eventbrite.record import from_page, numbered, record
from pipeline.connectors.support.platform import Platform, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import number, objects, once, settled, up_to, url_identity
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import decode_payload, http_url

API: Final = "https://www.eventbriteapi.com/v3"
SITE: Final = "https://www.eventbrite.com"
_EXPAND: Final = "venue,organizer,category,subcategory,format,ticket_availability,event_sales_status"
_CITY: Final = patterns.compile(
    r"^/d/((?=[a-z0-9-]*?[a-z0-9-]--[a-z0-9-])[a-z0-9-]++|online)/(?:([a-z0-9-]++)/)?", patterns.IGNORECASE
)
_SLUG: Final = patterns.compile(r"^(?:(?=[a-z0-9-]*?[a-z0-9-]--[a-z0-9-])[a-z0-9-]++|online)$")
_CATEGORY: Final = patterns.compile(r"[a-z0-9-]+")
_OWN_DOMAIN: Final = patterns.compile(r"^(?!www\.)[a-z0-9-]+\.eventbrite\.")
_HOSTS: Final = tuple(
    f"eventbrite.{end}" for end in ("com", "co.uk", "ca", "com.au", "co.nz", "ie", "de", "fr", "es", "it", "pt", "nl", "be", "at", "ch", "dk",
    "fi", "se", "in", "sg", "hk", "com.br", "com.mx", "com.ar", "com.pe", "cl", "co")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class EventbriteConfig:
    """What is read: one of the first six."""

    organization: str = setting("Number of an organization whose member the key's owner is. Needs a key.")
    organizer: str = setting(
        "Number of an organizer, as its page's address ends with. By the API with a key, else its page."
    )
    venue: str = setting("Number of a venue. Needs a key.")
    event: str = setting(
        "Number of an event, as its page's address ends with. By the API with a key, else its page."
    )
    city: str = setting(
        "A city's public listing, as in its web address: india--bengaluru of /d/india--bengaluru/events/."
    )
    url: str = setting("Address of one public page of Eventbrite; read by its structured data.")
    category: str = setting(
        "Of a city's listing: the next part of its address, such as music--events. Empty: all events."
    )
    max_pages: int = setting("Pages of one run; what is left is taken up by the next one.", 20)
    api: str = setting("Address of the API; for tests.", API)
    site: str = setting("Address of the public site; for tests.", SITE)


class EventbriteConnector(Platform):
    """Reads the API where there is a key, and public pages. There is no search of all events by the API any
    more."""

    metadata: ClassVar[Metadata] = Metadata(
        name="eventbrite",
        title="Eventbrite",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=(*_HOSTS, "eventbriteapi.com"),
        allows="With a private token: events of your organizations, of a venue or an organizer, and single ones. Without: public listing pages.",
        quota="1,000 requests an hour, 48,000 a day for each token, by default.",
        quotas=(Quota(requests=1_000, seconds=3_600), Quota(requests=48_000, seconds=86_400)),
        storage="Only as long as needed to show it; take away what its organizer takes away.",
        attribution="Link every event to its Eventbrite page.",
        sunset="The public event search (GET /v3/events/search/) was closed to all on 20 February 2020.",
        terms="https://www.eventbrite.com/help/en-us/articles/833731/eventbrite-api-terms-of-use",
        link="https://www.eventbrite.com/platform/api",
        variables=("EVENTBRITE_API_KEY",),
        credential=CredentialKind.KEY,
    )
    config_type: ClassVar[type[EventbriteConfig]] = EventbriteConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for an answer of the API or of the site's search, with events or expressly without, and for a
        listing page with its data."""
        content = payload.content
        if SERVER_DATA.encode() in content:
            return 0.95 if b"eventbrite." in content and content.lstrip()[:1] == b"<" else 0.0
        if (
            b"eventbrite" not in content
            and b'"object_count"' not in content
            and b'"destination_event"' not in content
        ):
            return 0.0
        try:
            value = json_of(payload)
        except SchemaChanged:
            return 0.0
        return 0.95 if _is_own(value) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The pages of an event, an organizer or a city; an organizer's own subdomain by its address."""
        if not is_on(url, _HOSTS):
            return None
        parts = urlsplit(url)
        city = _CITY.match(parts.path if parts.path.endswith("/") else parts.path + "/")
        if city:
            category = (city.group(2) or "").lower()
            return {
                "city": city.group(1).lower(),
                **({} if category in ("", "events", "all-events") else {"category": category}),
            }
        for prefix, name in (("/e/", "event"), ("/o/", "organizer")):
            if parts.path.startswith(prefix) and numbered(url):
                return {name: numbered(url)}
        own = _OWN_DOMAIN.match((parts.hostname or "").lower())
        return (
            {"url": url_identity(url)}
            if own or parts.path.startswith(("/o/", "/e/", "/cc/", "/s/"))
            else None
        )

    def check_credentials(self, http: HttpClient) -> None:
        """Who the key belongs to, where there is one."""
        if self.credentials:
            value = json_of(self._ask(http, "users/me/", {}))
            if not isinstance(value, Mapping) or "id" not in value:
                opened(value)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """By the API all current and future events (COMPLETE); by public pages a part of them (PARTIAL)."""
        config = self.config
        if config.city:
            yield from up_to(self._by_city(params, http), params.limit)
        elif config.event and self.credentials:
            yield self._alone(
                self.read(
                    self._ask(http, f"events/{_digits('event', config.event)}/", {"expand": _EXPAND}), params
                ),
                params,
            )
        elif config.organization or config.venue or (config.organizer and self.credentials):
            yield from up_to(self._by_api(params, http), params.limit)
        else:
            yield self.read(payload_of(http.get(self._page_address(), conditional=True)), params)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer of the API or of a public page. Raises SchemaChanged for an error of the
        API and for anything else."""
        answer, records = self._read(payload, params)
        cut = answer.more or params.limit is not None
        return Page(
            payload=payload, records=settled(records)[: params.limit], coverage=Coverage.PARTIAL, cut=cut
        )

    def _read(
        self, payload: RawPayload, params: FetchParams
    ) -> tuple[EventbriteAnswer, list[RawRecord | Dropped]]:
        if payload.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
            answer = opened(json_of(payload))
            return answer, [record(item) for item in answer.items]
        data = server_data(decode_payload(payload).text)
        answer = (listing(data) if data else None) or EventbriteAnswer()
        if answer.items:
            return answer, [record(item) for item in answer.items]
        found = _marked_up(payload, data, params)
        return answer, [from_page(one) if isinstance(one, RawRecord) else one for one in found]

    def _by_api(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        path, asked = self._list(params)
        token = str(params.checkpoint.get("continuation") or "")
        resumed, seen = bool(token), set[str]()
        for place in range(max(1, self.config.max_pages)):
            try:
                payload = self._ask(http, path, {**asked, **({"continuation": token} if token else {})})
            except ClientRefused as error:
                if place or not resumed or error.status != 400:
                    raise
                # a token of an earlier run that is no longer good: from the beginning
                payload, resumed = self._ask(http, path, asked), False
            answer, records = self._read(payload, params)
            ends = answer.more and place == self.config.max_pages - 1
            whole = not resumed and not ends
            yield Page(
                payload=payload,
                records=once(records, seen),
                coverage=Coverage.COMPLETE if whole else Coverage.PARTIAL,
                cut=not whole,
                checkpoint={"continuation": answer.continuation if ends else ""},
            )
            token = answer.continuation
            if not answer.more:
                return
            asked = asked if token else {**asked, "page": str(answer.page + 1)}

    def _list(self, params: FetchParams) -> tuple[str, dict[str, str]]:
        """Path and parameters of a list of events. Raises ConfigInvalid for what is no number."""
        config = self.config
        common = {"expand": _EXPAND, "order_by": "start_asc", "status": "live,started,canceled"}
        if config.organization:
            return f"organizations/{_digits('organization', config.organization)}/events/", {
                **common,
                "time_filter": "current_future",
            }
        kind, name = ("venue", config.venue) if config.venue else ("organizer", config.organizer)
        since = params.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{kind}s/{_digits(kind, name)}/events/", {
            **common,
            "only_public": "true",
            "start_date.range_start": since,
        }

    def _by_city(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages of a city's listing, always a part: the site ranks and repeats. A short page is not the last
        one; an empty one is."""
        address = self._page_address()
        first, seen = number(params.checkpoint, "page") or 1, set[str]()
        last = first + max(1, self.config.max_pages) - 1
        for place in range(first, last + 1):
            payload = payload_of(http.get(address, params={"page": str(place)}))
            try:
                answer, records = self._read(payload, params)
            except SchemaChanged:
                if place == first:
                    raise
                return
            fresh = once(records, seen)
            known_last = answer.pages if answer.items else place + 1
            goes_on = place < known_last and any(isinstance(one, RawRecord) for one in fresh)
            yield Page(
                payload=payload,
                records=fresh,
                coverage=Coverage.PARTIAL,
                cut=goes_on and place == last,
                checkpoint={"page": place + 1 if goes_on and place == last else 1},
            )
            if not goes_on:
                return

    def _page_address(self) -> str:
        """The address of the public page that the configuration names. Raises ConfigInvalid where it names
        none."""
        config, site = self.config, self.config.site.rstrip("/")
        if config.city:
            if not _SLUG.match(config.city) or (config.category and not _CATEGORY.fullmatch(config.category)):
                raise ConfigInvalid(
                    "city: give it as in the web address of its listing, such as india--bengaluru"
                )
            return f"{site}/d/{config.city}/{config.category or 'all-events'}/"
        if config.event or config.organizer:
            kind, name = ("event", config.event) if config.event else ("organizer", config.organizer)
            return f"{site}/{kind[0]}/{_digits(kind, name)}"
        if not http_url(config.url):
            raise ConfigInvalid(
                "city: missing; give a city, an organization, an organizer, a venue, an event or a url"
            )
        return http_url(config.url)

    def _alone(self, page: Page, params: FetchParams) -> Page:
        return page if params.limit is not None else replace(page, coverage=Coverage.COMPLETE, cut=False)

    def _ask(self, http: HttpClient, path: str, asked: dict[str, str]) -> RawPayload:
        headers = {"authorization": f"Bearer {self.key()}"}
        return payload_of(http.get(f"{self.config.api.rstrip('/')}/{path}", params=asked, headers=headers))


def _marked_up(
    payload: RawPayload, data: Mapping[str, Any] | None, params: FetchParams
) -> Iterable[RawRecord | Dropped]:
    """The events of a page's structured data, which some pages carry only inside the data for their scripts.
    Raises SchemaChanged without any."""
    try:
        return PageConnector(PageConfig(words=False)).read(payload, replace(params, limit=None)).records
    except SchemaChanged:
        found = (
            list(read_graph(graph([data["jsonld"]]), params, payload.url))
            if data and data.get("jsonld")
            else []
        )
        if not found:
            raise
        return found


def _digits(name: str, value: str) -> str:
    if not value.isdigit():
        raise ConfigInvalid(f"{name}: give its number")
    return value


def _is_own(value: Any) -> bool:
    """Whether a JSON value is surely Eventbrite's: an event of it, a list of such, or an empty list of events
    beside its page numbers."""
    if isinstance(value, list):
        return any(is_listed_event(one) or is_api_event(one) for one in objects(value)[:5])
    return is_api_event(value) or is_listed_event(value) or listing(value) is not None
