"""Live filters: read from a message or a query string, and evaluated in memory on the data of a change."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.filters import EventFilter, matches
from events.queries import SearchText
from pipeline.text.terms import Terms
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
#: The search texts of the events of some changes (`events.queries.search_texts`).
Texts = Mapping[UUID, SearchText]
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


def asks_text(wanted: EventFilter | None) -> bool:
    """Whether the filter can only be evaluated with the text of the event, which a change does not carry."""
    return wanted is not None and bool(wanted.q)


def passes(
    wanted: EventFilter,
    kind: str,
    data: Mapping[str, Any],
    *,
    text: SearchText | None = None,
    transaction: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Whether a reader with the filter `wanted` gets a change of type `kind`, made in `transaction`.

    It does if the event matches now, or matched before the change, so that the reader can remove it. `text` is
    needed where the filter `asks_text`. Removals, merges and cancellations always pass, since the reader may show the
    event. So does what cannot be evaluated: data that is not whole, and words of an event whose text is not known, now or
    before (it changed twice meanwhile, or a day ago).
    """
    if kind in ("event.removed", "event.merged", "event.cancelled") or not kind.startswith("event."):
        return True
    moment = now or datetime.now(UTC)
    try:
        if _matches(wanted, data, _now_in(text), moment):
            return True
        former: Mapping[str, Any] = data.get("before") or {}
        is_other = asks_text(wanted) and kind != "event.published" and _may_differ(text, transaction)
        if not former and not is_other:
            return False
        terms = _before(text, transaction) if is_other else _now_in(text)
        return _matches(wanted, {**data, **former}, terms, moment)
    except (KeyError, TypeError, ValueError, AttributeError):
        return True


def _matches(wanted: EventFilter, data: Mapping[str, Any], terms: Callable[[], Terms], now: datetime) -> bool:
    try:
        return matches(wanted, _public(data), terms=terms, now=now)
    except _UnknownText:
        return True


class _UnknownText(Exception):
    """The filter asks for words, everything else matches, and the text is not known."""


def _now_in(text: SearchText | None) -> Callable[[], Terms]:
    def read() -> Terms:
        if text is None:
            raise _UnknownText
        return text.terms

    return read


def _may_differ(text: SearchText | None, transaction: int | None) -> bool:
    """Whether the text before the change may be another than `text` now: it changed in this transaction or a later one."""
    return text is None or (
        text.changed_in is not None and (transaction is None or text.changed_in >= transaction)
    )


def _before(text: SearchText | None, transaction: int | None) -> Callable[[], Terms]:
    def read() -> Terms:
        if text is None or text.changed_in != transaction or not text.before:
            raise _UnknownText
        return text.former_terms

    return read


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
