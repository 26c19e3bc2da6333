"""One event of Eventbrite as a record: as the API tells it (v3), as the site's search does, and as its pages'
structured data does.

https://www.eventbrite.com/platform/api#/reference/event
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    lines,
    link,
    moment,
    number,
    objects,
    pictures,
    postal,
    source_of,
    text,
)
from pipeline.contract.enums import Online, Status
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawRecord, RawTime
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_LINE, MAX_TITLE, bounded_id, clip

_NUMBER: Final = patterns.compile(r"(?:-|/)(\d{6,16})/?$")
_AMOUNT: Final = patterns.compile(r"\d{1,7}(\.\d{1,4})?")
_TAG: Final = patterns.compile(r"<[^<>]*>")
_LANGUAGE: Final = patterns.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
#: The platform's categories (GET /v3/categories/), for answers that give their number alone.
CATEGORIES: Final = {
    "101": "Business & Professional", "102": "Science & Technology", "103": "Music", "104": "Film, Media & Entertainment",
    "105": "Performing & Visual Arts", "106": "Fashion & Beauty", "107": "Health & Wellness", "108": "Sports & Fitness", "109": "Travel & Outdoor",
    "110": "Food & Drink", "111": "Charity & Causes", "112": "Government & Politics", "113": "Community & Culture",
    "114": "Religion & Spirituality", "115": "Family & Education", "116": "Seasonal & Holiday", "117": "Home & Lifestyle",
    "118": "Auto, Boat & Air", "119": "Hobbies & Special Interest", "120": "School Activities", "199": "Other",
}  # fmt: skip
_STATUSES: Final = {
    "canceled": Status.CANCELLED,
    "cancelled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
}


def record(item: Any) -> RawRecord | Dropped:
    """The record of one event; dropped without a start or a title."""
    if not isinstance(item, Mapping):
        return Dropped(reason="no event", raw=source_of(item))
    notes: list[str] = []
    name = bounded_id(identity(item), notes=notes)
    title = clip(_name(item), MAX_TITLE, what="title", notes=notes)
    start, end, zone = _times(item)
    if start is None or not title:
        return Dropped(
            reason="no start" if start is None else "no title",
            external_id=name,
            title=title,
            raw=source_of(item),
        )
    if text(item, "status") == "draft":
        notes.append("a draft on Eventbrite, not public there")
    language = text(item, "language") or text(item, "locale")
    made = RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(_description(item), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=end,
        timezone=zone[:64],
        venue=_venue(at(item, "venue") or at(item, "primary_venue")),
        online=_online(item),
        categories=_categories(item),
        tags=lines(
            line(tag, "display_name")
            for tag in objects(item, "tags")
            if text(tag, "prefix") == "OrganizerTag"
        ),
        language=language if _LANGUAGE.match(language) else "",
        url=link(item, "url"),
        ticket_url=link(item, "tickets_url") or link(item, "url"),
        images=pictures(
            link(at(item, kind), *path)
            for kind in ("image", "logo")
            for path in (("original", "url"), ("url",))
        )[:1],
        organizer=_organizer(at(item, "organizer") or at(item, "primary_organizer")),
        status=_status(item),
        capacity=number(item, "capacity") or None,
        published=_published(item),
        metadata={"series_id": text(item, "series_id")} if text(item, "series_id") else {},
        raw=source_of(item),
        notes=tuple(notes),
    )
    return replace(made, **_price(item))


def identity(item: Mapping[str, Any]) -> str:
    """The event's number, which its address ends with too."""
    for name in ("id", "eventbrite_event_id", "eid"):
        if text(item, name):
            return text(item, name)
    return numbered(text(item, "url")) or numbered(text(item, "resource_uri"))


def numbered(url: str) -> str:
    """The number at the end of an address of an event, an organizer or a venue; '' where there is none."""
    try:
        found = _NUMBER.search(urlsplit(url).path)
    except ValueError:
        return ""
    return found.group(1) if found else ""


def from_page(found: RawRecord) -> RawRecord:
    """A record out of a page's structured data, under the number that the API gives the event."""
    name = numbered(found.url)
    return replace(found, external_id=name, stable_id=True) if name else found


def _name(item: Mapping[str, Any]) -> str:
    told = line(item, "name") or line(item, "name", "text")
    return told or " ".join(unescape(_TAG.sub(" ", text(item, "name", "html"))).split())


def _description(item: Mapping[str, Any]) -> str:
    ways = (("full_description",), ("description", "html"), ("description", "text"), ("summary",))
    return next((told for way in ways if (told := text(item, *way)) and _TAG.sub("", told).strip()), "")


def _times(item: Mapping[str, Any]) -> tuple[RawTime | None, RawTime | None, str]:
    """Start, end where the organizer shows it, and zone."""
    if isinstance(at(item, "start"), Mapping):
        start, end = (
            moment(text(item, which, "local") or None, text(item, which, "utc") or None)
            for which in ("start", "end")
        )
        zone = text(item, "start", "timezone")
    else:
        start, end = (
            _joined(text(item, f"{which}_date"), text(item, f"{which}_time")) for which in ("start", "end")
        )
        zone = text(item, "timezone")
    hidden = at(item, "hide_end_date") is True
    return start, None if hidden else end, zone


def _joined(day: str, clock: str) -> RawTime | None:
    return moment(f"{day}T{clock}") or moment(day) if day and clock else moment(day or None)


def _venue(place: Any) -> Venue:
    address = at(place, "address")
    lat, lng = coordinates(at(address, "latitude"), at(address, "longitude"))
    if lat is None:
        lat, lng = coordinates(at(place, "latitude"), at(place, "longitude"))
    street = postal(line(address, "address_1"), line(address, "address_2"))
    shown = line(address, "localized_address_display")
    city, name = line(address, "city"), text(place, "id")
    return Venue(
        name=line(place, "name"),
        address=shown
        or (postal(street, city, line(address, "region"), line(address, "postal_code")) if street else ""),
        city=city,
        country=line(address, "country"),
        lat=lat,
        lng=lng,
        external_ids={"eventbrite": name[:200]} if name else {},
    )


def _online(item: Mapping[str, Any]) -> str:
    told = at(item, "online_event") if "online_event" in item else at(item, "is_online_event")
    return str(Online.YES if told else Online.NO) if isinstance(told, bool) else ""


def _categories(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Category, subcategory and format, as the API expands them or as the search tags them."""
    tagged = {text(tag, "prefix"): line(tag, "display_name") for tag in reversed(objects(item, "tags"))}
    names = [
        line(item, part, "name") or line(item, part, "short_name")
        for part in ("category", "subcategory", "format")
    ]
    names[0] = names[0] or CATEGORIES.get(text(item, "category_id"), "")
    return lines(
        [*names, *(tagged.get(f"Eventbrite{part}", "") for part in ("Category", "SubCategory", "Format"))]
    )


def _organizer(party: Any) -> OrganizerRef | None:
    name = line(party, "name")
    return (
        OrganizerRef(name=name[:MAX_LINE], url=link(party, "url") or link(party, "website_url"))
        if name and "@" not in name
        else None
    )


def _status(item: Mapping[str, Any]) -> str:
    called_off = at(item, "is_cancelled") is True
    return str(Status.CANCELLED if called_off else _STATUSES.get(text(item, "status").lower(), ""))


def _published(item: Mapping[str, Any]) -> datetime | None:
    found = read_moment(text(item, "published") or text(item, "created") or None, utc=True)
    return found if isinstance(found, datetime) else None


def _price(item: Mapping[str, Any]) -> dict[str, Any]:
    """What tickets cost. Amounts that are all zero mean nothing where it is not said to be free."""
    told = at(item, "ticket_availability")
    sold_out = (
        at(told, "is_sold_out") is True or text(item, "event_sales_status", "sales_status") == "sold_out"
    )
    free = at(told, "is_free") if isinstance(at(told, "is_free"), bool) else at(item, "is_free")
    costs = [at(told, name) for name in ("minimum_ticket_price", "maximum_ticket_price")]
    costs += [at(one, "cost") for one in objects(item, "ticket_classes")]
    amounts = [float(one) for cost in costs if _AMOUNT.fullmatch(one := text(cost, "major_value"))]
    currency = next((code for cost in costs if (code := text(cost, "currency"))), text(item, "currency"))
    if free is True:
        return {"is_free": True, "sold_out": sold_out}
    if not amounts or max(amounts) == 0:
        return {"sold_out": sold_out}
    return {
        "price_min": f"{min(amounts):.2f}",
        "price_max": f"{max(amounts):.2f}",
        "price_currency": currency[:3].upper(),
        "is_free": False if min(amounts) > 0 else None,
        "sold_out": sold_out,
    }
