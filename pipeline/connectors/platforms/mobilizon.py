"""Mobilizon, federated events and groups: an instance's GraphQL API (https://docs.mobilizon.org,
lib/graphql/schema of its source)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.fediverse import mobilizon_fields
from pipeline.connectors.support.values import at, html_line, html_lines, objects, text, truth
from pipeline.dates.window import Window
from pipeline.geography.geohash import geohash
from pipeline.money.cost import cost
from pipeline.text.decoding import http_url

_SIZE: Final = 50
_ACTOR: Final = "name preferredUsername domain url type"
#: What the search's short form of an event has; the rest belongs to a full event and is asked for as such.
_FIELDS: Final = f"""
  id uuid url title beginsOn endsOn status picture {{ url }} tags {{ title }}
  physicalAddress {{ geom street locality postalCode region country description timezone id }}
  organizerActor {{ {_ACTOR} }} attributedTo {{ {_ACTOR} }} participantStats {{ participant }}
  ... on Event {{
    description category language onlineAddress joinOptions externalParticipationUrl visibility draft local
    options {{ isOnline timezone maximumAttendeeCapacity remainingAttendeeCapacity offers {{ price priceCurrency url }} }}
  }}
"""
_SEARCH: Final = (
    "query Events($location: String, $radius: Float, $term: String, $tags: String, $beginsOn: DateTime, $endsOn: DateTime, $page: Int, $limit: Int) {"
    " events: searchEvents(location: $location, radius: $radius, term: $term, tags: $tags, beginsOn: $beginsOn, endsOn: $endsOn, page: $page,"
    f" limit: $limit) {{ total elements {{ {_FIELDS} }} }} }}"
)
_GROUP: Final = (
    "query Group($name: String!, $after: DateTime, $page: Int, $limit: Int) { group(preferredUsername: $name) { name"
    f" organizedEvents(afterDatetime: $after, page: $page, limit: $limit) {{ total elements {{ {_FIELDS} }} }} }} }}"
)
_CONFIG: Final = "query { config { name version } }"
_PARTIES: Final = {"GROUP": sdk.OrganizerType.COMMUNITY, "PERSON": sdk.OrganizerType.INDIVIDUAL}
_HANDLE: Final = patterns.compile(r"^/@([A-Za-z0-9_]+(?:@[A-Za-z0-9.-]+)?)(?:/|$)")
_NAME: Final = patterns.compile(r"[A-Za-z0-9_]+(@[A-Za-z0-9.:-]+)?")
_META: Final = patterns.compile(
    r"""<title>[^<]{0,200} - Mobilizon</title>|name=["']generator["'][^<>]{0,300}content=["']Mobilizon|joinmobilizon\.org/ns#""",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MobilizonConfig:
    """Which instance to read, and which of its events."""

    url: str = sdk.setting(
        "The instance's address, such as https://mobilizon.fr, or that of a group's page (…/@group)."
    )
    group: str = sdk.setting("Only events of this group: its name, with @host where it lives elsewhere.")
    term: str = sdk.setting("Only events with these words.")
    tags: str = sdk.setting("Only events with these tags, separated by commas.")
    nearby: bool = sdk.setting(
        "Search around the source's city, where it has one and no group is named.", True
    )
    max_pages: int = sdk.setting(f"Pages of {_SIZE} events that one run asks for, at most.", 20)


class MobilizonConnector(sdk.EventList):
    """Searches one instance (with all that it knows of others) around a city, or lists a group's events."""

    metadata = sdk.Metadata(
        name="mobilizon",
        title="Mobilizon",
        type=sdk.SourceType.API,
        tier=sdk.Tier.DOCUMENTED,
        allows="read public events of the instance and those that federate to it",
        quota="none is stated; each instance is a server of its own",
        storage="as the instance's own terms say",
        attribution="the organizer's name with a link to the event at its home",
        terms="each instance's own (`/terms`)",
        link="https://docs.mobilizon.org/5.%20Interoperability/2.developers_api/",
    )
    config_type = MobilizonConfig
    marks = ((b'"data"', b'"beginsOn"'),)
    hosted = True
    page_sign = _META
    errors = ("errors.0.message", "error", "errors.0")
    #: The number of a page, and how many events the pages before it had.
    paging = sdk.Paging(start=(1, 0))
    calendar = ("data", "group", "name")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for a GraphQL answer with Mobilizon's events."""
        items = _listed(value)[:20]
        return 0.97 if items and all(values.has_all(item, ("beginsOn", "title")) for item in items) else 0.0

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The instance whose page says that it is a Mobilizon, with the group whose page it is. By its address
        alone nothing is one: `/@name` is the path of many platforms."""
        own = super().config_from_page(html, url)
        found = _HANDLE.match(urlsplit(url).path) if own else None
        return {**own, "group": found.group(1)} if own and found else own

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """No key is needed: asks the instance for its name and version."""
        answer = sdk.json_of(self._ask(http, _CONFIG, {}))
        if not at(answer, "data", "config"):
            raise self._no_events(answer)

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Pages by number. A group's list is COMPLETE, a search WINDOWED."""
        if self._group():
            yield from self.pages(params, http, whole=sdk.Coverage.COMPLETE)
        else:
            yield from self.pages(params, http, until=Window.of(params).end)

    def ask_page(
        self, params: sdk.FetchParams, http: sdk.HttpClient, here: tuple[int, int]
    ) -> sdk.RawPayload:
        """One page of a group's events, or of the search's."""
        group, start = self._group(), _utc(Window.of(params).start)
        query, asked = (_GROUP, {"name": group, "after": start}) if group else (_SEARCH, self._search(params))
        return self._ask(http, query, {**asked, "page": here[0], "limit": min(_SIZE, params.limit or _SIZE)})

    def onward(self, value: Any, here: tuple[int, int]) -> tuple[int, int] | None:
        """The next page, as long as the answer's total is not reached."""
        page, seen = here[0] + 1, here[1] + len(_listed(value))
        return (page, seen) if here[1] < seen < (self.total_of(value) or 0) else None

    def _ask(self, http: sdk.HttpClient, query: str, variables: Mapping[str, Any]) -> sdk.RawPayload:
        asked = {"query": query, "variables": variables}
        return sdk.payload_of(http.post(f"{self.root}/api", json=asked))

    def _group(self) -> str:
        found = _HANDLE.match(urlsplit(http_url(self.config.url)).path)
        name = str(self.config.group or (found.group(1) if found else "")).lstrip("@")
        if name and not _NAME.fullmatch(name):
            raise sdk.ConfigInvalid(
                f"group: {name[:60]!r} is no group's name; give it as in its address, such as book_club or book_club@mobilizon.fr"
            )
        return name

    def _search(self, params: sdk.FetchParams) -> dict[str, Any]:
        window = Window.of(params)
        wanted = {"beginsOn": _utc(window.start), "endsOn": _utc(window.end), "term": self.config.term}
        wanted |= values.filled(tags=self.config.tags)
        if not self.config.nearby or params.lat is None or params.lng is None:
            return wanted
        return {
            **wanted,
            "location": geohash(params.lat, params.lng),
            "radius": float(params.radius_km or 25),
        }

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of an answer. GraphQL's errors and a group that is not there are refused."""
        if not any(_lists(value)):
            raise cls._no_events(value)
        return _listed(value)

    @classmethod
    def total_of(cls, value: Any) -> int | None:
        """How many events the search has found, or the group has."""
        return next((total for one in _lists(value) if isinstance(total := one.get("total"), int)), None)

    @classmethod
    def _no_events(cls, value: Any) -> sdk.SchemaChanged:
        gone = values.has_all(at(value, "data"), ["group"]) and not at(value, "data", "group")
        otherwise = "there is no such group" if gone else "the answer has no list of events"
        return sdk.SchemaChanged(f"no events of Mobilizon: {cls.error_of(value) or otherwise}")

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event, unless it is a draft or not for everybody."""
        name, draft = item.get("url") or item.get("uuid") or item.get("id"), truth(item.get("draft"))
        if draft or text(item, "visibility").upper() in ("PRIVATE", "RESTRICTED"):
            return values.dropped("a draft" if draft else "private", item, name, html_line(item, "title"))
        return values.event(
            item,
            name=name,
            title=html_line(item, "title"),
            description=text(item, "description"),
            start=item.get("beginsOn"),
            end=item.get("endsOn"),
            **_place(item),
            **_details(item),
        )


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _lists(value: Any) -> Iterator[dict[str, Any]]:
    """The lists and single events in an answer's data, a group's list included."""
    data = at(value, "data")
    for part in objects(list(data.values())) if isinstance(data, dict) else ():
        for one in (part, *objects(part, "organizedEvents")):
            if isinstance(one.get("elements"), list) or "beginsOn" in one:
                yield one


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for one in _lists(value) for item in objects(one.get("elements", one))]


def _place(item: Mapping[str, Any]) -> dict[str, Any]:
    place, online = item.get("physicalAddress"), truth(at(item, "options", "isOnline"))
    lng, _, lat = text(place, "geom").partition(";")
    return {
        "venue": values.venue(
            name=html_line(place, "description"),
            parts=(at(place, part) for part in ("street", "postalCode", "locality", "region")),
            city=html_line(place, "locality"),
            country=html_line(place, "country"),
            point=(lat, lng),
        ),
        "online": values.attendance(online, place) or (str(sdk.Online.NO) if place else ""),
        "online_url": http_url(text(item, "onlineAddress")) if online else "",
        "timezone": values.zone(at(item, "options", "timezone")) or values.zone(at(place, "timezone")),
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    host, offers = item.get("attributedTo") or item.get("organizerActor"), objects(item, "options", "offers")
    name = html_line(host, "name") or html_line(host, "preferredUsername")
    party = _PARTIES.get(text(host, "type").upper(), sdk.OrganizerType.UNKNOWN)
    currencies = filter(None, (text(offer, "priceCurrency") for offer in offers))
    tickets = (
        http_url(text(one))
        for one in (item.get("externalParticipationUrl"), *(offer.get("url") for offer in offers))
    )
    return {
        **cost((text(offer, "price") for offer in offers), currency=next(currencies, "")),
        **mobilizon_fields(
            category=item.get("category"),
            language=item.get("language"),
            capacity=at(item, "options", "maximumAttendeeCapacity"),
            left=at(item, "options", "remainingAttendeeCapacity"),
            going=at(item, "participantStats", "participant"),
            join=text(item, "joinOptions").lower(),
            website=item.get("onlineAddress"),
        ),
        "url": http_url(text(item, "url")),
        "ticket_url": next(filter(None, tickets), ""),
        "status": values.status(text(item, "status")),
        "tags": html_lines(tag.get("title") for tag in objects(item, "tags")),
        "images": values.images([(text(item, "picture", "url"), html_line(item, "picture", "alt"), "")]),
        "organizer": values.organizer(name, http_url(text(host, "url")), party),
    }
