"""Meetup: groups, networks and places through GraphQL; a group's calendar feed, and public pages, without a
token.

https://www.meetup.com/graphql/schema/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.public_page import PublicPages
from pipeline.connectors.platforms.meetup.answer import (
    EVENT_ID,
    RENEW,
    ROOTS,
    SITE,
    is_answer,
    lacks_a_field,
    listed,
    page_events,
    record,
)
from pipeline.connectors.support import sdk
from pipeline.connectors.support.values import at, text

_PAGE_SIZE: Final = 100
_KM_IN_MILE: Final = 1.609344
_LOCALE: Final = patterns.compile(r"^[a-z]{2}(-[A-Z]{2})?$")
#: First parts of paths that are no groups.
_NO_GROUPS: Final = frozenset(
    {"find", "pro", "apps", "help", "login", "register", "topics", "cities", "members", "media", "blog", "graphql", "start"}
)  # fmt: skip
#: What recorded answers have of an event, and what the schema offers beside it. A field that is gone makes the
#: whole query fail: then the first alone is asked.
_RECORDED: Final = """id title eventUrl createdTime status dateTime duration description group { id name urlname }
  venues { id name address city state postalCode country lat lon venueType } rsvps(first: 1) { totalCount }
  featuredEventPhoto { baseUrl } feeSettings { required amount currency }"""
_ALL_FIELDS: Final = f"""{_RECORDED}
  eventType endTime maxTickets group {{ timezone }} featuredEventPhoto {{ id highResUrl }} series {{ id }} topics {{ edges {{ node {{ name }} }} }}"""
_GROUP: Final = """query groupEvents($urlname: String!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  groupByUrlname(urlname: $urlname) { id name
    events(after: $cursor, first: $first, filter: { status: [ACTIVE, CANCELLED, PAST], afterDateTime: $after, beforeDateTime: $before }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } } } } }"""
_NETWORK: Final = """query networkEvents($urlname: ID!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  proNetwork(urlname: $urlname) {
    eventsSearch(input: { after: $cursor, first: $first, filter: { eventDateMin: $after, eventDateMax: $before } }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } } } } }"""
_NEARBY: Final = """query nearby($lat: Float!, $lon: Float!, $radius: Float, $from: String, $to: String, $first: Int, $cursor: String) {
  recommendedEvents(filter: { lat: $lat, lon: $lon, radius: $radius, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } } } }"""
_SEARCH: Final = """query search($lat: Float!, $lon: Float!, $radius: Float, $query: String!, $from: String, $to: String, $first: Int, $cursor: String) {
  eventSearch(filter: { lat: $lat, lon: $lon, radius: $radius, query: $query, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } } } }"""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetupConfig:
    """What to read of Meetup: a group, a Pro network, a public page, or what is near the source's city."""

    group: str = sdk.setting(
        "The group's name in its address, such as rladies-lagos in meetup.com/rladies-lagos/."
    )
    network: str = sdk.setting(
        "A Pro network's name in its address, such as rladies in meetup.com/pro/rladies/. Needs a token."
    )
    url: str = sdk.setting("A public page, such as a find page or an event's page. Read without a token.")
    query: str = sdk.setting(
        "Words to search for near the city. Without them, what Meetup lists there. Needs a token."
    )
    radius_km: float = sdk.setting("How far around the city to look, in km. 0: the city's own radius.", 0.0)
    max_pages: int = sdk.setting("Pages of 100 events to ask for, at most.", 20)


class MeetupConnector(PublicPages):
    """Reads Meetup's events."""

    metadata = sdk.Metadata(
        name="meetup",
        title="Meetup",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("meetup.com",),
        allows="With an OAuth token of a Pro account: events of groups and networks, and search by place. Without: groups' calendar feeds and public pages.",
        quota="500 points a minute for each key; a simple query costs one point.",
        quotas=(sdk.Quota(requests=500, seconds=60.0),),
        storage="While the event is listed: Meetup forbids caching for so long that data is no longer current, and names no number of days.",
        attribution="Link to the event's page on Meetup.",
        sunset="The REST API (api.meetup.com/find, /:group/events) is gone. GraphQL moved from /gql to /gql-ext, and its fields changed, in 2025.",
        terms="https://help.meetup.com/hc/en-us/sections/360000203792-Agreements",
        link="https://www.meetup.com/graphql/guide/",
        variables=("MEETUP_API_KEY",),
        credential=sdk.CredentialKind.OAUTH2,
    )
    config_type = MeetupConfig
    api: ClassVar[str] = "https://api.meetup.com/gql-ext"
    site: ClassVar[str] = SITE
    marks = tuple((b'"data"', name.encode()) for name in (*ROOTS, "isProOrganizer", "dateTime"))
    page_marks = ((b"__APOLLO_STATE__", b"meetup"),)
    feed_id = patterns.compile(r"^event_([A-Za-z0-9]+)@meetup\.com$")
    event_id = EVENT_ID
    paging = sdk.Paging(start="")
    fields: str = _ALL_FIELDS

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for an answer of GraphQL that begins with its data, with events or without."""
        return 0.97 if is_answer(value) and next(iter(value)) == "data" else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The group, network or page behind an address of Meetup's."""
        parts = sdk.path_parts(url, cls.metadata.hosts)
        if parts is None:
            return None
        if parts and _LOCALE.match(parts[0]):
            parts = parts[1:]
        if len(parts) > 1 and parts[0] == "pro":
            return {"network": parts[1]}
        return {"url": url} if not parts or parts[0] in _NO_GROUPS or cls.id_in(url) else {"group": parts[0]}

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Asks who the token belongs to. Without a token there is nothing to check."""
        if not self._token():
            return
        if not at(sdk.json_of(self._ask(http, "query { self { id name } }", {})), "data", "self"):
            raise sdk.CredentialsMissing(f"Meetup does not know whose token this is: {RENEW}")

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """By token page after page (a find page of a source with a city as a search around it); without, one
        conditional request.

        Raises ConfigInvalid where nothing says what to read.
        """
        config, is_find_page = self.config, urlsplit(self.config.url).path.rstrip("/").endswith("/find")
        if self._token() and (not config.url or (is_find_page and params.lat is not None)):
            # a group's and a network's events are all there are until the window's end
            whole = sdk.Coverage.WINDOWED if config.group or config.network else sdk.Coverage.PARTIAL
            for page in self.pages(params, http, whole=whole):
                until = params.end if page.coverage is sdk.Coverage.WINDOWED else None
                yield replace(page, covered_until=until)
        elif config.group:
            yield from sdk.fetch_one(self, f"{self.site}/{config.group}/events/ical/", params, http)
        elif config.network or (config.query and not config.url):
            self.key()
        elif config.url:
            yield from sdk.fetch_one(self, config.url, params, http)
        else:
            raise sdk.ConfigInvalid(
                "group or url: missing; give a group's name, a find page, or a token to search near the city"
            )

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: str) -> sdk.RawPayload:
        """The page at a cursor, with all fields, or the recorded ones where one is gone from the schema."""
        query, variables = self._question(params)
        asked = {**variables, "first": min(_PAGE_SIZE, params.limit or _PAGE_SIZE), "cursor": here or None}
        payload = self._ask(http, f"{query}\nfragment eventFields on Event {{ {self.fields} }}", asked)
        if self.fields != _RECORDED and lacks_a_field(sdk.json_of(payload)):
            self.fields = _RECORDED
            return self.ask_page(params, http, here)
        listed(sdk.json_of(payload))
        return payload

    def onward(self, value: Any, here: str) -> str | None:
        """The cursor of the next page; one that stays the same, or is of an empty page, is the last."""
        nodes, cursor = listed(value)
        return cursor if nodes and cursor not in ("", here) else None

    def read_state(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page | None:
        """The page's own event where it is one's page, else all of its events."""
        events = page_events(payload)
        own = [one for one in events if one.get("id") == self.id_in(payload.url)]
        return self.page(payload, map(record, own or events), params) if events else None

    def read_answer(self, payload: sdk.RawPayload, value: Any, params: sdk.FetchParams) -> sdk.Page | None:
        """An answer of GraphQL, or the error that it is."""
        if not is_answer(value) and not (isinstance(value, dict) and value.get("errors")):
            return None
        nodes, cursor = listed(value)
        page = self.page(payload, map(record, nodes), params, more=bool(cursor))
        return replace(page, calendar_name=text(value, "data", "groupByUrlname", "name"))

    def _question(self, params: sdk.FetchParams) -> tuple[str, dict[str, Any]]:
        """The query and its variables. Those that are under way began before now."""
        config = self.config
        if config.group or config.network:
            window = {"after": _iso(params.start), "before": _iso(params.end)}
            return _GROUP if config.group else _NETWORK, {"urlname": config.group or config.network, **window}
        if params.lat is None or params.lng is None:
            raise sdk.ConfigInvalid(
                "group, network or url: missing, and the source has no city to search around"
            )
        miles = (config.radius_km or params.radius_km or 10.0) / _KM_IN_MILE
        window = {"from": _iso(params.now), "to": _iso(params.end)}
        near = {"lat": params.lat, "lon": params.lng, "radius": round(miles, 1), **window}
        return (_SEARCH, {**near, "query": config.query}) if config.query else (_NEARBY, near)

    def _ask(self, http: sdk.HttpClient, query: str, variables: Mapping[str, Any]) -> sdk.RawPayload:
        asked = {"query": query, "variables": variables}
        headers = {"authorization": f"Bearer {self._token()}"}
        try:
            return sdk.payload_of(http.post(self.api, json=asked, headers=headers))
        except sdk.ClientRefused as error:
            if error.status == 401:
                raise sdk.CredentialsMissing(f"Meetup refused the token: {RENEW}") from error
            raise

    def _token(self) -> str:
        return self.credentials.get("access_token") or self.credentials.get("key")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
