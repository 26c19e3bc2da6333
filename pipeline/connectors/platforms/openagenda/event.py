"""From one event of OpenAgenda to the fields of a record
(https://developers.openagenda.com/en/evenements/structure)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support.values import (
    amount,
    at,
    coordinates,
    html_line,
    html_lines,
    images,
    is_free_text,
    local_part,
    objects,
    text,
    zone,
)
from pipeline.contract.enums import Online, Status
from pipeline.contract.normalized import Image, OrganizerRef, Venue
from pipeline.text.decoding import http_url

_STATUSES: Final = {
    "2": Status.RESCHEDULED,
    "3": Status.MOVED_ONLINE,
    "4": Status.POSTPONED,
    "6": Status.CANCELLED,
}
_FULL: Final = "5"
_MODES: Final = {"1": Online.NO, "2": Online.YES, "3": Online.BOTH}
_STATES: Final = {"1": "waiting to be published", "0": "waiting for the agenda's moderators"}
_ACCESS: Final = {"hi": "hearing", "vi": "visual", "pi": "psychic", "mi": "motor", "ii": "intellectual"}


def timings(item: Mapping[str, Any]) -> tuple[list[tuple[Any, Any]], list[str]]:
    """All (begin, end) that an item tells, in order; short answers and exports tell only the first, the next
    and the last one."""
    if isinstance(item.get("timings"), list):
        return [(one.get("begin"), one.get("end")) for one in objects(item["timings"])], []
    if "first_date" in item:
        found = {text(item.get(name)): None for name in ("first_date", "last_date") if text(item.get(name))}
    else:
        known = [item.get(name) for name in ("firstTiming", "nextTiming", "lastTiming")]
        found = {
            text(one.get("begin")): one.get("end")
            for one in sorted(objects(known), key=lambda one: text(one.get("begin")))
            if one.get("begin")
        }
    notes = ["the answer names only the first, next and last of the event's times"] if len(found) > 1 else []
    return list(found.items()), notes


def description(item: Mapping[str, Any], languages: tuple[str, ...]) -> str:
    """The long description where there is one, else the short one."""
    for name in ("longDescription", "long_description", "description"):
        found = text(local_part(item.get(name), languages)[1])
        if found:
            return found
    return ""


def where(item: Mapping[str, Any]) -> dict[str, Any]:
    """Venue, attendance mode and time zone; the flat export has the place's fields in the event."""
    place = item.get("location")
    if not isinstance(place, dict):
        place = {
            name.removeprefix("location_"): value
            for name, value in item.items()
            if name.startswith(("location_", "latitude", "longitude"))
        }
    lat, lng = coordinates(place.get("latitude"), place.get("longitude"))
    link = http_url(text(item.get("onlineAccessLink")))
    mode = _MODES.get(text(item.get("attendanceMode")), "")
    uid = text(place.get("uid"))
    venue = Venue(
        name=html_line(place.get("name")),
        address=html_line(place.get("address")),
        city=html_line(place.get("city")),
        country=html_line(place.get("countryCode")),
        lat=lat,
        lng=lng,
        external_ids={"openagenda": uid} if uid else {},
    )
    return {
        "venue": venue,
        "online": str(mode),
        "online_url": link if mode != Online.NO else "",
        "timezone": zone(item.get("timezone")) or zone(place.get("timezone")),
    }


def details(item: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """Status, keywords, page, images, agenda, accessibility and ages."""
    said = local_part(item.get("keywords"), languages)[1]
    tags = said if isinstance(said, list) else text(said).split(",")
    access = item.get("accessibility") if isinstance(item.get("accessibility"), dict) else {}
    ages = {f"age_{name}": age for name in ("min", "max") if isinstance(age := at(item, "age", name), int)}
    state = "a draft" if item.get("draft") in (1, True) else _STATES.get(text(item.get("state")), "")
    agenda = item.get("originAgenda")
    return {
        "status": str(_STATUSES.get(text(item.get("status")), "")),
        "sold_out": text(item.get("status")) == _FULL,
        "tags": html_lines(tags),
        "url": _url(item),
        "images": _images(item),
        "organizer": OrganizerRef(name=html_line(at(agenda, "title")), url=http_url(text(at(agenda, "url"))))
        if html_line(at(agenda, "title"))
        else None,
        "accessibility": {
            name: True
            for code, name in _ACCESS.items()
            if isinstance(access, dict) and access.get(code) is True
        },
        "metadata": {**ages, **({"state": state} if state else {})},
    }


def entry(item: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """What taking part costs and where to register."""
    conditions = html_line(local_part(item.get("conditions"), languages)[1])
    ways = objects(item.get("registration"))
    link = next((url for way in ways if (url := http_url(text(way.get("value"))))), "")
    fees = [
        amount(text(fee.get("price"))) for way in ways for fee in objects(at(way, "data", "priceCategories"))
    ]
    prices = [fee for fee in fees if fee is not None]
    free = is_free_text(conditions) or (bool(prices) and max(prices) == 0)
    return {
        "price_text": conditions,
        "price_min": str(min(prices)) if prices else "",
        "price_max": str(max(prices)) if prices else "",
        "price_currency": "EUR" if prices else "",
        "is_free": True if free else None,
        "ticket_url": link,
        "registration_required": bool(ways),
    }


def _url(item: Mapping[str, Any]) -> str:
    """The event's page: as said, or below its agenda's."""
    for name in ("canonicalUrl", "url"):
        if http_url(text(item.get(name))):
            return http_url(text(item.get(name)))
    agenda, slug = text(at(item, "originAgenda", "slug")), text(item.get("slug"))
    return http_url(f"https://openagenda.com/{quote(agenda)}/events/{quote(slug)}") if agenda and slug else ""


def _images(item: Mapping[str, Any]) -> tuple[Image, ...]:
    image = item.get("image")
    if isinstance(image, str):
        return images([(image, "", html_line(item.get("imageCredits")))])
    if not isinstance(image, dict) or "/static/" in text(image.get("base")):
        return ()
    full = next((one for one in objects(image.get("variants")) if one.get("type") == "full"), image)
    folder = absolute("https://openagenda.com/", text(image.get("base")))
    address = absolute(folder, text(full.get("filename"))) if folder else ""
    return images([(address, html_line(item.get("image_alt_text")), html_line(item.get("imageCredits")))])
