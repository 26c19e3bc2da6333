"""One event of Luma's, as its API, its site's answers and its pages give it, as a record."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.nested import counts, every_object
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    lines,
    link,
    number,
    objects,
    pictures,
    source_of,
    text,
)
from pipeline.contract.enums import Online, OrganizerType
from pipeline.contract.normalized import OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.moments import raw_time, read_duration
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip, http_url

SITE: Final = "https://luma.com"
#: Kinds of place that are none.
_CALLS: Final = frozenset(
    {
        "online",
        "zoom",
        "meet",
        "google_meet",
        "google-meet",
        "teams",
        "discord",
        "twitter",
        "twitter_space",
        "youtube",
        "webinar",
    }
)
#: Currencies whose smallest unit is the unit itself.
_WHOLE: Final = frozenset({"JPY", "KRW", "VND", "CLP", "XAF", "XOF", "UGX", "PYG", "RWF"})
_SHOWN: Final = frozenset({"", "public"})
_STREET: Final = patterns.compile(r"^\d|\d$")


def is_event(value: Any) -> bool:
    """Whether an object is an event of Luma's."""
    return isinstance(value, Mapping) and _id(value).startswith("evt-") and "start_at" in value


def entries(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every event of a document, each with what stands around it (its calendar, hosts, tickets): `{"event":
    {…}, "hosts": […]}`; each once.

    What a calendar lists from elsewhere has an id of the listing (`calev-`) and none of its own.
    """
    seen: set[str] = set()
    for key, found in every_object(value):
        entry = (
            found
            if _is_entry(found)
            else {**found, "event": found}
            if is_event(found) and key != "event"
            else None
        )
        name = _own_id(entry) if entry is not None else ""
        if entry is not None and name not in seen:
            seen.add(name)
            yield entry


def _is_entry(found: Mapping[str, Any]) -> bool:
    inner = found.get("event")
    listed = _id(found).startswith("calev-") and isinstance(inner, Mapping) and "start_at" in inner
    return listed or is_event(inner)


def _own_id(entry: Mapping[str, Any]) -> str:
    return _id(entry["event"]) or _id(entry)


def _id(value: Any) -> str:
    """`api_id`, which newer answers call `id`."""
    return text(value, "api_id") or text(value, "id")


def record(entry: Mapping[str, Any]) -> RawRecord | Dropped:
    """The record of one entry; dropped where the event is not public, waits for its calendar's approval, or
    has no title or start."""
    event = entry["event"]
    notes: list[str] = []
    name = bounded_id(_own_id(entry), notes=notes)
    title = clip(" ".join(text(event, "name").split()), MAX_TITLE, what="title", notes=notes)
    start = raw_time(event.get("start_at"))
    reason = _unfit(entry, event) or ("no title" if not title else "no start" if start is None else "")
    if reason:
        return Dropped(reason=reason, external_id=name, title=title, raw=source_of(entry))
    series = line(event, "recurrence_id")
    described = text(event, "description") or text(event, "description_md") or text(entry, "description")
    return RawRecord(
        external_id=name,
        title=title,
        description=clip(described, MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=raw_time(event.get("end_at")),
        duration_seconds=read_duration(text(event, "duration_interval").replace("P0Y0M", "P")),
        timezone=line(event, "timezone"),
        venue=_venue(event),
        online=_online(event),
        url=_url(event),
        images=pictures([link(event, "cover_url")]),
        organizer=_organizer(entry),
        categories=lines(line(one, "name") for one in objects(entry, "categories")),
        tags=lines(line(one, "name") for one in objects(entry, "tags")),
        recurrence=Recurrence(series_id=series) if series else None,
        popularity={} if event.get("hide_rsvp") is True else counts(attending=number(entry, "guest_count")),
        metadata={"waitlist": True}
        if entry.get("waitlist_active") is True or entry.get("registration_availability") == "waitlist"
        else {},
        raw=source_of(entry),
        notes=tuple(notes),
        **_tickets(entry),
    )


def _unfit(entry: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    if text(event, "visibility") not in _SHOWN:
        return "not public"
    return (
        "waits for the calendar's approval"
        if text(entry, "status") in ("pending", "submitted", "rejected")
        else ""
    )


def _place_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The address, in any of the forms that it has had."""
    for key in ("geo_address_info", "geo_address_json", "location"):
        found = event.get(key)
        if isinstance(found, Mapping):
            return found
    return {}


def _venue(event: Mapping[str, Any]) -> Venue:
    """The address as guests may see it. An address for guests only keeps its city; its point is not the
    place's."""
    place = _place_of(event)
    city, country = line(place, "city"), line(place, "country_code") or line(place, "country")
    if text(event, "geo_address_visibility") not in _SHOWN or place.get("mode") == "obfuscated":
        return Venue(city=city, country=country)
    full = line(place, "full_address") or line(place, "address")
    named = line(place, "venue_name") or line(place, "address")
    own = line(place, "place_id")
    lat, lng = _point(event, place)
    return Venue(
        name=""
        if named == full
        or (_STREET.search(named) and full.startswith(named) and not line(place, "venue_name"))
        else named,
        address=full,
        city=city,
        country=country,
        lat=lat,
        lng=lng,
        external_ids={"google_place_id": own} if own else {},
    )


def _point(event: Mapping[str, Any], place: Mapping[str, Any]) -> tuple[float | None, float | None]:
    spots = (
        (at(event, "coordinate", "latitude"), at(event, "coordinate", "longitude")),
        (event.get("geo_latitude"), event.get("geo_longitude")),
        (place.get("latitude"), place.get("longitude")),
    )
    found = (coordinates(lat, lng) for lat, lng in spots)
    return next((point for point in found if point[0] is not None), (None, None))


def _online(event: Mapping[str, Any]) -> str:
    """From the kind of place, or from there being a link for guests, which is not told to others."""
    kind, place = text(event, "location_type").lower(), bool(_place_of(event))
    if kind == "offline":
        return str(Online.NO)
    if kind in _CALLS or text(event, "meeting_url") or text(event, "zoom_meeting_url"):
        return str(Online.BOTH if place else Online.YES)
    return ""


def _url(event: Mapping[str, Any]) -> str:
    own = text(event, "url")
    return http_url(own if "://" in own else f"{SITE}/{own}") if own else ""


def _organizer(entry: Mapping[str, Any]) -> OrganizerRef | None:
    """The calendar, unless it is a person's own; else the first host."""
    calendar = entry.get("calendar")
    name = line(calendar, "name")
    if name and at(calendar, "is_personal") is not True:
        slug = text(calendar, "slug")
        return OrganizerRef(
            name=name, url=link(calendar, "website") or (http_url(f"{SITE}/{slug}") if slug else "")
        )
    host = next(iter(objects(entry, "hosts")), None)
    own = line(host, "name")
    if own:
        return OrganizerRef(name=own, type=OrganizerType.INDIVIDUAL)
    named = line(entry, "event", "host")
    return OrganizerRef(name=named) if named else None


def _tickets(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Price, sold out, and whether guests need to register; a price that is kept back leaves it open whether
    it costs anything."""
    info = entry.get("ticket_info")
    low, high = at(info, "price"), at(info, "max_price")
    found: dict[str, Any] = {
        "sold_out": at(info, "is_sold_out") is True or entry.get("registration_availability") == "sold-out",
        "registration_required": at(info, "require_approval") is True,
    }
    if at(info, "is_free") is True:
        return {**found, "is_free": True}
    currency = line(low, "currency").upper() or line(high, "currency").upper()
    return {
        **found,
        "price_min": _amount(low, currency),
        "price_max": _amount(high, currency) or _amount(low, currency),
        "price_currency": currency,
    }


def _amount(price: Any, currency: str) -> str:
    cents = number(price, "cents")
    if cents is None:
        return ""
    return str(cents) if currency in _WHOLE else f"{cents // 100}.{cents % 100:02}"
