"""Live filters: read from a message or a query string, and evaluated in memory on the data of a change."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from events.filters import EventFilter, matches
from pipeline.text.terms import Terms, make_terms
from realtime.exceptions import Code, Refused

#: The API's name of each filter, and EventFilter's. Other filters cannot be evaluated on a change's data and
#: are refused.
_NAMES = {
    "city": "city", "area": "area", "category": "categories", "tag": "tags", "q": "q", "status": "statuses",
    "start_after": "start_after", "start_before": "start_before", "when": "when", "lat": "lat", "lng": "lng", "radius_km": "radius_km",
    "bbox": "bbox", "price": "price", "price_max": "price_max", "online": "online", "language": "language",
}  # fmt: skip
#: Fields of the public event that a change does not carry.
_NOT_CARRIED: Mapping[str, Any] = {
    "description": "", "performers": (), "organizer": None, "sources": (), "end_predicted": None, "opening_hours": "",
    "age_limit": None,
}  # fmt: skip
_NO_TERMS = Terms({})
_LISTS = frozenset({"categories", "tags", "statuses"})
_NUMBERS = {"lat": 90.0, "lng": 180.0, "radius_km": 20_038.0}
_LONGEST = 200
_MOST = 20


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
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused(Code.FILTERS, f"{name} has a value that cannot be read.") from error
    try:
        wanted = EventFilter.from_json(plain)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Refused(Code.FILTERS, "A filter has a value that cannot be read.") from error
    _whole(wanted)
    return wanted if plain else None


def passes(wanted: EventFilter, kind: str, data: Mapping[str, Any], *, now: datetime | None = None) -> bool:
    """Whether a reader with the filter `wanted` gets a change of type `kind`.

    It does if the event matches now, or matched before the change, so that the reader can remove it.
    Removals, merges and cancellations always pass, since the reader may show the event. So does a change
    whose data cannot be evaluated.
    """
    if kind in ("event.removed", "event.merged", "event.cancelled") or not kind.startswith("event."):
        return True
    moment = now or datetime.now(UTC)
    try:
        former: Mapping[str, Any] = data.get("before") or {}
        return _matches(wanted, data, moment) or (
            bool(former) and _matches(wanted, {**data, **former}, moment)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return True


def _matches(wanted: EventFilter, data: Mapping[str, Any], now: datetime) -> bool:
    terms = _NO_TERMS
    if wanted.q:
        terms = _terms(data["title"], data["venue"], tuple(data["tags"]), data["language"] or "")
    return matches(wanted, _public(data), terms=terms, now=now)


@lru_cache(maxsize=256)
def _terms(title: str, venue: str, tags: tuple[str, ...], language: str) -> Terms:
    """The terms of what a change carries, made once for all the filters that it is asked for."""
    return make_terms([("A", [title]), ("B", [venue]), ("C", tags)], language)


def _public(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a change in the shape of the public event, which `matches` reads.

    An event without a time has dates.
    """
    venue = {"name": data["venue"], "lat": data["lat"], "lng": data["lng"]}
    days = (
        {"start": data["start_date"], "end": data["end_date"]}
        if "start_date" in data and (data["all_day"] or not data["time_known"])
        else {}
    )
    return {**_NOT_CARRIED, **data, **days, "venue": venue}


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
