"""What Eventbrite tells of events, in answers of the API (v3), of the site's search and in the data of its
pages, as records.

https://www.eventbrite.com/platform/api#/reference/event
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.nested import every_object
from pipeline.connectors.support.values import at, line, link, moment, number, objects, text
from pipeline.dates.moments import read_moment
from pipeline.text.markup import line_of

#: Begins the data that a listing page carries for its scripts.
SERVER_DATA: Final = "window.__SERVER_DATA__ = "
#: The platform's categories (GET /v3/categories/), for answers that give their number alone.
CATEGORIES: Final = {
    "101": "Business & Professional", "102": "Science & Technology", "103": "Music", "104": "Film, Media & Entertainment",
    "105": "Performing & Visual Arts", "106": "Fashion & Beauty", "107": "Health & Wellness", "108": "Sports & Fitness", "109": "Travel & Outdoor",
    "110": "Food & Drink", "111": "Charity & Causes", "112": "Government & Politics", "113": "Community & Culture",
    "114": "Religion & Spirituality", "115": "Family & Education", "116": "Seasonal & Holiday", "117": "Home & Lifestyle",
    "118": "Auto, Boat & Air", "119": "Hobbies & Special Interest", "120": "School Activities", "199": "Other",
}  # fmt: skip
#: Where an answer has its list of events.
_HOLDERS: Final = (("search_data", "events"), ("events",), ("event_listing_response", "events"), ())
_LISTS: Final = ("results", "events", "items")
_NUMBER: Final = patterns.compile(r"(?:-|/)(\d{6,16})/?$")
_AMOUNT: Final = patterns.compile(r"\d{1,7}(\.\d{1,4})?")
_LANGUAGE: Final = patterns.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
_STATUSES: Final = {
    "canceled": sdk.Status.CANCELLED,
    "cancelled": sdk.Status.CANCELLED,
    "postponed": sdk.Status.POSTPONED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The events of an answer, and what it says of further pages."""

    items: list[Any] = field(default_factory=list)
    continuation: str = ""
    page: int = 1
    pages: int = 1

    @property
    def more(self) -> bool:
        """Whether there are further pages behind this one."""
        return bool(self.continuation) or self.page < self.pages


def is_event(value: Any) -> bool:
    """Whether an object is an event of the API, where names and times are objects with the same thing in
    several forms, or as the search on the site gives it."""
    if not isinstance(value, Mapping):
        return False
    start, name = value.get("start"), value.get("name")
    timed = isinstance(start, Mapping) and "timezone" in start and ("local" in start or "utc" in start)
    if timed and isinstance(name, Mapping) and ("url" in value or "resource_uri" in value):
        return True
    marked = text(value, "_type") == "destination_event"
    known = marked or "eventbrite_event_id" in value or "primary_venue" in value
    return known and isinstance(name, str) and bool(text(value, "start_date"))


def opened(value: Any) -> Answer:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    if is_event(value):
        return Answer(items=[value])
    if isinstance(value, list):
        if any(map(is_event, value)):
            return Answer(items=value)
        raise sdk.SchemaChanged("no event of Eventbrite in this list")
    said = text(value, "error_description") or text(value, "error")
    if said:
        raise sdk.SchemaChanged(f"Eventbrite answers with an error: {said[:200]}")
    found = listing(value)
    if found is None:
        raise sdk.SchemaChanged("no events of Eventbrite in this answer")
    return found


def listing(value: Any) -> Answer | None:
    """The list of events of an answer of the API or of a page's data; None where there is none. An empty one
    counts beside its page numbers. The pages of cities have no list but shelves of events ("this weekend")."""
    for path in _HOLDERS:
        holder = at(value, *path)
        numbers = at(holder, "pagination") or at(value, "pagination")
        for name in _LISTS:
            items = holder if isinstance(holder, list) else at(holder, name)
            empty = items == [] and values.has_all(numbers, ["object_count"])
            if isinstance(items, list) and (empty or any(map(is_event, objects(items)))):
                page, pages = number(numbers, "page_number") or 1, number(numbers, "page_count") or 1
                if at(numbers, "has_more_items") is False:
                    return Answer(items=items, page=page, pages=page)
                return Answer(items=items, continuation=text(numbers, "continuation"), page=page, pages=pages)
    shelves = {text(one, "id"): one for _, one in every_object(value) if is_event(one)}
    return Answer(items=list(shelves.values())) if shelves else None


def server_data(html: str) -> Mapping[str, Any] | None:
    """What a page carries for its scripts; None where it carries nothing that can be read. More script
    follows behind it."""
    begin = html.find(SERVER_DATA)
    if begin < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(html, begin + len(SERVER_DATA))
        value = parse_json(html[begin + len(SERVER_DATA) : end], strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def numbered(url: str) -> str:
    """The number at the end of an address of an event, an organizer or a venue; '' where there is none."""
    try:
        found = _NUMBER.search(urlsplit(url).path)
    except ValueError:
        return ""
    return found.group(1) if found else ""


def record(item: Any) -> sdk.RawRecord | sdk.Dropped:
    """The record of one event; dropped without a start or a title."""
    if not isinstance(item, Mapping):
        return sdk.Dropped(reason="no event", raw=values.source_of(item))
    own = next((said for name in ("id", "eventbrite_event_id", "eid") if (said := text(item, name))), "")
    tags, language = objects(item, "tags"), text(item, "language") or text(item, "locale")
    kinds = (("image", "original"), ("image",), ("logo", "original"), ("logo",))
    return values.event(
        item,
        name=own or numbered(text(item, "url")) or numbered(text(item, "resource_uri")),
        title=_name(item),
        description=_description(item),
        venue=_venue(at(item, "venue") or at(item, "primary_venue")),
        online=_online(item),
        categories=_categories(item, tags),
        tags=values.lines(line(tag, "display_name") for tag in tags if text(tag, "prefix") == "OrganizerTag"),
        language=language if _LANGUAGE.match(language) else "",
        url=link(item, "url"),
        ticket_url=link(item, "tickets_url") or link(item, "url"),
        images=values.pictures(link(item, *kind, "url") for kind in kinds)[:1],
        organizer=_organizer(at(item, "organizer") or at(item, "primary_organizer")),
        status=_status(item),
        capacity=number(item, "capacity") or None,
        published=_published(item),
        metadata=values.filled(series_id=text(item, "series_id")),
        notes=["a draft on Eventbrite, not public there"] if text(item, "status") == "draft" else [],
        **_times(item),
        **_price(item),
    )


def _name(item: Mapping[str, Any]) -> str:
    reported = line(item, "name") or line(item, "name", "text")
    return reported or line_of(text(item, "name", "html"))


def _description(item: Mapping[str, Any]) -> str:
    ways = (("full_description",), ("description", "html"), ("description", "text"), ("summary",))
    return next((reported for way in ways if (reported := text(item, *way)) and line_of(reported)), "")


def _times(item: Mapping[str, Any]) -> dict[str, Any]:
    """Start, end and zone."""
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
    return {"start": start, "end": end, "timezone": zone[:64]}


def _joined(day: str, clock: str) -> sdk.RawTime | None:
    return moment(f"{day}T{clock}") or moment(day) if day and clock else moment(day or None)


def _venue(place: Any) -> sdk.Venue:
    address = at(place, "address")
    city = line(address, "city")
    points = [(at(reported, "latitude"), at(reported, "longitude")) for reported in (address, place)]
    return values.venue(
        name=line(place, "name"),
        street=values.postal(line(address, "address_1"), line(address, "address_2")),
        area=[city, line(address, "region"), line(address, "postal_code")],
        address=line(address, "localized_address_display"),
        city=city,
        country=line(address, "country"),
        point=next((point for point in points if values.coordinates(*point)[0] is not None), ("", "")),
        eventbrite=text(place, "id"),
    )


def _online(item: Mapping[str, Any]) -> str:
    reported = at(item, "online_event") if "online_event" in item else at(item, "is_online_event")
    return str(sdk.Online.YES if reported else sdk.Online.NO) if isinstance(reported, bool) else ""


def _categories(item: Mapping[str, Any], tags: list[dict[str, Any]]) -> tuple[str, ...]:
    """Category, subcategory and format, as the API expands them or as the search tags them."""
    parts = (("category", "Category"), ("subcategory", "SubCategory"), ("format", "Format"))
    tagged = {text(tag, "prefix"): line(tag, "display_name") for tag in reversed(tags)}
    names = [line(item, part, "name") or line(item, part, "short_name") for part, _ in parts]
    names[0] = names[0] or CATEGORIES.get(text(item, "category_id"), "")
    return values.lines([*names, *(tagged.get(f"Eventbrite{prefix}", "") for _, prefix in parts)])


def _organizer(party: Any) -> sdk.OrganizerRef | None:
    name = line(party, "name")
    return values.organizer("" if "@" in name else name, link(party, "url") or link(party, "website_url"))


def _status(item: Mapping[str, Any]) -> str:
    called_off = at(item, "is_cancelled") is True
    return str(sdk.Status.CANCELLED if called_off else _STATUSES.get(text(item, "status").lower(), ""))


def _published(item: Mapping[str, Any]) -> datetime | None:
    found = read_moment(text(item, "published") or text(item, "created") or None, utc=True)
    return found if isinstance(found, datetime) else None


def _price(item: Mapping[str, Any]) -> dict[str, Any]:
    """What tickets cost. Amounts that are all zero mean nothing where it is not said to be free."""
    reported = at(item, "ticket_availability")
    none_left = text(item, "event_sales_status", "sales_status") == "sold_out"
    free = at(reported, "is_free") if isinstance(at(reported, "is_free"), bool) else at(item, "is_free")
    costs = [at(reported, name) for name in ("minimum_ticket_price", "maximum_ticket_price")]
    costs += [at(one, "cost") for one in objects(item, "ticket_classes")]
    amounts = [float(one) for cost in costs if _AMOUNT.fullmatch(one := text(cost, "major_value"))]
    currency = next((code for cost in costs if (code := text(cost, "currency"))), text(item, "currency"))
    sold_out = {"sold_out": at(reported, "is_sold_out") is True or none_left}
    if free is True:
        return sold_out | {"is_free": True}
    if not amounts or max(amounts) == 0:
        return sold_out | {"is_free": free}
    return sold_out | {
        "price_min": f"{min(amounts):.2f}",
        "price_max": f"{max(amounts):.2f}",
        "price_currency": currency[:3].upper(),
        "is_free": False if min(amounts) > 0 else None,
    }
