"""An answer of the Discovery API, versions 1 and 2: where its events are, and one of them as a record.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

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
from pipeline.contract.enums import Status
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.normalized import Image, OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawRecord, RawTime
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip

_STATUSES: Final = {
    "canceled": Status.CANCELLED,
    "cancelled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
    "rescheduled": Status.RESCHEDULED,
}
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


def looks_like_event(value: Any) -> bool:
    """Whether an object is an event of this API: an id, a name, and `dates` with a start in its own words."""
    start = at(value, "dates", "start")
    told = isinstance(start, Mapping) and any(
        key in start for key in ("localDate", "dateTime", "dateTBD", "dateTBA", "timeTBA")
    )
    return told and bool(text(value, "id")) and "name" in value


def unwrapped(value: Any) -> Any:
    """The answer itself; of a recording (a list of requests with their `response`) the first answer with
    events; of a list of answers or of events, also under a name of its own, one answer with all of them."""
    if isinstance(value, dict) and "_embedded" not in value and not looks_like_event(value):
        kept = [
            one
            for one in value.values()
            if isinstance(one, list) and any(looks_like_event(item) for item in one[:5])
        ]
        return {"_embedded": {"events": kept[0]}, "page": {}} if kept else value
    if not isinstance(value, list):
        return value
    listed = [one for page in objects(value) for one in objects(page, "_embedded", "events")] or value
    if any(looks_like_event(one) for one in listed[:5]):
        return {"_embedded": {"events": listed}, "page": {}}
    answers = [
        one["response"]
        for one in objects(value)
        if "ticketmaster.com" in text(one, "scope") and "response" in one
    ]
    return next(
        (one for one in answers if looks_like_event(one) or at(one, "_embedded", "events")),
        answers[0] if answers else value,
    )


def is_listing(value: Any) -> bool:
    """Whether the answer is a page of a search: events in `_embedded`, or none and the page's numbers."""
    listed = at(value, "_embedded", "events")
    if isinstance(listed, list) and listed:
        return any(looks_like_event(one) for one in listed[:5])
    page = at(value, "page")
    numbers = isinstance(page, Mapping) and {"size", "totalElements", "totalPages", "number"} <= set(page)
    return (
        numbers
        and number(page, "totalElements") == 0
        and "/discovery/" in text(value, "_links", "self", "href")
    )


def opened(value: Any) -> TicketmasterAnswer:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    value = unwrapped(value)
    if looks_like_event(value):
        return TicketmasterAnswer(items=[value])
    _refuse_error(value)
    page = at(value, "page")
    listed = at(value, "_embedded", "events")
    if not isinstance(listed, list) and not (
        isinstance(page, Mapping) and "totalElements" in page and "_embedded" not in value
    ):
        raise SchemaChanged("no events of the Discovery API in this answer")
    items = listed if isinstance(listed, list) else []
    if items and not any(isinstance(one, Mapping) and "dates" in one for one in items):
        raise SchemaChanged("no event of this answer has dates")
    more = at(value, "_links", "next") is not None
    total = number(page, "totalElements")
    pages = number(page, "totalPages")
    return TicketmasterAnswer(
        items=items,
        total=total,
        pages=pages if pages is not None else 2 if more else 1,
        page=number(page, "number") or 0,
    )


def _refuse_error(value: Any) -> None:
    words = [text(one, "detail") or text(one, "code") for one in objects(value, "errors")]
    words += [text(value, "fault", "faultstring"), text(value, "error", "message")]
    said = "; ".join(word for word in words if word)
    if said:
        raise SchemaChanged(f"Ticketmaster answers with an error: {said[:200]}")


def records(answer: TicketmasterAnswer) -> Iterator[RawRecord | Dropped]:
    """One record for each event of an answer."""
    for item in answer.items:
        yield _record(item) if isinstance(item, Mapping) else Dropped(reason="no event", raw=source_of(item))


def _record(item: Mapping[str, Any]) -> RawRecord | Dropped:
    notes: list[str] = []
    name = bounded_id(text(item, "id"), notes=notes)
    title = clip(line(item, "name"), MAX_TITLE, what="title", notes=notes)
    status = _STATUSES.get(text(item, "dates", "status", "code").lower())
    start = _start(at(item, "dates", "start"))
    first = _start(at(item, "dates", "initialStartDate"))
    if start is None and status is Status.POSTPONED:
        start, first = first, None
    if start is None or not title:
        return Dropped(
            reason="no start" if start is None else "no title",
            external_id=name,
            title=title,
            raw=source_of(item),
        )
    place = _place(item)
    prices = [(low, high, money) for low, high, money in _prices(item)]
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(_description(item), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=_end(item, start),
        doors=_start(at(item, "doorsTimes")),
        previous_start=first if first != start else None,
        timezone=text(item, "dates", "timezone")[:64]
        or text(place, "timezone")[:64]
        or text(place, "timeZone")[:64],
        venue=_venue(place),
        categories=_categories(item),
        language=text(item, "locale").split("-")[0] if len(text(item, "locale")) <= 10 else "",
        price_min=str(min(low for low, _, _ in prices)) if prices else "",
        price_max=str(max(high for _, high, _ in prices)) if prices else "",
        price_currency=next((money for _, _, money in prices if money), ""),
        url=link(item, "url") or link(item, "eventUrl"),
        ticket_url=link(item, "url") or link(item, "eventUrl"),
        images=_images(item),
        organizer=_organizer(item),
        performers=lines(line(one, "name") for one in objects(item, "_embedded", "attractions")),
        status=str(status) if status else "",
        accessibility={"info": line(item, "accessibility", "info")}
        if line(item, "accessibility", "info")
        else {},
        raw=source_of(item),
        notes=tuple(notes),
    )


def _start(told: Any) -> RawTime | None:
    """The moment of a start; the day alone where the time is unknown or says nothing; None where the day
    itself is to be announced."""
    if at(told, "dateTBA") is True or at(told, "dateTBD") is True:
        return None
    day, clock, instant = text(told, "localDate"), text(told, "localTime"), text(told, "dateTime")
    if at(told, "timeTBA") is True or at(told, "noSpecificTime") is True:
        moment_there = moment(day or instant[:10])
        return moment_there.date() if isinstance(moment_there, datetime) else moment_there
    return moment(f"{day}T{clock}" if day and clock else None, instant or None) or moment(day or None)


def _end(item: Mapping[str, Any], start: RawTime) -> RawTime | None:
    """The end; a day alone where it says that its hour is no real one, or where the event spans days without
    a time."""
    told = at(item, "dates", "end")
    end = _start(told)
    if end is None or at(told, "approximate") is True:
        return None
    if at(told, "noSpecificTime") is True or not isinstance(start, datetime):
        return end.date() if isinstance(end, datetime) else end
    if isinstance(end, datetime) and isinstance(start, datetime) and end == start:
        return None
    return end if isinstance(end, date) else None


def _place(item: Mapping[str, Any]) -> Mapping[str, Any]:
    embedded = at(item, "_embedded")
    found = objects(embedded, "venues") or objects(embedded, "venue")
    return found[0] if found else at(item, "place") or {}


def _venue(place: Mapping[str, Any]) -> Venue:
    lat, lng = coordinates(at(place, "location", "latitude"), at(place, "location", "longitude"))
    city = line(place, "city", "name")
    street = postal(
        line(place, "address", "line1"), line(place, "address", "line2"), line(place, "address", "line3")
    )
    name = text(place, "id")
    return Venue(
        name=line(place, "name"),
        address=postal(
            street,
            city,
            line(place, "state", "stateCode") or line(place, "state", "name"),
            line(place, "postalCode"),
        )
        if street
        else "",
        city=city,
        country=line(place, "country", "countryCode") or line(place, "country", "name"),
        lat=lat,
        lng=lng,
        external_ids={"ticketmaster": name[:200]} if name else {},
    )


def _prices(item: Mapping[str, Any]) -> Iterator[tuple[float, float, str]]:
    for one in objects(item, "priceRanges"):
        low, high = at(one, "min"), at(one, "max")
        told = [
            float(value)
            for value in (low, high)
            if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        ]
        if told:
            yield min(told), max(told), text(one, "currency")[:3].upper()


def _categories(item: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = sorted(objects(item, "classifications"), key=lambda one: at(one, "primary") is not True)
    names = [line(one, part, "name") for one in kinds for part in ("segment", "genre", "subGenre")]
    names += [line(one, "name") for one in objects(item, "_embedded", "categories")]
    return lines(name for name in names if name.casefold() not in _NOTHING)


def _images(item: Mapping[str, Any]) -> tuple[Image, ...]:
    """The widest pictures first; those of the event's own before the platform's stock."""

    def worth(one: Mapping[str, Any]) -> tuple[bool, bool, int]:
        return at(one, "fallback") is True, text(one, "ratio") != "16_9", -(number(one, "width") or 0)

    own = sorted(objects(item, "images"), key=worth)
    own += [one for act in objects(item, "_embedded", "attractions") for one in objects(act, "image")]
    return pictures(link(one, "url") for one in own)[:_IMAGES]


def _organizer(item: Mapping[str, Any]) -> OrganizerRef | None:
    name = line(item, "promoter", "name")
    return OrganizerRef(name=name) if name and name.casefold() != "undefined" else None


def _description(item: Mapping[str, Any]) -> str:
    told = lines(text(item, name) for name in ("description", "info", "additionalInfo", "pleaseNote"))
    return "\n\n".join(told)


def moment_of(value: str) -> datetime | None:
    """A moment that a checkpoint kept; None where it is none."""
    found = read_moment(value, utc=True)
    return found if isinstance(found, datetime) else None
