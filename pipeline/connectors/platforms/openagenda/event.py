"""From one event of OpenAgenda to records, one for each of its timings
(https://developers.openagenda.com/en/evenements/structure)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, html_line, local_part, objects, text
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window
from pipeline.money.cost import cost
from pipeline.text.decoding import http_url
from pipeline.text.markup import with_lead

_STATUSES: Final = {
    "2": sdk.Status.RESCHEDULED,
    "3": sdk.Status.MOVED_ONLINE,
    "4": sdk.Status.POSTPONED,
    "6": sdk.Status.CANCELLED,
}
_TEXTS: Final = ("description", "longDescription", "long_description")
_FULL: Final = "5"
_MODES: Final = {"1": sdk.Online.NO, "2": sdk.Online.YES, "3": sdk.Online.BOTH}
_STATES: Final = {"1": "waiting to be published", "0": "waiting for the agenda's moderators"}
_ACCESS: Final = {"hi": "hearing", "vi": "visual", "pi": "psychic", "mi": "motor", "ii": "intellectual"}


def records(
    item: dict[str, Any], wanted: tuple[str, ...], window: Window
) -> Iterator[sdk.RawRecord | sdk.Dropped]:
    """One record for each timing of an event; Dropped where it is private, refused by its agenda, or has no
    title or time. `wanted` are languages, the best first."""
    texts = [item.get(name) for name in ("title", *_TEXTS) if item.get(name)]
    language, title = local_part(item.get("title"), values.shared(texts, wanted))
    private = "private" if item.get("private") in (1, True) else ""
    unfit = "refused by the agenda" if item.get("state") == -1 else private
    if unfit:
        yield values.dropped(unfit, item, item.get("uid"), html_line(title))
        return
    languages = tuple(filter(None, (language, *wanted)))
    times, notes = _timings(item)
    name = item.get("uid") or item.get("slug")
    facts: dict[str, Any] = {
        "name": name,
        "title": html_line(title),
        "description": _description(item, languages),
    }
    if not times:
        yield values.event(item, start=None, notes=notes, **facts)
        return
    facts |= {**_where(item), **_details(item, languages), **_entry(item, languages), "language": language}
    series = sdk.Recurrence(series_id=text(name)) if len(times) > 1 else None
    starts = [read_moment(begin) for begin, _ in times]
    names = values.names_of(starts)
    for place in values.touching(starts, window):
        begin, end = times[place]
        own = {**item, "timings": [{"begin": begin, "end": end}]} if len(times) > 1 else item
        once: dict[str, Any] = {
            "recurrence_id": names[place],
            "start": begin,
            "end": end,
            "recurrence": series,
        }
        yield values.event(own, notes=notes, **once, **facts)


def _timings(item: Mapping[str, Any]) -> tuple[list[tuple[Any, Any]], list[str]]:
    """All (begin, end) that an item tells, in order; short answers and exports tell only the first, the next
    and the last one."""
    if isinstance(item.get("timings"), list):
        return [(one.get("begin"), one.get("end")) for one in objects(item, "timings")], []
    if "first_date" in item:
        found = {text(item, name): None for name in ("first_date", "last_date") if text(item, name)}
    else:
        known = objects([item.get(name) for name in ("firstTiming", "nextTiming", "lastTiming")])
        known.sort(key=lambda one: text(one, "begin"))
        found = {text(one, "begin"): one.get("end") for one in known if one.get("begin")}
    notes = ["the answer names only the first, next and last of the event's times"] if len(found) > 1 else []
    return list(found.items()), notes


def _description(item: Mapping[str, Any], languages: tuple[str, ...]) -> str:
    """The short description, which OpenAgenda shows as the lead of the long one, and the long one."""
    short, *long = (text(local_part(item.get(name), languages)[1]) for name in _TEXTS)
    return with_lead(short, next(filter(None, long), ""))


def _where(item: Mapping[str, Any]) -> dict[str, Any]:
    """Venue, attendance mode and time zone; the flat export has the place's fields in the event."""
    place = item.get("location")
    if not isinstance(place, dict):
        own = [name for name in item if name.startswith(("location_", "latitude", "longitude"))]
        place = {name.removeprefix("location_"): item[name] for name in own}
    mode = _MODES.get(text(item, "attendanceMode"), "")
    return {
        "venue": values.venue(
            name=html_line(place, "name"),
            address=html_line(place, "address"),
            city=html_line(place, "city"),
            country=html_line(place, "countryCode"),
            point=(place.get("latitude"), place.get("longitude")),
            openagenda=text(place, "uid"),
        ),
        "online": str(mode),
        "online_url": http_url(text(item, "onlineAccessLink")) if mode != sdk.Online.NO else "",
        "timezone": values.zone(item.get("timezone")) or values.zone(place.get("timezone")),
    }


def _details(item: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """Status, keywords, page, images, agenda, accessibility and ages."""
    said = local_part(item.get("keywords"), languages)[1]
    ages = {f"age_{name}": age for name in ("min", "max") if isinstance(age := at(item, "age", name), int)}
    state = "a draft" if item.get("draft") in (1, True) else _STATES.get(text(item, "state"), "")
    agenda = item.get("originAgenda")
    return {
        "status": str(_STATUSES.get(text(item, "status"), "")),
        "sold_out": text(item, "status") == _FULL,
        "tags": values.html_lines(said if isinstance(said, list) else text(said).split(",")),
        "url": _url(item),
        "images": _images(item),
        "organizer": values.organizer(html_line(agenda, "title"), http_url(text(agenda, "url"))),
        "accessibility": {
            name: True for code, name in _ACCESS.items() if at(item, "accessibility", code) is True
        },
        "metadata": {**ages, **values.filled(state=state)},
    }


def _entry(item: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """What taking part costs and where to register."""
    conditions = html_line(local_part(item.get("conditions"), languages)[1])
    ways = objects(item, "registration")
    fees = [fee for way in ways for fee in objects(way, "data", "priceCategories")]
    reported = cost((*(text(one, "price") for one in fees), conditions))
    return {
        **reported,
        "price_currency": "EUR" if reported["price_max"] else "",
        "ticket_url": next((url for way in ways if (url := http_url(text(way, "value")))), ""),
        "registration_required": bool(ways),
    }


def _url(item: Mapping[str, Any]) -> str:
    """The event's page: as said, or below its agenda's."""
    for name in ("canonicalUrl", "url"):
        if http_url(text(item, name)):
            return http_url(text(item, name))
    agenda, slug = text(item, "originAgenda", "slug"), text(item, "slug")
    return http_url(f"https://openagenda.com/{quote(agenda)}/events/{quote(slug)}") if agenda and slug else ""


def _images(item: Mapping[str, Any]) -> tuple[sdk.Image, ...]:
    image, credit = item.get("image"), html_line(item, "imageCredits")
    if isinstance(image, str):
        return values.images([(image, "", credit)])
    if not isinstance(image, dict) or "/static/" in text(image, "base"):
        return ()
    folder = absolute("https://openagenda.com/", text(image, "base"))
    address = absolute(folder, text(image, "filename")) if folder else ""
    return values.images([(address, html_line(item, "image_alt_text"), credit)])
