"""One event of Meetup's, from GraphQL or from the state of a page, as a record."""

from collections.abc import Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    lines,
    link,
    number,
    objects,
    pictures,
    postal,
    source_of,
    text,
)
from pipeline.contract.enums import Online, OrganizerType, Status
from pipeline.contract.normalized import Image, OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import Dropped, RawRecord, RawTime
from pipeline.dates.moments import raw_time, read_duration, read_moment
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip

SITE: Final = "https://www.meetup.com"
#: Statuses of events that nobody but their organizers should see.
_HIDDEN: Final = frozenset({"DRAFT", "TEMPLATE", "PROPOSED", "PENDING", "BLOCKED", "AUTOSCHED"})
_CANCELLED: Final = frozenset({"CANCELLED", "CANCELLED_PERM", "AUTOSCHED_CANCELLED"})
_ONLINE: Final = {"ONLINE": Online.YES, "HYBRID": Online.BOTH, "PHYSICAL": Online.NO}
_ID: Final = patterns.compile(r"meetup\.com/(?:[a-z]{2}-[A-Z]{2}/)?[^/?#]+/events/([A-Za-z0-9]+)(?:[/?#]|$)")


def id_in(url: str) -> str:
    """The event's id in an address of its page, '' where there is none."""
    found = _ID.search(url)
    return found.group(1) if found and found.group(1) not in ("ical", "rss", "past", "calendar") else ""


def record(node: Any) -> RawRecord | Dropped:
    """The record of one event; dropped where it is no event, is hidden, or has no title or start."""
    if not isinstance(node, Mapping):
        return Dropped(reason="no event", raw=source_of(node))
    notes: list[str] = []
    url = link(node, "eventUrl")
    name = bounded_id(text(node, "id") or id_in(url), notes=notes)
    title = clip(" ".join(text(node, "title").split()), MAX_TITLE, what="title", notes=notes)
    start = raw_time(at(node, "dateTime"))
    state = text(node, "status").upper()
    reason = _why_not(state, title, start)
    if reason:
        return Dropped(reason=reason, external_id=name, title=title, raw=source_of(node))
    group = line(node, "group", "urlname")
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(text(node, "description"), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=raw_time(at(node, "endTime")),
        duration_seconds=read_duration(at(node, "duration")),
        timezone=line(node, "group", "timezone") or line(node, "timezone"),
        url=url or (f"{SITE}/{group}/events/{name}/" if group and name else ""),
        images=_images(node),
        organizer=_organizer(node, group),
        categories=_topics(node),
        status=str(Status.CANCELLED) if state in _CANCELLED else "",
        capacity=number(node, "maxTickets") or None,
        popularity=counts(attending=_going(node)),
        recurrence=Recurrence(series_id=line(node, "series", "id")) if line(node, "series", "id") else None,
        published=_published(node),
        raw=source_of(node),
        notes=tuple(notes),
        **_place(node),
        **_fee(node),
    )


def _why_not(state: str, title: str, start: RawTime | None) -> str:
    """Why an event is left out; '' where it is kept."""
    if state in _HIDDEN:
        return "hidden by its organizer"
    return "no title" if not title else "no start" if start is None else ""


def _place(node: Mapping[str, Any]) -> dict[str, Any]:
    """The first room among the venues, and whether one is online; Meetup's online venue lies on an island of
    Tuvalu."""
    venues = objects(node, "venues") or objects(node, "venue")
    rooms = [v for v in venues if not _is_online(v)]
    mode = str(_ONLINE.get(text(node, "eventType").upper(), ""))
    if not mode and (len(rooms) < len(venues) or at(node, "isOnline") is True):
        mode = str(Online.BOTH if rooms else Online.YES)
    return {"online": mode, "venue": _venue(rooms[0]) if rooms else Venue()}


def _is_online(venue: Mapping[str, Any]) -> bool:
    return text(venue, "venueType").lower() == "online" or text(venue, "name") == "Online event"


def _venue(found: Mapping[str, Any]) -> Venue:
    lat, lng = coordinates(found.get("lat"), found.get("lon", found.get("lng")))
    parts = [line(found, key) for key in ("address", "city", "state", "postalCode")]
    own = line(found, "id")
    return Venue(
        name=line(found, "name").rstrip(" ,"),
        address=postal(*(part.rstrip(" ,") for part in parts)) if parts[0] else "",
        city=parts[1],
        country=line(found, "country").upper()
        if len(line(found, "country")) == 2
        else line(found, "country"),
        lat=lat,
        lng=lng,
        external_ids={"meetup": own} if own else {},
    )


def _fee(node: Mapping[str, Any]) -> dict[str, Any]:
    """The fee that Meetup takes. None is not "free": organizers write of prices in the text."""
    amount = text(node, "feeSettings", "amount")
    currency = line(node, "feeSettings", "currency")
    return {"price_min": amount, "price_max": amount, "price_currency": currency} if amount else {}


def _images(node: Mapping[str, Any]) -> tuple[Image, ...]:
    photo = (
        at(node, "featuredEventPhoto")
        or at(node, "displayPhoto")
        or next(iter(objects(node, "images")), None)
    )
    base, name = text(photo, "baseUrl"), text(photo, "id")
    return pictures(
        [
            text(photo, "highResUrl")
            or text(photo, "source")
            or (f"{base}{name}/676x380.webp" if base and name else "")
        ]
    )


def _organizer(node: Mapping[str, Any], group: str) -> OrganizerRef | None:
    name = line(node, "group", "name")
    return (
        OrganizerRef(name=name, type=OrganizerType.COMMUNITY, url=f"{SITE}/{group}/" if group else "")
        if name
        else None
    )


def _topics(node: Mapping[str, Any]) -> tuple[str, ...]:
    return lines(line(edge, "node", "name") for edge in objects(node, "topics", "edges"))


def _going(node: Mapping[str, Any]) -> int | None:
    places = (("rsvps", "totalCount"), ("going", "totalCount"), ("going",))
    return next((count for path in places if (count := number(node, *path)) is not None), None)


def _published(node: Mapping[str, Any]) -> Any:
    moment = read_moment(at(node, "createdTime"))
    return moment if getattr(moment, "tzinfo", None) else None
