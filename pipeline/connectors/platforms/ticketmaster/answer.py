"""An answer of the Discovery API, versions 1 and 2: where its events are, and one of them as a record.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, line, lines, link, moment, number, objects, text
from pipeline.money.cost import cost

_STARTS: Final = ("localDate", "dateTime", "dateTBD", "dateTBA", "timeTBA")
_NOTHING: Final = frozenset({"", "undefined", "miscellaneous", "other"})
_IMAGES: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketmasterAnswer:
    """The events of an answer and what it says of the whole: `total` events on `pages` pages; None where it
    is one event alone."""

    items: list[Any]
    total: int | None = None
    pages: int | None = None
    page: int = 0

    @property
    def whole(self) -> bool:
        """Whether these are all that the question has."""
        return self.pages is None or (self.page == 0 and self.pages <= 1)


def opened(value: Any) -> TicketmasterAnswer:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    value = unwrapped(value)
    if looks_like_event(value):
        return TicketmasterAnswer(items=[value])
    _refuse_error(value)
    page, listed = at(value, "page"), at(value, "_embedded", "events")
    empty = isinstance(page, Mapping) and "totalElements" in page and "_embedded" not in value
    if not isinstance(listed, list) and not empty:
        raise sdk.SchemaChanged("no events of the Discovery API in this answer")
    items = listed if isinstance(listed, list) else []
    if items and not any("dates" in one for one in objects(items)):
        raise sdk.SchemaChanged("no event of this answer has dates")
    pages, more = number(page, "totalPages"), at(value, "_links", "next") is not None
    return TicketmasterAnswer(
        items=items,
        total=number(page, "totalElements"),
        pages=pages if pages is not None else 2 if more else 1,
        page=number(page, "number") or 0,
    )


def looks_like_event(value: Any) -> bool:
    """Whether an object is an event of this API: an id, a name, and `dates` with a start in its own words."""
    start = at(value, "dates", "start")
    reported = isinstance(start, Mapping) and any(name in start for name in _STARTS)
    return reported and bool(text(value, "id")) and "name" in value


def is_listing(value: Any) -> bool:
    """Whether the answer is a page of a search: events in `_embedded`, or none and the page's numbers."""
    listed, page = at(value, "_embedded", "events"), at(value, "page")
    if isinstance(listed, list) and listed:
        return any(map(looks_like_event, listed[:5]))
    numbers = values.has_all(page, ("size", "totalElements", "totalPages", "number"))
    ours = "/discovery/" in text(value, "_links", "self", "href")
    return numbers and ours and number(page, "totalElements") == 0


def unwrapped(value: Any) -> Any:
    """The answer itself; of a recording (a list of requests with their `response`) the first answer with
    events; of a list of answers or of events, also under a name of its own, one answer with all of them."""
    if isinstance(value, dict) and "_embedded" not in value and not looks_like_event(value):
        lists = (one for one in value.values() if isinstance(one, list))
        kept = next((one for one in lists if any(map(looks_like_event, one[:5]))), None)
        return value if kept is None else {"_embedded": {"events": kept}, "page": {}}
    if not isinstance(value, list):
        return value
    listed = [one for page in objects(value) for one in objects(page, "_embedded", "events")] or value
    if any(map(looks_like_event, listed[:5])):
        return {"_embedded": {"events": listed}, "page": {}}
    recorded = (one for one in objects(value) if "ticketmaster.com" in text(one, "scope"))
    answers = [one["response"] for one in recorded if "response" in one]
    reported = (one for one in answers if looks_like_event(one) or at(one, "_embedded", "events"))
    return next(reported, answers[0] if answers else value)


def _refuse_error(value: Any) -> None:
    words = [text(one, "detail") or text(one, "code") for one in objects(value, "errors")]
    words += [text(value, "fault", "faultstring"), text(value, "error", "message")]
    said = "; ".join(word for word in words if word)
    if said:
        raise sdk.SchemaChanged(f"Ticketmaster answers with an error: {said[:200]}")


def record(item: Mapping[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    """One event of an answer."""
    status, place = values.status(text(item, "dates", "status", "code")), _place(item)
    start, first = _start(at(item, "dates", "start")), _start(at(item, "dates", "initialStartDate"))
    if start is None and status == sdk.Status.POSTPONED:
        start, first = first, None
    page, locale = link(item, "url") or link(item, "eventUrl"), text(item, "locale")
    zones = (text(item, "dates", "timezone"), text(place, "timezone"), text(place, "timeZone"))
    promoter, reported = (
        line(item, "promoter", "name"),
        ("description", "info", "additionalInfo", "pleaseNote"),
    )
    return values.event(
        item,
        name=text(item, "id"),
        title=line(item, "name"),
        description="\n\n".join(lines(text(item, name) for name in reported)),
        start=start,
        end=_end(item, start),
        doors=_start(at(item, "doorsTimes")),
        previous_start=first if first != start else None,
        timezone=next(filter(None, zones), "")[:64],
        venue=_venue(place),
        categories=_categories(item),
        language=locale.split("-")[0] if len(locale) <= 10 else "",
        **_prices(item),
        url=page,
        ticket_url=page,
        images=_images(item),
        organizer=values.organizer(promoter if promoter.casefold() != "undefined" else ""),
        performers=lines(line(one, "name") for one in objects(item, "_embedded", "attractions")),
        status=status,
        accessibility=values.filled(info=line(item, "accessibility", "info")),
    )


def _start(reported: Any) -> sdk.RawTime | None:
    """The moment of a start; the day alone where the time is unknown or says nothing; None where the day
    itself is to be announced."""
    if at(reported, "dateTBA") is True or at(reported, "dateTBD") is True:
        return None
    day, clock, instant = text(reported, "localDate"), text(reported, "localTime"), text(reported, "dateTime")
    if at(reported, "timeTBA") is True or at(reported, "noSpecificTime") is True:
        there = moment(day or instant[:10])
        return there.date() if isinstance(there, datetime) else there
    return moment(f"{day}T{clock}" if day and clock else None, instant or None) or moment(day or None)


def _end(item: Mapping[str, Any], start: sdk.RawTime | None) -> sdk.RawTime | None:
    """The end; a day alone where it says that its hour is no real one, or where the event spans days without
    a time."""
    reported = at(item, "dates", "end")
    end = _start(reported)
    if end is None or at(reported, "approximate") is True:
        return None
    if at(reported, "noSpecificTime") is True or not isinstance(start, datetime):
        return end.date() if isinstance(end, datetime) else end
    return end if isinstance(end, date) and end != start else None


def _place(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = objects(item, "_embedded", "venues") or objects(item, "_embedded", "venue")
    return found[0] if found else at(item, "place") or {}


def _venue(place: Mapping[str, Any]) -> sdk.Venue:
    state = line(place, "state", "stateCode") or line(place, "state", "name")
    city = line(place, "city", "name")
    return values.venue(
        name=line(place, "name"),
        street=values.postal(*(line(place, "address", name) for name in ("line1", "line2", "line3"))),
        area=(city, state, line(place, "postalCode")),
        city=city,
        country=line(place, "country", "countryCode") or line(place, "country", "name"),
        point=(at(place, "location", "latitude"), at(place, "location", "longitude")),
        ticketmaster=text(place, "id"),
    )


def _prices(item: Mapping[str, Any]) -> dict[str, Any]:
    amounts: list[float] = []
    currency = ""
    for one in objects(item, "priceRanges"):
        reported = [found for name in ("min", "max") if (found := values.decimal(one, name)) is not None]
        reported = [found for found in reported if found >= 0]
        amounts += reported
        currency = currency or (text(one, "currency")[:3].upper() if reported else "")
    return cost(amounts, currency=currency)


def _categories(item: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = sorted(objects(item, "classifications"), key=lambda one: at(one, "primary") is not True)
    names = [line(one, part, "name") for one in kinds for part in ("segment", "genre", "subGenre")]
    names += [line(one, "name") for one in objects(item, "_embedded", "categories")]
    return lines(name for name in names if name.casefold() not in _NOTHING)


def _images(item: Mapping[str, Any]) -> tuple[sdk.Image, ...]:
    """The widest pictures first; those of the event's own before the platform's stock."""

    def worth(one: Mapping[str, Any]) -> tuple[bool, bool, int]:
        return at(one, "fallback") is True, text(one, "ratio") != "16_9", -(number(one, "width") or 0)

    own = sorted(objects(item, "images"), key=worth)
    own += [one for act in objects(item, "_embedded", "attractions") for one in objects(act, "image")]
    return values.pictures(link(one, "url") for one in own)[:_IMAGES]
