"""Keyset pagination: a page begins after a key, not after a count, so that it stays right while events are
added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import FloatField, Func, Q, QuerySet, Value

from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries.filtering import upcoming

#: What each order sorts by before the id, and whether the column falls. `events.queries.filtering` orders so.
_KEYS: dict[Ordering, tuple[tuple[str, bool], ...]] = {
    Ordering.START: (("start_at", False), ("id", False)),
    Ordering.DISTANCE: (("distance", False), ("start_at", False), ("id", False)),
    Ordering.RELEVANCE: (("rank", True), ("start_at", False), ("id", False)),
    Ordering.POPULARITY: (("popular", True), ("start_at", False), ("id", False)),
    Ordering.PUBLISHED: (("published_at", True), ("id", True)),
}
_TIMES = ("start_at", "published_at")


def key_of(event: Event, ordering: Ordering) -> list[str | float]:
    """Where the event stands in its order, in JSON's types. The event must come from a query in that
    order."""
    return [_plain(getattr(event, name)) for name, _ in _KEYS[ordering]]


def after(events: QuerySet[Event], key: list[Any], ordering: Ordering) -> QuerySet[Event]:
    """The events behind `key` of `key_of`. Raises ValueError for a key that is none."""
    columns = _KEYS[ordering]
    if len(key) != len(columns):
        raise ValueError("a key of another order")
    behind, equal = Q(), Q()
    for (name, falls), given in zip(columns, key, strict=True):
        value = _value(name, given)
        behind |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{name: value})
    first, falls = columns[0]
    # Said once more for the index: the planner reads no order out of the alternatives.
    return events.filter(Q(**{f"{first}__{'lte' if falls else 'gte'}": _value(first, key[0])}) & behind)


def bounded_count(wanted: EventFilter, *, now: datetime, most: int) -> int:
    """How many events there are, at most `most` + 1 of them counted."""
    return upcoming(wanted.without("ordering"), now=now).order_by().values("pk")[: most + 1].count()


def _value(name: str, given: Any) -> Any:
    if name in _TIMES:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            raise ValueError("a time without zone")
        return moment
    if name == "id":
        return UUID(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError("no number")
    if name == "rank":
        # ts_rank is single precision: compared as double, no rank would equal itself
        return Func(
            Value(given, output_field=FloatField()),
            template="%(expressions)s::real",
            output_field=FloatField(),
        )
    return given


def _plain(value: Any) -> str | float:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
