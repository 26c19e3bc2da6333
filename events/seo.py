"""A page's metadata: title and description, canonical address, Open Graph, feeds, and schema.org data."""

import calendar
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from events.addresses import organizer_path
from events.enums import Happening
from events.models import Event
from events.ongoing import week_of
from events.public import absolute
from pipeline.contract.enums import Online, PriceType
from pipeline.contract.fields import SIMPLE, is_known
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.markup import lines_of

_SCHEMA = "https://schema.org/"
#: Only of these Google reads the former start.
_MOVED = (Happening.RESCHEDULED, Happening.MOVED_ONLINE)
#: Google shows no picture that is narrower, in pixels.
_LEAST_WIDTH = 720
#: Characters that could end a script element, or begin a comment or an entity in one; JSON parsers decode the
#: escapes.
_UNSAFE = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    type: str
    href: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Meta:
    """The head of a page. `canonical` and `image` are absolute, `image_size` is width and height in pixels.

    `noindex` keeps the page out of search engines; `is_embeddable`: other sites may show it in a frame (oEmbed).
    """

    title: str
    description: str
    canonical: str
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    image_size: tuple[int, int] | None = None
    feeds: Sequence[Feed] = ()
    json_ld: SafeString | str = ""
    noindex: bool = False
    is_embeddable: bool = False


def plain_text(html: str, *, limit: int = 0) -> str:
    """Sanitized HTML as text, blocks as lines; with `limit` cut at a word."""
    text = lines_of(html)
    if not limit:
        return text
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def json_ld(data: Any) -> SafeString:
    """JSON that is safe inside a script element, whatever its text.

    `</script>` in a title stays text (CVE-2026-60119).
    """
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_UNSAFE))  # noqa: S308 (every character that could matter is escaped)


def event_data(event: Event, *, site_url: str, drawn: Sequence[str] = ()) -> dict[str, Any]:
    """The event as schema.org/Event in Google's form.

    A date where the time is unknown, else a time with offset. `drawn` are the addresses of pictures of our own, in several
    ratios, which follow those of the sources.
    """
    zone = zone_or_utc(event.timezone)
    dated = event.all_day or not event.time_known
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": site_url + event.get_absolute_url(),
        "url": site_url + event.get_absolute_url(),
        "name": event.title,
        "startDate": event.start_date.isoformat() if dated else _iso(event.start_at, zone),
        "endDate": event.end_date.isoformat()
        if dated
        else _iso(event.end_at, zone)
        if event.end_at
        else None,
        "eventSchedule": _schedule(event),
        "description": plain_text(event.description, limit=5000),
        "eventStatus": _statuses(event),
        "eventAttendanceMode": _SCHEMA + _attendance(event),
        "previousStartDate": _iso(event.previous_start_at, zone)
        if event.previous_start_at and event.happening in _MOVED
        else None,
        "location": _location(event, site_url),
        "image": [*_pictures(event), *drawn],
        "offers": _offers(event),
        "organizer": _organizer(event, site_url),
        "performer": [_performer(name, str(event.category_id)) for name in event.performers],
        "doorTime": _iso(event.doors_at, zone) if event.doors_at else None,
        "isAccessibleForFree": True if event.price_type == PriceType.FREE else None,
        "inLanguage": event.language or None,
        "keywords": list(event.tags),
        "maximumAttendeeCapacity": event.capacity,
        **{
            how.schema_org: how.to_schema_org(value)
            for name, how in SIMPLE.items()
            if how.schema_org and is_known(name, value := getattr(event, name))
        },
    }
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _schedule(event: Event) -> list[dict[str, Any]]:
    """The opening hours of an ongoing event: one schema.org/Schedule for each set of times in its week."""
    if not event.opening_hours:
        return []
    return [
        {
            "@type": "Schedule",
            "startDate": event.start_date.isoformat(),
            "endDate": event.end_date.isoformat(),
            "repeatFrequency": "P1W",
            "byDay": [_SCHEMA + calendar.day_name[day] for day in days],
            "startTime": start,
            "endTime": end,
            "scheduleTimezone": event.timezone,
        }
        for spans, days in week_of(event.opening_hours, event.start_date, event.end_date).items()
        for start, end in spans
    ]


def list_data(events: Sequence[Any], *, site_url: str) -> dict[str, Any]:
    """A list of events (anything with `href`) as schema.org/ItemList of their addresses."""
    items = [
        {"@type": "ListItem", "position": place, "url": site_url + event.href}
        for place, event in enumerate(events, 1)
    ]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}


def _statuses(event: Event) -> str | list[str]:
    """The status; both where it was moved to the net and to another time, as Google asks beside `previousStartDate`."""
    first = _SCHEMA + _status(event)
    both = event.happening == Happening.MOVED_ONLINE and event.previous_start_at
    return [first, _SCHEMA + "EventRescheduled"] if both else first


def _status(event: Event) -> str:
    return {
        Happening.CANCELLED: "EventCancelled",
        Happening.POSTPONED: "EventPostponed",
        Happening.RESCHEDULED: "EventRescheduled",
        Happening.MOVED_ONLINE: "EventMovedOnline",
    }.get(Happening(event.happening), "EventScheduled")


def _attendance(event: Event) -> str:
    if event.online == Online.YES or event.happening == Happening.MOVED_ONLINE:
        return "OnlineEventAttendanceMode"
    return "MixedEventAttendanceMode" if event.online == Online.BOTH else "OfflineEventAttendanceMode"


def _location(event: Event, site_url: str) -> Any:
    virtual = {"@type": "VirtualLocation", "url": event.online_url or site_url + event.get_absolute_url()}
    if event.online == Online.YES or event.happening == Happening.MOVED_ONLINE:
        return virtual
    city = event.city.name if event.city else event.venue_city
    address = {
        "@type": "PostalAddress",
        "streetAddress": event.address,
        "addressLocality": city,
        "addressCountry": event.country or (event.city.country if event.city else ""),
    }
    place: dict[str, Any] = {
        "@type": "Place",
        "name": event.place_words or city or "To be announced",
        "address": {name: value for name, value in address.items() if value},
    }
    if event.lat is not None and event.lng is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": event.lat, "longitude": event.lng}
    return [place, virtual] if event.online == Online.BOTH else place


def _offers(event: Event) -> dict[str, Any] | None:
    """The known offers; an unknown price is no offer.

    Since when tickets are sold (`validFrom`) no source tells. A cancelled event has none that could be had.
    """
    low = 0 if event.price_type == PriceType.FREE else event.price_min
    address = event.ticket_url or event.url
    if low is None or not address:
        return None
    high = event.price_max if event.price_type != PriceType.FREE else None
    offer: dict[str, Any] = {"@type": "Offer", "url": address, "price": f"{low:f}" if low else "0"}
    if high is not None and high > low:
        offer |= {"@type": "AggregateOffer", "lowPrice": offer["price"], "highPrice": f"{high:f}"}
    if event.happening != Happening.CANCELLED:
        offer["availability"] = _SCHEMA + ("SoldOut" if event.sold_out else "InStock")
    return offer | ({"priceCurrency": event.price_currency} if event.price_currency else {})


def _performer(name: str, category: str) -> dict[str, Any]:
    """A performer. Most names do not tell whether they are a person's or a group's: what fits both is said."""
    return {"@type": "MusicGroup" if category == "music" else "PerformingGroup", "name": name}


def _organizer(event: Event, site_url: str) -> dict[str, Any] | None:
    """The organizer, with its own site, else its page here."""
    organizer = event.organizer
    if organizer is None:
        return None
    kind = "Person" if organizer.type == "individual" else "Organization"
    address = organizer.url or site_url + organizer_path(organizer.id, organizer.name)
    return {"@type": kind, "name": organizer.name, "url": address}


def _pictures(event: Event) -> list[str]:
    """The widest copy of each picture; those that are known to be too narrow are left out."""
    return [
        absolute(image.address)
        for image in event.images.all()
        if image.address and (image.width is None or image.width >= _LEAST_WIDTH)
    ]


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()
