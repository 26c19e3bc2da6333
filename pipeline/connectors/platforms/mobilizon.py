"""Mobilizon, federated events and groups: an instance's GraphQL API (https://docs.mobilizon.org,
lib/graphql/schema of its source)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.support.platform import Platform, glance, json_of, payload_of
from pipeline.connectors.support.values import (
    Facts,
    amount,
    at,
    coordinates,
    dropped,
    html_line,
    html_lines,
    images,
    number,
    objects,
    own_address,
    record,
    site,
    text,
    told_apart,
    truth,
    zone,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, OrganizerType, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import OrganizerRef, Venue
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
_STATUSES: Final = {"CANCELLED": Status.CANCELLED}
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

    url: str = field(
        default="",
        metadata={
            "help": "The instance's address, such as https://mobilizon.fr, or that of a group's page (…/@group)."
        },
    )
    group: str = field(
        default="",
        metadata={"help": "Only events of this group: its name, with @host where it lives elsewhere."},
    )
    term: str = field(default="", metadata={"help": "Only events with these words."})
    tags: str = field(default="", metadata={"help": "Only events with these tags, separated by commas."})
    nearby: bool = field(
        default=True,
        metadata={"help": "Search around the source's city, where it has one and no group is named."},
    )
    max_pages: int = field(
        default=20, metadata={"help": f"Pages of {_SIZE} events that one run asks for, at most."}
    )


class MobilizonConnector(Platform):
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

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.97 for a GraphQL answer with Mobilizon's events; 0 for all else."""
        value = glance(payload, b'"data"', b'"beginsOn"')
        items = _items(value)
        return 0.97 if items and all("beginsOn" in item and "title" in item for item in items[:20]) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Nothing: `/@name` is the path of many platforms; the page itself tells (`config_from_page`)."""
        return None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The instance whose page says that it is a Mobilizon, with the group whose page it is."""
        own = own_address(html, url)
        if not own or not _META.search(html):
            return None
        found = _HANDLE.match(urlsplit(url).path)
        return {"url": own, **({"group": found.group(1)} if found else {})}

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed: asks the instance for its name and version."""
        answer = self._ask(http, _CONFIG, {})
        if not at(json_of(answer), "data", "config"):
            raise SchemaChanged(_complaint(json_of(answer)))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Pages by number. A group's list is COMPLETE, a search WINDOWED; both PARTIAL and cut where
        `max_pages` or a limit ends them."""
        window, group, left = Window.of(params), self._group(), params.limit
        size = min(_SIZE, params.limit or _SIZE)
        if group:
            query, variables = _GROUP, {"name": group, "after": f"{window.start:%Y-%m-%dT%H:%M:%SZ}"}
        else:
            query, variables = _SEARCH, self._search(params, window)
        seen = 0
        for turn in range(1, max(1, self.config.max_pages) + 1):
            payload = self._ask(http, query, {**variables, "page": turn, "limit": size})
            page = self.read(payload, replace(params, limit=left))
            value = json_of(payload)
            asked = len(_items(value))
            seen += asked
            left = None if left is None else left - asked
            more = asked > 0 and seen < (_total(value) or 0)
            stopped = (more and turn == self.config.max_pages) or (left is not None and left <= 0)
            whole = Coverage.COMPLETE if group else Coverage.WINDOWED
            yield replace(
                page,
                coverage=Coverage.PARTIAL if stopped or params.limit else whole,
                covered_until=None if group else window.end,
                cut=stopped,
            )
            if stopped or not more:
                return

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer. Raises SchemaChanged for GraphQL's errors, a group that is not there, and
        everything else."""
        value = json_of(payload)
        if not isinstance(at(value, "data"), dict) or not any(_lists(value)):
            raise SchemaChanged(_complaint(value))
        items = _items(value)
        total = _total(value)
        whole = params.limit is None and (total is None or total <= len(items))
        name = html_line(at(value, "data", "group", "name"))
        return Page(
            payload=payload,
            records=told_apart(map(_record, items[: params.limit])),
            coverage=Coverage.PARTIAL,
            cut=not whole,
            calendar_name=name,
        )

    def _ask(self, http: HttpClient, query: str, variables: Mapping[str, Any]) -> RawPayload:
        return payload_of(
            http.post(f"{site(self.config.url)}/api", json={"query": query, "variables": variables})
        )

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
    for part in (
        objects(list((at(value, "data") or {}).values())) if isinstance(at(value, "data"), dict) else ()
    ):
        for one in (part, *objects(part.get("organizedEvents"))):
            if isinstance(one.get("elements"), list) or "beginsOn" in one:
                yield one


def _items(value: Any) -> list[dict[str, Any]]:
    return [
        item for one in _lists(value) for item in (objects(one["elements"]) if "elements" in one else [one])
    ]


def _total(value: Any) -> int | None:
    return next((total for one in _lists(value) if isinstance(total := one.get("total"), int)), None)


def _complaint(value: Any) -> str:
    said = (
        html_line(at(value, "errors", 0, "message"))
        or html_line(at(value, "error"))
        or html_line(at(value, "errors", 0))
    )
    gone = isinstance(at(value, "data"), dict) and "group" in value["data"] and not value["data"]["group"]
    return f"no events of Mobilizon: {said or ('there is no such group' if gone else 'the answer has no list of events')}"


def _record(item: dict[str, Any]) -> RawRecord | Dropped:
    name = item.get("url") or item.get("uuid") or item.get("id")
    if truth(item.get("draft")) or text(item.get("visibility")).upper() in ("PRIVATE", "RESTRICTED"):
        return dropped(
            "a draft" if truth(item.get("draft")) else "private", item, name, html_line(item.get("title"))
        )
    facts = Facts(
        item=item,
        id=name,
        title=text(item.get("title")),
        description=text(item.get("description")),
        start=item.get("beginsOn"),
        end=item.get("endsOn"),
    )
    return record(facts, **_place(item), **_details(item), **_entry(item))


def _place(item: Mapping[str, Any]) -> dict[str, Any]:
    place, options = item.get("physicalAddress"), item.get("options")
    lng, _, lat = text(at(place, "geom")).partition(";")
    latitude, longitude = coordinates(lat, lng)
    online = truth(at(options, "isOnline"))
    link = http_url(text(item.get("onlineAddress")))
    parts = html_lines(
        (at(place, "street"), at(place, "postalCode"), at(place, "locality"), at(place, "region"))
    )
    return {
        "venue": Venue(
            name=html_line(at(place, "description")),
            address=", ".join(parts),
            city=html_line(at(place, "locality")),
            country=html_line(at(place, "country")),
            lat=latitude,
            lng=longitude,
        ),
        "online": str(
            Online.BOTH if online and place else Online.YES if online else Online.NO if place else ""
        ),
        "online_url": link if online else "",
        "timezone": zone(at(options, "timezone")) or zone(at(place, "timezone")),
    }


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    host = item.get("attributedTo") or item.get("organizerActor")
    name = html_line(at(host, "name")) or html_line(at(host, "preferredUsername"))
    capacity = number(at(item, "options", "maximumAttendeeCapacity"))
    going = number(at(item, "participantStats", "participant"))
    website = http_url(text(item.get("onlineAddress")))
    category = text(item.get("category")).replace("_", " ").capitalize()
    language = text(item.get("language"))
    return {
        "url": http_url(text(item.get("url"))),
        "status": str(_STATUSES.get(text(item.get("status")).upper(), "")),
        "categories": html_lines([category] if category.lower() not in ("", "meeting") else []),
        "tags": html_lines(tag.get("title") for tag in objects(item.get("tags"))),
        "language": language if _LANGUAGE.fullmatch(language) and language != "und" else "",
        "images": images([(text(at(item, "picture", "url")), html_line(at(item, "picture", "alt")), "")]),
        "organizer": OrganizerRef(
            name=name,
            type=_PARTIES.get(text(at(host, "type")).upper(), OrganizerType.UNKNOWN),
            url=http_url(text(at(host, "url"))),
        )
        if name
        else None,
        "capacity": capacity or None,
        "sold_out": bool(capacity) and at(item, "options", "remainingAttendeeCapacity") == 0,
        "popularity": {"attending": going} if going else {},
        "metadata": {"website": website} if website else {},
    }


def _entry(item: Mapping[str, Any]) -> dict[str, Any]:
    offers = objects(at(item, "options", "offers"))
    prices: list[Decimal] = [
        price for offer in offers if (price := amount(text(offer.get("price")))) is not None
    ]
    tickets = [text(item.get("externalParticipationUrl")), *(text(offer.get("url")) for offer in offers)]
    return {
        "price_min": str(min(prices)) if prices else "",
        "price_max": str(max(prices)) if prices else "",
        "price_currency": next(
            (text(offer.get("priceCurrency")) for offer in offers if text(offer.get("priceCurrency"))), ""
        ),
        "is_free": True if prices and max(prices) == 0 else None,
        "ticket_url": next((url for one in tickets if (url := http_url(one))), ""),
        "registration_required": text(item.get("joinOptions")).upper()
        in ("RESTRICTED", "INVITE", "EXTERNAL"),
    }
