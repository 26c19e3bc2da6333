"""From cleaned inputs to columns: one reader for each unit that is more than its inputs.

A reader returns {column: value}, or raises Wrong with the input to blame and a sentence that names the remedy.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models.functions import Coalesce

from accounts.rights import Actor
from events.editing.inputs import ALL_DAY, TIME
from events.editing.wall import NoSuchTime, TimeTwice, doors_of, end_of, moment_of
from events.facts import times_of
from events.models import Event, Organizer
from events.words import calendar_day, clock
from pipeline.contract.enums import PriceType
from pipeline.dates.event_times import predicted_end
from pipeline.geography.plus_codes import plus_code
from pipeline.text.folding import fold
from places.models import Place
from places.queries.reach import narrowed

Cleaned = Mapping[str, Any]


class Wrong(Exception):
    """An input that cannot be taken: its name, and what to do."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail


def times(told: Cleaned, **_: Any) -> dict[str, Any]:
    """The columns of the time. Ends are after starts; a time that DST skips or repeats is said."""
    zone = told["timezone"]
    if told["kind"] == TIME:
        start = _moment("start", told)
        end = _end(told, start)
        doors = doors_of(start, told["doors_clock"], zone) if told["doors_clock"] else None
    else:
        start, end, doors = told["start_day"], told["end_day"], None
        if end is not None and end < start:
            raise Wrong(
                "end_day",
                f"Last day is before the first, {calendar_day(start, today=start)}. Write a later one.",
            )
    category = told["category"].pk if told.get("category") else ""
    likely = None if end else predicted_end(start, category, all_day=told["kind"] == ALL_DAY)
    facts = {
        "start": start,
        "end": end,
        "doors": doors,
        "end_predicted": likely,
        "timezone": zone.key,
        "all_day": told["kind"] == ALL_DAY,
        "time_known": told["kind"] in (TIME, ALL_DAY),
        "opening_hours": told["opening_hours"],
    }
    return {name: value for name, value in times_of(facts).items() if name != "previous_start_at"}


def _moment(which: str, told: Cleaned) -> datetime:
    at = told[f"{which}_clock"]
    if at is None:
        raise Wrong(f"{which}_clock", "Start time is missing. Write it, or choose “the time is not known”.")
    return _on_the_wall(
        which, lambda choice: moment_of(told["start_day"], at, told["timezone"], choice), told
    )


def _end(told: Cleaned, start: datetime) -> datetime | None:
    day, at = told["end_day"], told["end_clock"]
    if at is None:
        if day is not None:
            raise Wrong("end_clock", "End time is missing. Write it, or leave the end day empty too.")
        return None
    end = _on_the_wall("end", lambda choice: end_of(start, day, at, told["timezone"], choice), told)
    if end <= start:
        began = f"{calendar_day(start.date(), today=start.date())}, {clock(start)}"
        raise Wrong(
            "end_clock",
            f"End is not after the start ({began}). Where it goes on past midnight, write the next day as its end.",
        )
    return end


def _on_the_wall(which: str, read: Callable[[str], datetime], told: Cleaned) -> datetime:
    try:
        return read(told[f"{which}_which"])
    except NoSuchTime as error:
        raise Wrong(f"{which}_clock", f"{which.capitalize()}: {error.detail}") from error
    except TimeTwice as error:
        raise Wrong(f"{which}_which", f"{which.capitalize()}: {error.detail}") from error


def venue(told: Cleaned, *, changed: Collection[str], by: Actor, **_: Any) -> dict[str, Any]:
    """The columns of the place.

    A known venue, chosen or named exactly, gives all that the person did not write differently.
    """
    if (told["lat"] is None) != (told["lng"] is None):
        missing = "lat" if told["lat"] is None else "lng"
        words = "Latitude" if missing == "lat" else "Longitude"
        raise Wrong(missing, f"{words} is missing. A point needs both numbers; leave both empty for none.")
    links = {"city": "city_id", "area": "area_id"}
    written = {
        name: told[name]
        for name in ("venue_name", "address", "city", "area", "lat", "lng")
        if name in changed
    }
    place = told["place"] if "place" in changed else None
    if place is None and "venue_name" in changed and (place := _known(told, by)):
        del written["venue_name"]
    values: dict[str, Any] = {}
    if place is not None:
        written = {name: value for name, value in written.items() if value != _own(place, name)}
        values["place_id"] = place.pk
    elif "place" in changed and "venue_name" not in changed:
        values["place_id"] = None
    values |= {
        links.get(name, name): value.pk if name in links and value else value
        for name, value in written.items()
    }
    if "lat" in written or "lng" in written:
        values |= {"lat": told["lat"], "lng": told["lng"], "around_lat": None, "around_lng": None}
        values["plus_code"] = "" if told["lat"] is None else plus_code(told["lat"], told["lng"])
    return values


def _own(place: Place, name: str) -> Any:
    return place.name if name == "venue_name" else getattr(place, name)


def _known(told: Cleaned, by: Actor) -> Place | None:
    """The only venue of the city with exactly this name."""
    if not told["city"] or not told["venue_name"]:
        return None
    named = Place.objects.filter(
        city=told["city"], folded_name=fold(told["venue_name"]), merged_into__isnull=True
    )
    found = list(narrowed(named, by, "city").select_related("city", "area")[:2])
    return found[0] if len(found) == 1 else None


def price(told: Cleaned, **_: Any) -> dict[str, Any]:
    """The columns of the price: amounts have a currency, the highest is not below the lowest."""
    low, high, currency = told["price_min"], told["price_max"], told["price_currency"].upper()
    free = told["price_type"] == PriceType.FREE
    if low is not None and high is not None and high < low:
        raise Wrong(
            "price_max",
            f"Highest price is below the lowest ({low.normalize():f}). Swap the two, or leave it empty.",
        )
    if free and any(amount not in (None, Decimal(0)) for amount in (low, high)):
        raise Wrong(
            "price_type", "Price: what is free has no amount. Choose “paid”, or leave the amounts empty."
        )
    if (low or high) and not currency:
        raise Wrong("price_currency", "Currency is missing. Write its three letters, such as INR or EUR.")
    return {
        "price_type": told["price_type"],
        "price_min": low,
        "price_max": high,
        "price_currency": currency,
        "offers": [line.strip() for line in told["offers"].splitlines() if line.strip()],
    }


def organizer(told: Cleaned, **_: Any) -> dict[str, Any]:
    """The organizer of that name. Only one who is known can be chosen."""
    name = told["organizer"]
    if not name:
        return {"organizer_id": None}
    named = Organizer.objects.filter(folded_name=fold(name)[:200])
    found = named.values_list(Coalesce("merged_into", "pk"), flat=True).first()
    if found is None:
        raise Wrong(
            "organizer",
            f"Organizer: nobody called “{name}” is known. Choose one of the list, or leave it empty.",
        )
    return {"organizer_id": found}


#: The readers by the name of the unit. The inputs of all others are columns.
READERS: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "start": times,
    "venue": venue,
    "price": price,
    "organizer": organizer,
}


def read(unit: str, told: Cleaned, *, changed: Collection[str], by: Actor, event: Event) -> dict[str, Any]:
    """{column: value} of one unit; only those that differ from the event's. Raises Wrong."""
    values = READERS[unit](told, changed=changed, by=by)
    return {name: value for name, value in values.items() if getattr(event, name) != value}
