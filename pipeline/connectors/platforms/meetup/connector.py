"""Meetup: groups, networks and places through GraphQL; a group's calendar feed, and public pages, without a
token."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.formats.public_page import PublicPages, is_html
from pipeline.connectors.platforms.meetup import queries
from pipeline.connectors.platforms.meetup.answer import Connection, connection, is_answer, lacks_a_field
from pipeline.connectors.platforms.meetup.event import SITE, id_in, record
from pipeline.connectors.platforms.meetup.site import is_page, page_events
from pipeline.connectors.support.platform import fetch_one, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import settled
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import RawPayload

PAGE_SIZE: Final = 100
_MILE_KM: Final = 1.609344
_HOSTS: Final = ("meetup.com",)
_LOCALE: Final = patterns.compile(r"^[a-z]{2}(-[A-Z]{2})?$")
#: First parts of paths that are no groups.
_NO_GROUPS: Final = frozenset(
    {"find", "pro", "apps", "help", "login", "register", "topics", "cities", "members", "media", "blog", "graphql", "start"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetupConfig:
    """What to read of Meetup: a group, a Pro network, a public page, or what is near the source's city."""

    group: str = setting(
        "The group's name in its address, such as rladies-lagos in meetup.com/rladies-lagos/."
    )
    network: str = setting(
        "A Pro network's name in its address, such as rladies in meetup.com/pro/rladies/. Needs a token."
    )
    url: str = setting("A public page, such as a find page or an event's page. Read without a token.")
    query: str = setting(
        "Words to search for near the city. Without them, what Meetup lists there. Needs a token."
    )
    radius_km: float = setting("How far around the city to look, in km. 0: the city's own radius.", 0.0)
    max_pages: int = setting("Pages of 100 events to ask for, at most.", 20)


class MeetupConnector(PublicPages):
    """Reads Meetup's events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="meetup",
        title="Meetup",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=_HOSTS,
        allows="With an OAuth token of a Pro account: events of groups and networks, and search by place. Without: groups' calendar feeds and public pages.",
        quota="500 points a minute for each key; a simple query costs one point.",
        quotas=(Quota(requests=500, seconds=60.0),),
        storage="While the event is listed: Meetup forbids caching for so long that data is no longer current, and names no number of days.",
        attribution="Link to the event's page on Meetup.",
        sunset="The REST API (api.meetup.com/find, /:group/events) is gone. GraphQL moved from /gql to /gql-ext, and its fields changed, in 2025.",
        terms="https://help.meetup.com/hc/en-us/sections/360000203792-Agreements",
        link="https://www.meetup.com/graphql/guide/",
        variables=("MEETUP_API_KEY",),
        credential=CredentialKind.OAUTH2,
    )
    config_type: ClassVar[type[MeetupConfig]] = MeetupConfig
    api: ClassVar[str] = "https://api.meetup.com/gql-ext"
    site: ClassVar[str] = SITE
    feed_id: ClassVar[patterns.Pattern[str] | None] = patterns.compile(r"^event_([A-Za-z0-9]+)@meetup\.com$")

    config: MeetupConfig

    @classmethod
    def has_state(cls, payload: RawPayload) -> bool:
        """A page with the state of Meetup's program."""
        return is_page(payload)

    @classmethod
    def may_answer(cls, payload: RawPayload) -> bool:
        """An object that begins with its `data`, as GraphQL answers do."""
        return payload.content[:50].lstrip().startswith(b"{") and b'"data"' in payload.content[:200]

    @classmethod
    def is_answer(cls, value: Any) -> bool:
        """An answer with events or without."""
        return is_answer(value)

    @classmethod
    def id_in(cls, url: str) -> str:
        """The event's id in an address of its page."""
        return id_in(url)

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The group, network or page behind an address of Meetup's."""
        if not is_on(url, _HOSTS):
            return None
        parts = [part for part in urlsplit(url).path.split("/") if part]
        if parts and _LOCALE.match(parts[0]):
            parts = parts[1:]
        if len(parts) > 1 and parts[0] == "pro":
            return {"network": parts[1]}
        if not parts or parts[0] in _NO_GROUPS or id_in(url):
            return {"url": url}
        return {"group": parts[0]}

    def check_credentials(self, http: HttpClient) -> None:
        """Asks who the token belongs to. Without a token there is nothing to check."""
        if self._token():
            answer = json_of(self._ask(http, queries.SELF, {}))
            if not isinstance(answer, dict) or not (answer.get("data") or {}).get("self"):
                raise CredentialsMissing(
                    "Meetup does not know whose token this is: renew MEETUP_API_KEY or the source's credential."
                )

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """By token page after page (a find page of a source with a city as a search around it); without, one
        conditional request.

        Raises ConfigInvalid where nothing says what to read.
        """
        config = self.config
        if self._token() and (not config.url or self._is_find_page(params)):
            yield from self._pages(params, http)
        elif config.group:
            yield from fetch_one(self, f"{self.site}/{config.group}/events/ical/", params, http)
        elif config.network or (config.query and not config.url):
            self.key()
        elif config.url:
            yield from fetch_one(self, config.url, params, http)
        else:
            raise ConfigInvalid(
                "group or url: missing; give a group's name, a find page, or a token to search near the city"
            )

    def read_state(self, payload: RawPayload, params: FetchParams) -> Page | None:
        """The page's own event where it is one's page, else all of its events."""
        events = page_events(payload) if is_html(payload) else []
        if not events:
            return None
        wanted = id_in(payload.url)
        nodes = [node for node in events if node.get("id") == wanted] or events
        return self._answer(payload, params, Connection(nodes), Coverage.PARTIAL)

    def read_answer(self, payload: RawPayload, value: Any, params: FetchParams) -> Page | None:
        """An answer of GraphQL, or the error that it is."""
        if not (is_answer(value) or (isinstance(value, dict) and value.get("errors"))):
            return None
        return self._answer(payload, params, connection(value), Coverage.PARTIAL)

    def _is_find_page(self, params: FetchParams) -> bool:
        return urlsplit(self.config.url).path.rstrip("/").endswith("/find") and params.lat is not None

    def _pages(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        query, variables, coverage = self._question(params)
        cursor, left, all_fields = "", params.limit, True
        for number in range(max(1, self.config.max_pages)):
            size = min(PAGE_SIZE, left) if left is not None else PAGE_SIZE
            sent = {**variables, "first": size, "cursor": cursor or None}
            payload = self._ask(http, queries.with_fields(query, all_fields=all_fields), sent)
            if all_fields and lacks_a_field(json_of(payload)):
                all_fields = False
                payload = self._ask(http, queries.with_fields(query, all_fields=False), sent)
            found = connection(json_of(payload))
            left = left - len(found.nodes) if left is not None else None
            last = not found.cursor or found.cursor == cursor or not found.nodes
            stopped = not last and (number + 1 >= self.config.max_pages or (left is not None and left <= 0))
            page = self._answer(payload, params, found, Coverage.PARTIAL if stopped else coverage)
            yield replace(
                page,
                cut=stopped or page.cut,
                covered_until=params.end if page.coverage is Coverage.WINDOWED else None,
            )
            if last or stopped:
                return
            cursor = found.cursor

    def _question(self, params: FetchParams) -> tuple[str, dict[str, Any], Coverage]:
        """The query, its variables, and what all its pages cover. A group's and a network's events are all
        there are until the window's end, those under way included, which began before now."""
        config = self.config
        window = {"after": _text(params.start), "before": _text(params.end)}
        if config.group:
            return queries.GROUP, {"urlname": config.group, **window}, Coverage.WINDOWED
        if config.network:
            return queries.NETWORK, {"urlname": config.network, **window}, Coverage.WINDOWED
        if params.lat is None or params.lng is None:
            raise ConfigInvalid("group, network or url: missing, and the source has no city to search around")
        radius = (config.radius_km or params.radius_km or 10.0) / _MILE_KM
        near = {
            "lat": params.lat,
            "lon": params.lng,
            "radius": round(radius, 1),
            "from": _text(params.now),
            "to": _text(params.end),
        }
        if config.query:
            return queries.SEARCH, {**near, "query": config.query}, Coverage.PARTIAL
        return queries.NEARBY, near, Coverage.PARTIAL

    def _ask(self, http: HttpClient, query: str, variables: dict[str, Any]) -> RawPayload:
        try:
            body = {"query": query, "variables": variables}
            return payload_of(
                http.post(self.api, json=body, headers={"authorization": f"Bearer {self._token()}"})
            )
        except ClientRefused as error:
            if error.status == 401:
                raise CredentialsMissing(
                    "Meetup refused the token: renew MEETUP_API_KEY or the source's credential."
                ) from error
            raise

    def _answer(
        self, payload: RawPayload, params: FetchParams, found: Connection, coverage: Coverage
    ) -> Page:
        nodes = found.nodes if params.limit is None else found.nodes[: params.limit]
        cut = len(nodes) < len(found.nodes)
        return Page(
            payload=payload,
            records=settled([record(node) for node in nodes]),
            coverage=Coverage.PARTIAL if cut else coverage,
            cut=cut or (coverage is Coverage.PARTIAL and bool(found.cursor)),
            calendar_name=found.name,
        )

    def _token(self) -> str:
        return self.credentials.get("access_token") or self.credentials.get("key")


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
