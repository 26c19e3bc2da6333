"""Events of the fediverse: ActivityStreams `Event` objects, alone, in activities, and in the outbox of an
actor (Mobilizon, Gancio, WordPress).

https://www.w3.org/TR/activitystreams-vocabulary/#dfn-event, https://www.w3.org/TR/activitypub/#outbox, and
FEP-8a8e for what events add.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.fediverse import mobilizon_fields
from pipeline.connectors.support.values import at, html_line, html_lines, several, text, truth
from pipeline.text.decoding import http_url

_PUBLIC: Final = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_PUBLISHING_ACTIVITIES: Final = frozenset({"Create", "Update", "Announce", "Add"})
_ACTORS: Final = frozenset({"Person", "Group", "Organization", "Application", "Service"})
_COLLECTIONS: Final = frozenset(
    {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
)
_LISTS: Final = ("orderedItems", "items")
_ADDRESS: Final = ("streetAddress", "postalCode", "addressLocality", "addressRegion")
#: Levels of activities and collections that are opened, and documents that only point to the next one.
_DEPTH: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityPubConfig:
    """Whose events to read."""

    url: str = sdk.setting("The address of an actor (a group's profile), of its outbox, or of one event.")
    max_pages: int = sdk.setting("Pages of the outbox that one run asks for, the newest first, at most.", 5)


class ActivityPubConnector(sdk.EventList):
    """Reads the public outbox of one actor. What was posted first is not asked for again: an outbox tells
    news, it is no calendar."""

    metadata = sdk.Metadata(
        name="activitypub",
        title="ActivityPub",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        allows="read what the actor addressed to the public",
        quota="none is stated; each server is asked as its robots.txt says",
        storage="until the server tells that the event was deleted",
        attribution="the organizer's name with a link to the event at its home",
        terms="each server's own",
        link="https://www.w3.org/TR/activitypub/#outbox",
    )
    config_type = ActivityPubConfig
    marks = ((b'"startTime"', b'"Event"'),)
    headers = {
        "Accept": 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    }
    paging = sdk.Paging(start="", whole=sdk.Coverage.PARTIAL)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for ActivityStreams with an Event that starts at some time."""
        return 0.96 if any("startTime" in event for event in _events(value)) else 0.0

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where the address is none."""
        self._url()

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: str) -> sdk.RawPayload:
        """One page of the outbox, or one event; an actor and a collection lead to the page."""
        for _ in range(_DEPTH):
            payload = self.ask(http, here or self._url())
            value = sdk.json_of(payload)
            ahead = self.onward(value, here)
            if _is_list(value) or ahead is None:
                break
            here = ahead
        return payload

    def onward(self, value: Any, here: str) -> str | None:
        """An actor's outbox, a collection's first page, a page's next one, on the same host."""
        name = "outbox" if text(value, "type") in _ACTORS else "next" if _is_list(value) else "first"
        return values.next_address(text(value, name, "id") or text(value, name), here or self._url())

    def _url(self) -> str:
        wanted = "give the address of an actor, such as https://mobilizon.fr/@group"
        return values.address(self.config.url, f"url: missing or no web address; {wanted}")

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of a document. What is no ActivityStreams is refused, and one thing that is no event."""
        events = list(_events(value))
        if not events and not _is_list(value):
            kind = text(value, "type") or html_line(value, "error") or "no ActivityStreams"
            raise sdk.SchemaChanged(
                f"no event in this document ({kind[:80]}); give the address of an actor, an outbox or an event"
            )
        return events

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event, with a note where it is not for everybody."""
        maps = (item.get("nameMap"), item.get("contentMap"))
        languages = values.shared(maps, values.wanted(params.language))
        title, content = (
            text(item, name) or text(values.local_part(item.get(f"{name}Map"), languages)[1])
            for name in ("name", "content")
        )
        readers = {one for one in (*several(item, "to"), *several(item, "cc")) if isinstance(one, str)}
        closed = bool(item.get("to")) and not readers & _PUBLIC
        return values.event(
            item,
            name=item.get("id") or item.get("uuid"),
            title=html_line(title),
            description=content or text(item, "summary"),
            start=item.get("startTime"),
            end=item.get("endTime"),
            notes=["addressed to some, not to the public"] if closed else [],
            **_place(item),
            **_details(item),
        )


def _is_list(value: Any) -> bool:
    return any(isinstance(at(value, name), list) for name in _LISTS)


def _events(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The Event objects of a document: itself, what an activity tells, the entries of a collection."""
    kinds = {text(kind) for kind in several(value, "type")} if depth < _DEPTH else set()
    inside = value if isinstance(value, list) and depth < _DEPTH else []
    if "Event" in kinds:
        yield value
    elif kinds & _PUBLISHING_ACTIVITIES:
        inside = [value.get("object")]
    elif kinds & _COLLECTIONS:
        inside = [value.get(name) for name in (*_LISTS, "first")]
    for one in inside:
        yield from _events(one, depth + 1)


def _place(event: Mapping[str, Any]) -> dict[str, Any]:
    entries = several(event, "location")
    virtual = next((one for one in entries if at(one, "type") == "VirtualLocation"), None)
    place = next((one for one in entries if isinstance(one, dict | str) and one is not virtual), None)
    address = at(place, "address")
    return {
        "venue": values.venue(
            name=html_line(place, "name") or html_line(place),
            address=html_line(address),
            parts=(at(address, name) for name in _ADDRESS),
            city=html_line(address, "addressLocality"),
            country=html_line(address, "addressCountry"),
            point=(at(place, "latitude"), at(place, "longitude")),
        ),
        "online": values.attendance(truth(event.get("isOnline")) or virtual is not None, place),
        "online_url": http_url(text(virtual, "url")),
        "timezone": values.zone(event.get("timezone")),
    }


def _details(event: Mapping[str, Any]) -> dict[str, Any]:
    links = [one.get("href") for one in _attached(event, "Link") if one.get("name") == "Website"]
    tags = [one for one in values.listed(event.get("tag")) if at(one, "type") == "Hashtag"]
    host = event.get("attributedTo")
    name = html_line(host, "name") or html_line(host, "preferredUsername") or _handle(text(host))
    urls = (text(event, "url"), text(event, "url", 0, "href"), text(event, "id"))
    return {
        **mobilizon_fields(
            category=event.get("category"),
            language=event.get("inLanguage"),
            capacity=event.get("maximumAttendeeCapacity"),
            left=event.get("remainingAttendeeCapacity"),
            going=event.get("participantCount"),
            join=text(event, "joinMode"),
            website=next((one for one in links if http_url(text(one))), ""),
        ),
        "url": next(filter(None, map(http_url, urls)), ""),
        "ticket_url": http_url(text(event, "externalParticipationUrl")),
        "status": values.status(text(event, "status") or text(event, "ical:status")),
        "tags": html_lines(text(one, "name").lstrip("#") for one in tags),
        "images": values.images(_pictures(event)),
        "organizer": values.organizer(name, http_url(text(host, "url") or text(host))),
    }


def _attached(event: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in several(event, "attachment") if isinstance(one, dict) and one.get("type") == kind]


def _pictures(event: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The banner first, then the other pictures."""
    found = [*_attached(event, "Document"), *_attached(event, "Image")]
    for one in sorted(found, key=lambda picture: picture.get("name") != "Banner"):
        named = html_line(one, "name")
        yield text(one, "url") or text(one, "url", 0, "href"), "" if named == "Banner" else named, ""


def _handle(url: str) -> str:
    """The last part of an actor's address: `metacartes` of `https://mobilizon.fr/@metacartes`."""
    return urlsplit(http_url(url)).path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
