"""Events of the fediverse: ActivityStreams `Event` objects, alone, in activities, and in the outbox of an
actor (Mobilizon, Gancio, WordPress).

https://www.w3.org/TR/activitystreams-vocabulary/#dfn-event, https://www.w3.org/TR/activitypub/#outbox, and
FEP-8a8e for what events add.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import json_of, payload_of, setting
from pipeline.connectors.support.values import (
    Facts,
    at,
    coordinates,
    html_line,
    html_lines,
    images,
    local_part,
    number,
    record,
    settled,
    text,
    truth,
    zone,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import http_url

_ACCEPT: Final = {
    "Accept": 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
}
_PUBLIC: Final = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_PUBLISHING_ACTIVITIES: Final = frozenset({"Create", "Update", "Announce", "Add"})
_ACTORS: Final = frozenset({"Person", "Group", "Organization", "Application", "Service"})
_COLLECTIONS: Final = frozenset(
    {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
)
_LISTS: Final = ("orderedItems", "items")
_STATUSES: Final = {
    "CANCELLED": Status.CANCELLED,
    "POSTPONED": Status.POSTPONED,
    "RESCHEDULED": Status.RESCHEDULED,
    "MOVEDONLINE": Status.MOVED_ONLINE,
}
#: Levels of activities and collections that are opened.
_DEPTH: Final = 5

_LANGUAGE: Final = patterns.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityPubConfig:
    """Whose events to read."""

    url: str = setting("The address of an actor (a group's profile), of its outbox, or of one event.")
    max_pages: int = setting("Pages of the outbox that one run asks for, the newest first, at most.", 5)


class ActivityPubConnector(JsonApi):
    """Reads the public outbox of one actor. What was posted first is not asked for again: an outbox tells
    news, it is no calendar."""

    metadata: ClassVar[Metadata] = Metadata(
        name="activitypub",
        title="ActivityPub",
        type=SourceType.API,
        tier=Tier.PROVED,
        allows="read what the actor addressed to the public",
        quota="none is stated; each server is asked as its robots.txt says",
        storage="until the server tells that the event was deleted",
        attribution="the organizer's name with a link to the event at its home",
        terms="each server's own",
        link="https://www.w3.org/TR/activitypub/#outbox",
    )
    config_type: ClassVar[type[ActivityPubConfig]] = ActivityPubConfig

    marks = ((b'"startTime"', b'"Event"'),)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for ActivityStreams with an Event that starts at some time."""
        return 0.96 if any("startTime" in event for event in _events(value)) else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where the address is none."""
        self._url()

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """The actor's outbox page by page on its own host; one event's address gives one page. PARTIAL; cut
        where pages are left."""
        url: str | None = self._url()
        host, left, asked = urlsplit(str(url)).netloc, params.limit, 0
        while url and asked < max(1, self.config.max_pages):
            payload = payload_of(http.get(url, headers=_ACCEPT))
            value = json_of(payload)
            url = _onward(value, url, host)
            if not _is_list(value) and url:
                continue
            asked += 1
            page = self.read(payload, replace(params, limit=left))
            records = list(page.records)
            left = None if left is None else left - len(records)
            ended = left is not None and left <= 0
            yield replace(page, records=records, cut=bool(url) and (ended or asked >= self.config.max_pages))
            if ended:
                return

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a document. Raises SchemaChanged for what is no ActivityStreams, and for one thing
        that is no event."""
        value = json_of(payload)
        events = list(_events(value))
        if not events and not _is_list(value):
            kind = text(at(value, "type")) or html_line(at(value, "error")) or "no ActivityStreams"
            raise SchemaChanged(
                f"no event in this document ({kind[:80]}); give the address of an actor, an outbox or an event"
            )
        records = settled([_record(event, params) for event in events])[: params.limit]
        return Page(payload=payload, records=records, coverage=Coverage.PARTIAL, cut=params.limit is not None)

    def _url(self) -> str:
        url = http_url(self.config.url)
        if not url:
            raise ConfigInvalid(
                "url: missing or no web address; give the address of an actor, such as https://mobilizon.fr/@group"
            )
        return url


def _is_list(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in _LISTS)


def _onward(value: Any, url: str, host: str) -> str | None:
    """The next address on the same host: an actor's outbox, a collection's first page, a page's next one."""
    if not isinstance(value, dict):
        return None
    named = (
        value.get("outbox")
        if text(value.get("type")) in _ACTORS
        else value.get("next")
        if _is_list(value)
        else value.get("first")
    )
    address = http_url(text(named.get("id") if isinstance(named, Mapping) else named))
    return address if address and address != url and urlsplit(address).netloc == host else None


def _events(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The Event objects of a document: itself, what an activity tells, the entries of a collection."""
    if isinstance(value, list) and depth < _DEPTH:
        for one in value:
            yield from _events(one, depth + 1)
    if not isinstance(value, dict) or depth >= _DEPTH:
        return
    named = value.get("type")
    kinds = {text(kind) for kind in (named if isinstance(named, list) else [named])}
    if "Event" in kinds:
        yield value
    elif kinds & _PUBLISHING_ACTIVITIES:
        yield from _events(value.get("object"), depth + 1)
    elif kinds & _COLLECTIONS:
        for name in (*_LISTS, "first"):
            yield from _events(value.get(name), depth + 1)


def _record(event: dict[str, Any], params: FetchParams) -> RawRecord | Dropped:
    languages = tuple(filter(None, (params.language[:2].lower(), "en")))
    title = text(event.get("name")) or text(local_part(event.get("nameMap"), languages)[1])
    told = event.get("to") if isinstance(event.get("to"), list) else [event.get("to")]
    also = event.get("cc") if isinstance(event.get("cc"), list) else [event.get("cc")]
    closed = bool(event.get("to")) and not any(
        isinstance(one, str) and one in _PUBLIC for one in [*(told or []), *(also or [])]
    )
    facts = Facts(
        item=event,
        id=event.get("id") or event.get("uuid"),
        title=title,
        description=text(event.get("content"))
        or text(local_part(event.get("contentMap"), languages)[1])
        or text(event.get("summary")),
        start=event.get("startTime"),
        end=event.get("endTime"),
        notes=["addressed to some, not to the public"] if closed else [],
    )
    return record(facts, **_place(event), **_details(event))


def _place(event: Mapping[str, Any]) -> dict[str, Any]:
    entries = event.get("location") if isinstance(event.get("location"), list) else [event.get("location")]
    virtual = next((one for one in entries or [] if at(one, "type") == "VirtualLocation"), None)
    place = next((one for one in entries or [] if isinstance(one, dict | str) and one is not virtual), None)
    address = at(place, "address")
    lat, lng = coordinates(at(place, "latitude"), at(place, "longitude"))
    parts = html_lines(
        at(address, name) for name in ("streetAddress", "postalCode", "addressLocality", "addressRegion")
    )
    online = truth(event.get("isOnline")) or virtual is not None
    return {
        "venue": Venue(
            name=html_line(at(place, "name")) or html_line(place),
            address=", ".join(parts) or html_line(address),
            city=html_line(at(address, "addressLocality")),
            country=html_line(at(address, "addressCountry")),
            lat=lat,
            lng=lng,
        ),
        "online": str(Online.BOTH if online and place else Online.YES if online else ""),
        "online_url": http_url(text(at(virtual, "url"))),
        "timezone": zone(event.get("timezone")),
    }


def _details(event: Mapping[str, Any]) -> dict[str, Any]:
    tags = (
        [tag for tag in event.get("tag") or [] if isinstance(tag, dict)]
        if isinstance(event.get("tag"), list)
        else []
    )
    said = (text(event.get("status")) or text(event.get("ical:status"))).upper().removeprefix("EVENT")
    website = next(
        (
            url
            for one in _attached(event, "Link")
            if (url := http_url(text(one.get("href")))) and one.get("name") == "Website"
        ),
        "",
    )
    capacity, going = number(event.get("maximumAttendeeCapacity")), number(event.get("participantCount"))
    category, language = (
        text(event.get("category")).replace("_", " ").capitalize(),
        text(event.get("inLanguage")),
    )
    host = event.get("attributedTo")
    name = html_line(at(host, "name")) or html_line(at(host, "preferredUsername")) or _handle(text(host))
    return {
        "url": http_url(text(event.get("url")))
        or http_url(text(at(event, "url", 0, "href")))
        or http_url(text(event.get("id"))),
        "status": str(_STATUSES.get(said, "")),
        "tags": html_lines(text(tag.get("name")).lstrip("#") for tag in tags if tag.get("type") == "Hashtag"),
        "categories": html_lines([category] if category.lower() not in ("", "meeting") else []),
        "language": language if _LANGUAGE.fullmatch(language) and language != "und" else "",
        "images": images(_pictures(event)),
        "organizer": OrganizerRef(name=name, url=http_url(text(at(host, "url")) or text(host)))
        if name
        else None,
        "capacity": capacity or None,
        "sold_out": bool(capacity) and event.get("remainingAttendeeCapacity") == 0,
        "popularity": {"attending": going} if going else {},
        "ticket_url": http_url(text(event.get("externalParticipationUrl"))),
        "registration_required": text(event.get("joinMode")) in ("restricted", "invite", "external"),
        "metadata": {"website": website} if website else {},
    }


def _attached(event: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    entries = (
        event.get("attachment") if isinstance(event.get("attachment"), list) else [event.get("attachment")]
    )
    return [one for one in entries or [] if isinstance(one, dict) and one.get("type") == kind]


def _pictures(event: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The banner first, then the other pictures."""
    found = [
        one
        for one in (*_attached(event, "Document"), *_attached(event, "Image"))
        if text(one.get("mediaType")).startswith(("image", ""))
    ]
    for one in sorted(found, key=lambda picture: picture.get("name") != "Banner"):
        named = html_line(one.get("name"))
        yield text(one.get("url")) or text(at(one, "url", 0, "href")), "" if named == "Banner" else named, ""


def _handle(url: str) -> str:
    """The last part of an actor's address: `metacartes` of `https://mobilizon.fr/@metacartes`."""
    return urlsplit(http_url(url)).path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
