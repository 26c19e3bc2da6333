"""Live filters, read from a message or a query string. `events.change_filters` evaluates them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from events.filters import EventFilter
from pipeline import patterns
from pipeline.geography.fixture import city_by_old_id
from realtime.exceptions import Code, Refused

#: The API's name of each filter, and EventFilter's. Other filters cannot be evaluated on a change's data and
#: are refused.
_NAMES = {
    "city": "city", "area": "area", "category": "categories", "tag": "tags", "q": "q", "status": "statuses",
    "start_after": "start_after", "start_before": "start_before", "when": "when", "lat": "lat", "lng": "lng", "radius_km": "radius_km",
    "bbox": "bbox", "price": "price", "price_max": "price_max", "online": "online", "language": "language",
}  # fmt: skip
#: The filter by the types of messages.
TYPE = "type"
#: The filter that stands for all conditions of a saved search.
SAVED_SEARCH = "saved_search"
_LISTS = frozenset({"categories", "tags", "statuses"})
_NUMBERS = {"lat": 90.0, "lng": 180.0, "radius_km": 20_038.0}
_LONGEST = 200
#: What a type looks like, such as `event.cancelled`; a later version may have more of them.
_TYPE = patterns.compile(r"[a-z_]{1,30}\.[a-z_]{1,30}|presence")
_MOST = 20


def read_types(given: Mapping[str, Any]) -> frozenset[str]:
    """The types of messages that are wanted; empty for all. Raises Refused."""
    said = given.get(TYPE)
    if said in (None, "", []):
        return frozenset()
    try:
        words = frozenset(_words(TYPE, said))
    except ValueError as error:
        raise Refused(Code.FILTERS, "type must be up to 20 types of messages.") from error
    if unknown := sorted(word for word in words if not _TYPE.fullmatch(word)):
        raise Refused(
            Code.FILTERS, f"There is no type {unknown[0][:_LONGEST]}: it is such as event.cancelled."
        )
    return words


def without_types(given: Mapping[str, Any]) -> dict[str, Any]:
    """The other filters."""
    return {name: value for name, value in given.items() if name != TYPE}


def read_saved_search(given: Mapping[str, Any]) -> UUID | None:
    """The id of the saved search that is the filter; None where the conditions are given themselves. Raises Refused."""
    if (named := given.get(SAVED_SEARCH)) in (None, ""):
        return None
    if len(given) > 1:
        raise Refused(Code.FILTERS, f"Give {SAVED_SEARCH} alone: it has all conditions.")
    try:
        return UUID(str(named)[:_LONGEST])
    except ValueError:
        raise Refused(Code.FILTERS, f"{SAVED_SEARCH} must be the id of a saved search.") from None


def read_filters(given: Mapping[str, Any]) -> EventFilter | None:
    """The filter in `given`; None where it is empty.

    Raises Refused. Names are as in `/api/v1/events`, or EventFilter's own.
    """
    known = {**_NAMES, **{name: name for name in _LISTS}}
    if unknown := sorted(str(name) for name in given if name not in known):
        raise Refused(Code.FILTERS, f"No such filter: {', '.join(unknown)[:_LONGEST]}.")
    plain: dict[str, Any] = {}
    for name, value in given.items():
        if value in (None, "", []):
            continue
        try:
            plain[known[name]] = _reader(known[name])(known[name], value)
            if name == "city":
                plain[name] = city_by_old_id(plain[name])
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused(Code.FILTERS, f"{name} has a value that cannot be read.") from error
    try:
        wanted = EventFilter.from_json(plain)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Refused(Code.FILTERS, "A filter has a value that cannot be read.") from error
    _whole(wanted)
    return wanted if plain else None


def _whole(wanted: EventFilter) -> None:
    """Refuse half a circle, and times without a zone, which cannot be compared."""
    circle = (wanted.lat, wanted.lng, wanted.radius_km)
    if any(part is None for part in circle) != all(part is None for part in circle):
        raise Refused(Code.FILTERS, "A radius needs lat, lng and radius_km together.")
    if any(moment and moment.tzinfo is None for moment in (wanted.start_after, wanted.start_before)):
        raise Refused(Code.FILTERS, "start_after and start_before need an offset, such as Z.")
    if wanted.price_max is not None and not wanted.price_max.is_finite():
        raise Refused(Code.FILTERS, "price_max must be a number.")


def _reader(name: str) -> Callable[[str, Any], Any]:
    if name in _LISTS:
        return _words
    if name in _NUMBERS:
        return _number
    return _box if name == "bbox" else _word


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool) or len(str(value)) > _LONGEST:
        raise ValueError(name)
    return str(value)


def _words(name: str, value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or len(words) > _MOST:
        raise ValueError(name)
    return [_word(name, word) for word in words]


def _number(name: str, value: Any) -> float:
    number = float(_word(name, value))
    if not -_NUMBERS[name] <= number <= _NUMBERS[name]:
        raise ValueError(name)
    return number


def _box(name: str, value: Any) -> list[float]:
    sides = [float(side) for side in _words(name, value if isinstance(value, str) else list(value))]
    if len(sides) != 4 or not all(-180 <= side <= 180 for side in sides):
        raise ValueError(name)
    return sides
