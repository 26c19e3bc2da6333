"""Eventbrite: an organization's, an organizer's or a venue's events and single ones by the API (v3), a city's
by its public listing pages.

https://www.eventbrite.com/platform/api
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import read_graph
from pipeline.connectors.formats.page.jsonld import graph
from pipeline.connectors.formats.public_page import PublicPages
from pipeline.connectors.platforms.eventbrite.answer import (
    SERVER_DATA,
    Answer,
    is_event,
    listing,
    numbered,
    opened,
    record,
    server_data,
)
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import number, objects
from pipeline.text.decoding import decode_payload

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

    organization: str = sdk.setting("Number of an organization whose member the key's owner is. Needs a key.")
    organizer: str = sdk.setting(
        "Number of an organizer, as its page's address ends with. By the API with a key, else its page."
    )
    venue: str = sdk.setting("Number of a venue. Needs a key.")
    event: str = sdk.setting(
        "Number of an event, as its page's address ends with. By the API with a key, else its page."
    )
    city: str = sdk.setting(
        "A city's public listing, as in its web address: india--bengaluru of /d/india--bengaluru/events/."
    )
    url: str = sdk.setting("Address of one public page of Eventbrite; read by its structured data.")
    category: str = sdk.setting(
        "Of a city's listing: the next part of its address, such as music--events. Empty: all events."
    )
    max_pages: int = sdk.setting("Pages of one run; what is left is taken up by the next one.", 20)
    api: str = sdk.setting("Address of the API; for tests.", "https://www.eventbriteapi.com/v3")
    site: str = sdk.setting("Address of the public site; for tests.", "https://www.eventbrite.com")


class EventbriteConnector(PublicPages):
    """Reads the API where there is a key, and public pages. There is no search of all events by the API any
    more."""

    metadata = sdk.Metadata(
        name="eventbrite",
        title="Eventbrite",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=(*_HOSTS, "eventbriteapi.com"),
        allows="With a private token: events of your organizations, of a venue or an organizer, and single ones. Without: public listing pages.",
        quota="1,000 requests an hour, 48,000 a day for each token, by default.",
        quotas=(sdk.Quota(requests=1_000, seconds=3_600), sdk.Quota(requests=48_000, seconds=86_400)),
        storage="Only as long as needed to show it; take away what its organizer takes away.",
        attribution="Link every event to its Eventbrite page.",
        sunset="The public event search (GET /v3/events/search/) was closed to all on 20 February 2020.",
        terms="https://www.eventbrite.com/help/en-us/articles/833731/eventbrite-api-terms-of-use",
        link="https://www.eventbrite.com/platform/api",
        variables=("EVENTBRITE_API_KEY",),
        credential=sdk.CredentialKind.KEY,
    )
    config_type = EventbriteConfig
    credential = sdk.Key(header="authorization", form="Bearer {}")
    marks = ((b"eventbrite",), (b'"object_count"',), (b'"destination_event"',))
    page_marks = ((SERVER_DATA.encode(), b"eventbrite."),)
    reads_lists = False
    paging = sdk.Paging(start="", whole=sdk.Coverage.COMPLETE, checkpoint="continuation", once=True)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an event, a list of such, or an answer with events or expressly without."""
        own = any(map(is_event, objects(value)[:5])) or (not isinstance(value, list) and listing(value))
        return 0.95 if own else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The pages of an event, an organizer or a city; an organizer's own subdomain by its address."""
        if not sdk.is_on(url, _HOSTS):
            return None
        parts = urlsplit(url)
        city = _CITY.match(parts.path if parts.path.endswith("/") else parts.path + "/")
        if city:
            category = (city.group(2) or "").lower()
            chosen = "" if category in ("events", "all-events") else category
            return {"city": city.group(1).lower(), **values.filled(category=chosen)}
        for prefix, name in (("/e/", "event"), ("/o/", "organizer")):
            if parts.path.startswith(prefix) and numbered(url):
                return {name: numbered(url)}
        own = _OWN_DOMAIN.match((parts.hostname or "").lower())
        listed = parts.path.startswith(("/o/", "/e/", "/cc/", "/s/"))
        return {"url": values.url_identity(url)} if own or listed else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Who the key belongs to, where there is one."""
        if self.credentials:
            value = sdk.json_of(self.ask(http, "users/me/"))
            if not isinstance(value, Mapping) or "id" not in value:
                opened(value)

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """By the API all current and future events (COMPLETE); by public pages a part of them (PARTIAL)."""
        config = self.config
        if config.city:
            yield from values.up_to(self._by_city(params, http), params.limit)
        elif config.event and self.credentials:
            path = f"events/{_digits('event', config.event)}/"
            page = self.read(self.ask(http, path, {"expand": _EXPAND}), params)
            alone = replace(page, coverage=sdk.Coverage.COMPLETE, cut=False)
            yield page if params.limit is not None else alone
        elif config.organization or config.venue or (config.organizer and self.credentials):
            yield from self._by_api(params, http)
        else:
            yield from sdk.fetch_one(self, self._page_address(), params, http)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: str | int) -> sdk.RawPayload:
        """One page of a list of events; `here` is its continuation, or its number where the list has none.
        Raises ConfigInvalid for what is no number."""
        config = self.config
        asked = {"expand": _EXPAND, "order_by": "start_asc", "status": "live,started,canceled"}
        asked |= {"page": str(here)} if isinstance(here, int) else values.filled(continuation=here)
        if config.organization:
            path = f"organizations/{_digits('organization', config.organization)}/events/"
            return self.ask(http, path, {**asked, "time_filter": "current_future"})
        kind, name = ("venue", config.venue) if config.venue else ("organizer", config.organizer)
        since = params.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        public = {"only_public": "true", "start_date.range_start": since}
        return self.ask(http, f"{kind}s/{_digits(kind, name)}/events/", asked | public)

    def onward(self, value: Any, here: str | int) -> str | int | None:
        """The continuation of an answer, else the number of the page after it."""
        answer = opened(value)
        return (answer.continuation or answer.page + 1) if answer.more else None

    def read_state(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page | None:
        """The events of a listing page's data; None where they are in its structured data alone."""
        answer = _answer(payload)
        return self._page(payload, answer, params) if answer.items else None

    def read_answer(self, payload: sdk.RawPayload, value: Any, params: sdk.FetchParams) -> sdk.Page:
        """The events of an answer of the API, or the error that it is."""
        return self._page(payload, opened(value), params)

    def read_markup(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events of a page's structured data, which some pages carry only inside the data for their
        scripts, under the numbers that the API gives them."""
        data = server_data(decode_payload(payload).text)
        try:
            found = super().read_markup(payload, replace(params, limit=None)).records
        except sdk.SchemaChanged:
            inside = (data or {}).get("jsonld")
            found = list(read_graph(graph([inside]), params, payload.url)) if inside else []
            if not found:
                raise
        more = (listing(data) or Answer()).more
        return self.page(payload, map(_numbered, found), params, more=more)

    def _page(self, payload: sdk.RawPayload, answer: Answer, params: sdk.FetchParams) -> sdk.Page:
        return self.page(payload, map(record, answer.items), params, more=answer.more)

    def _by_api(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All pages of a list. Where the continuation that an earlier run left is no longer good, from the
        beginning."""
        pages = self.pages(params, http)
        try:
            first = next(pages)
        except sdk.ClientRefused as error:
            if error.status != 400 or not params.checkpoint.get("continuation"):
                raise
            pages = self.pages(replace(params, checkpoint={}), http)
            first = next(pages)
        for page in chain([first], pages):
            # numbered pages shift from run to run: the next one begins anew
            is_numbered = isinstance(page.checkpoint.get("continuation"), int)
            yield replace(page, checkpoint={"continuation": ""}) if is_numbered else page

    def _by_city(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Pages of a city's listing, always a part: the site ranks and repeats. A short page is not the last
        one; one without anything new is."""
        address = self._page_address()
        first, seen = number(params.checkpoint, "page") or 1, set[str]()
        last = first + max(1, self.config.max_pages) - 1
        for place in range(first, last + 1):
            payload = sdk.payload_of(http.get(address, params={"page": str(place)}))
            try:
                page = self.read(payload, replace(params, limit=None))
            except sdk.SchemaChanged:
                if place == first:
                    raise
                return
            fresh, answer = values.once(page.records, seen), _answer(payload)
            known_last = answer.pages if answer.items else place + 1
            goes_on = place < known_last and any(isinstance(one, sdk.RawRecord) for one in fresh)
            cut = goes_on and place == last
            yield replace(page, records=fresh, cut=cut, checkpoint={"page": place + 1 if cut else 1})
            if not goes_on:
                return

    def _page_address(self) -> str:
        """The address of the public page that the configuration names. Raises ConfigInvalid where it names
        none."""
        config, site = self.config, self.config.site.rstrip("/")
        if config.city:
            if not _SLUG.match(config.city) or (config.category and not _CATEGORY.fullmatch(config.category)):
                raise sdk.ConfigInvalid(
                    "city: give it as in the web address of its listing, such as india--bengaluru"
                )
            return f"{site}/d/{config.city}/{config.category or 'all-events'}/"
        if config.event or config.organizer:
            kind, name = ("event", config.event) if config.event else ("organizer", config.organizer)
            return f"{site}/{kind[0]}/{_digits(kind, name)}"
        missing = "city: missing; give a city, an organization, an organizer, a venue, an event or a url"
        return values.address(config.url, missing)


def _answer(payload: sdk.RawPayload) -> Answer:
    """The list of an answer or of a listing page's data; empty where it has none."""
    is_page = sdk.first_byte(payload) == b"<"
    data = server_data(decode_payload(payload).text) if is_page else sdk.json_of(payload)
    return listing(data) or Answer()


def _digits(name: str, value: str) -> str:
    if not value.isdigit():
        raise sdk.ConfigInvalid(f"{name}: give its number")
    return value


def _numbered(found: sdk.RawRecord | sdk.Dropped) -> sdk.RawRecord | sdk.Dropped:
    """A record out of a page's structured data, under the number that the API gives the event."""
    if isinstance(found, sdk.Dropped) or not numbered(found.url):
        return found
    return replace(found, external_id=numbered(found.url), stable_id=True)
