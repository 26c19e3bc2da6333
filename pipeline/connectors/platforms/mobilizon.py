"""Mobilizon, federated events and groups: an instance's GraphQL API (https://docs.mobilizon.org,
lib/graphql/schema of its source)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi, Paging
from pipeline.connectors.support.platform import json_of, payload_of, setting
from pipeline.connectors.support.values import at, html_line, html_lines, objects, text, truth
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, OrganizerType, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import OrganizerRef
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.window import Window
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
_PARTIES: Final = {"GROUP": OrganizerType.COMMUNITY, "PERSON": OrganizerType.INDIVIDUAL}
_HANDLE: Final = patterns.compile(r"^/@([A-Za-z0-9_]+(?:@[A-Za-z0-9.-]+)?)(?:/|$)")
_LANGUAGE: Final = patterns.compile(r"[a-z]{2,3}")
_NAME: Final = patterns.compile(r"[A-Za-z0-9_]+(@[A-Za-z0-9.:-]+)?")
_META: Final = patterns.compile(
    r"""<title>[^<]{0,200} - Mobilizon</title>|name=["']generator["'][^<>]{0,300}content=["']Mobilizon|joinmobilizon\.org/ns#""",
    patterns.IGNORECASE,
)
_BASE32: Final = "0123456789bcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, kw_only=True, slots=True)
class MobilizonConfig:
    """Which instance to read, and which of its events."""

    url: str = setting(
        "The instance's address, such as https://mobilizon.fr, or that of a group's page (…/@group)."
    )
    group: str = setting("Only events of this group: its name, with @host where it lives elsewhere.")
    term: str = setting("Only events with these words.")
    tags: str = setting("Only events with these tags, separated by commas.")
    nearby: bool = setting("Search around the source's city, where it has one and no group is named.", True)
    max_pages: int = setting(f"Pages of {_SIZE} events that one run asks for, at most.", 20)


class MobilizonConnector(JsonApi):
    """Searches one instance (with all that it knows of others) around a city, or lists a group's events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="mobilizon",
        title="Mobilizon",
        type=SourceType.API,
        tier=Tier.DOCUMENTED,
        allows="read public events of the instance and those that federate to it",
        quota="none is stated; each instance is a server of its own",
        storage="as the instance's own terms say",
        attribution="the organizer's name with a link to the event at its home",
        terms="each instance's own (`/terms`)",
        link="https://docs.mobilizon.org/5.%20Interoperability/2.developers_api/",
    )
    config_type: ClassVar[type[MobilizonConfig]] = MobilizonConfig
    marks = ((b'"data"', b'"beginsOn"'),)
    #: The number of a page, and how many events the pages before it had.
    paging = Paging(start=(1, 0))

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for a GraphQL answer with Mobilizon's events."""
        items = _items(value)[:20]
        return 0.97 if items and all(values.has_all(item, ("beginsOn", "title")) for item in items) else 0.0

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The instance whose page says that it is a Mobilizon, with the group whose page it is. By its address
        alone nothing is one: `/@name` is the path of many platforms."""
        own = values.own_address(html, url)
        if not own or not _META.search(html):
            return None
        found = _HANDLE.match(urlsplit(url).path)
        return {"url": own, **({"group": found.group(1)} if found else {})}

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed: asks the instance for its name and version."""
        answer = json_of(self._ask(http, _CONFIG, {}))
        if not at(answer, "data", "config"):
            raise SchemaChanged(_complaint(answer))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages by number. A group's list is COMPLETE, a search WINDOWED."""
        if self._group():
            yield from self.pages(params, http, whole=Coverage.COMPLETE)
        else:
            yield from self.pages(params, http, until=Window.of(params).end)

    def ask_page(self, params: FetchParams, http: HttpClient, here: tuple[int, int]) -> RawPayload:
        """One page of a group's events, or of the search's."""
        window, group = Window.of(params), self._group()
        query, asked = _SEARCH, self._search(params, window)
        if group:
            query, asked = _GROUP, {"name": group, "after": f"{window.start:%Y-%m-%dT%H:%M:%SZ}"}
        return self._ask(http, query, {**asked, "page": here[0], "limit": min(_SIZE, params.limit or _SIZE)})

    def onward(self, value: Any, here: tuple[int, int]) -> tuple[int, int] | None:
        """The next page, as long as the answer's total is not reached."""
        page, seen = here[0] + 1, here[1] + len(_items(value))
        return (page, seen) if here[1] < seen < (_total(value) or 0) else None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer. Raises SchemaChanged for GraphQL's errors, a group that is not there, and
        everything else."""
        value = json_of(payload)
        if not isinstance(at(value, "data"), dict) or not any(_lists(value)):
            raise SchemaChanged(_complaint(value))
        items, total = _items(value), _total(value)
        return Page(
            payload=payload,
            records=values.told_apart(map(_record, items[: params.limit])),
            coverage=Coverage.PARTIAL,
            cut=params.limit is not None or (total is not None and total > len(items)),
            calendar_name=html_line(value, "data", "group", "name"),
        )

    def _ask(self, http: HttpClient, query: str, variables: Mapping[str, Any]) -> RawPayload:
        address = f"{values.site(self.config.url)}/api"
        return payload_of(http.post(address, json={"query": query, "variables": variables}))

    def _group(self) -> str:
        found = _HANDLE.match(urlsplit(http_url(self.config.url)).path)
        name = str(self.config.group or (found.group(1) if found else "")).lstrip("@")
        if name and not _NAME.fullmatch(name):
            raise ConfigInvalid(
                f"group: {name[:60]!r} is no group's name; give it as in its address, such as book_club or book_club@mobilizon.fr"
            )
        return name

    def _search(self, params: FetchParams, window: Window) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "beginsOn": f"{window.start:%Y-%m-%dT%H:%M:%SZ}",
            "endsOn": f"{window.end:%Y-%m-%dT%H:%M:%SZ}",
            "term": self.config.term,
        }
        if self.config.tags:
            wanted["tags"] = self.config.tags
        if self.config.nearby and params.lat is not None and params.lng is not None:
            wanted |= {"location": geohash(params.lat, params.lng), "radius": float(params.radius_km or 25)}
        return wanted


def geohash(lat: float, lng: float, length: int = 7) -> str:
    """The geohash of a point in degrees; 7 letters are a cell of about 150 m."""
    bounds = {0: [-180.0, 180.0], 1: [-90.0, 90.0]}
    point, letters, bits = {0: lng, 1: lat}, "", 0
    for step in range(length * 5):
        low, high = bounds[step % 2]
        middle = (low + high) / 2
        upper = point[step % 2] >= middle
        bounds[step % 2][0 if upper else 1] = middle
        bits = bits * 2 + upper
        if step % 5 == 4:
            letters, bits = letters + _BASE32[bits], 0
    return letters


def _lists(value: Any) -> Iterator[dict[str, Any]]:
    """The lists and single events in an answer's data, a group's list included."""
    data = at(value, "data")
    for part in objects(list(data.values())) if isinstance(data, dict) else ():
        for one in (part, *objects(part, "organizedEvents")):
            if isinstance(one.get("elements"), list) or "beginsOn" in one:
                yield one


def _items(value: Any) -> list[dict[str, Any]]:
    return [
        item for one in _lists(value) for item in (objects(one, "elements") if "elements" in one else [one])
    ]


def _total(value: Any) -> int | None:
    return next((total for one in _lists(value) if isinstance(total := one.get("total"), int)), None)


def _complaint(value: Any) -> str:
    said = (
        html_line(value, "errors", 0, "message") or html_line(value, "error") or html_line(value, "errors", 0)
    )
    gone = isinstance(at(value, "data"), dict) and "group" in value["data"] and not value["data"]["group"]
    return f"no events of Mobilizon: {said or ('there is no such group' if gone else 'the answer has no list of events')}"


def _record(item: dict[str, Any]) -> RawRecord | Dropped:
    name, draft = item.get("url") or item.get("uuid") or item.get("id"), truth(item.get("draft"))
    if draft or text(item, "visibility").upper() in ("PRIVATE", "RESTRICTED"):
        return values.dropped("a draft" if draft else "private", item, name, html_line(item, "title"))
    facts = values.Facts(
        item=item,
        id=name,
        title=text(item, "title"),
        description=text(item, "description"),
        start=item.get("beginsOn"),
        end=item.get("endsOn"),
    )
    return values.record(facts, **_place(item), **_details(item), **_entry(item))


def _place(item: Mapping[str, Any]) -> dict[str, Any]:
    place, online = item.get("physicalAddress"), truth(at(item, "options", "isOnline"))
    lng, _, lat = text(place, "geom").partition(";")
    attended = Online.BOTH if online and place else Online.YES if online else Online.NO if place else ""
    return {
        "venue": values.venue(
            name=html_line(place, "description"),
            address=", ".join(
                html_lines(at(place, part) for part in ("street", "postalCode", "locality", "region"))
            ),
            city=html_line(place, "locality"),
            country=html_line(place, "country"),
            point=(lat, lng),
        ),
        "online": str(attended),
        "online_url": http_url(text(item, "onlineAddress")) if online else "",
        "timezone": values.zone(at(item, "options", "timezone")) or values.zone(at(place, "timezone")),
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    host = item.get("attributedTo") or item.get("organizerActor")
    name = html_line(host, "name") or html_line(host, "preferredUsername")
    party = _PARTIES.get(text(host, "type").upper(), OrganizerType.UNKNOWN)
    capacity = values.number(item, "options", "maximumAttendeeCapacity")
    going = values.number(item, "participantStats", "participant")
    website, language = http_url(text(item, "onlineAddress")), text(item, "language")
    category = text(item, "category").replace("_", " ").capitalize()
    return {
        "url": http_url(text(item, "url")),
        "status": str(Status.CANCELLED) if text(item, "status").upper() == "CANCELLED" else "",
        "categories": html_lines([category] if category.lower() not in ("", "meeting") else []),
        "tags": html_lines(tag.get("title") for tag in objects(item, "tags")),
        "language": language if _LANGUAGE.fullmatch(language) and language != "und" else "",
        "images": values.images([(text(item, "picture", "url"), html_line(item, "picture", "alt"), "")]),
        "organizer": OrganizerRef(name=name, type=party, url=http_url(text(host, "url"))) if name else None,
        "capacity": capacity or None,
        "sold_out": bool(capacity) and at(item, "options", "remainingAttendeeCapacity") == 0,
        "popularity": {"attending": going} if going else {},
        "metadata": {"website": website} if website else {},
    }


def _entry(item: Mapping[str, Any]) -> dict[str, Any]:
    offers = objects(item, "options", "offers")
    prices = [price for offer in offers if (price := values.amount(text(offer, "price"))) is not None]
    tickets = [text(item, "externalParticipationUrl"), *(text(offer, "url") for offer in offers)]
    return {
        **values.price_span(prices),
        "price_currency": next((code for offer in offers if (code := text(offer, "priceCurrency"))), ""),
        "is_free": True if prices and max(prices) == 0 else None,
        "ticket_url": next((url for one in tickets if (url := http_url(one))), ""),
        "registration_required": text(item, "joinOptions").upper() in ("RESTRICTED", "INVITE", "EXTERNAL"),
    }
