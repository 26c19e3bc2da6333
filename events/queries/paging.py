"""Keyset pagination.

A page begins after a key, not after a count, so it stays correct while events are added.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import FloatField, Func, Q, QuerySet, Value

from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries.filtering import upcoming

#: The sort column of each order before the id, and whether it is descending. `events.queries.filtering`
#: orders so. What orders by popularity has pages of its own (`events.queries.popular`).
_KEYS: dict[Ordering, tuple[tuple[str, bool], ...]] = {
    Ordering.START: (("start_at", False), ("id", False)),
    Ordering.DISTANCE: (("distance", False), ("start_at", False), ("id", False)),
    Ordering.RELEVANCE: (("rank", True), ("start_at", False), ("id", False)),
    Ordering.PUBLISHED: (("published_at", True), ("id", True)),
}
_TIMES = ("start_at", "published_at")


def key_of(event: Event, ordering: Ordering) -> list[str | float]:
    """The event's key in its order, in JSON's types. The event must come from a query in that order."""
    return [_plain(getattr(event, name)) for name, _ in _KEYS[ordering]]


def after(events: QuerySet[Event], key: list[Any], ordering: Ordering) -> QuerySet[Event]:
    """The events after the key `key` (see `key_of`). Raises ValueError for an invalid key."""
    columns = _KEYS[ordering]
    if len(key) != len(columns):
        raise ValueError("a key of another order")
    behind, equal = Q(), Q()
    for (name, falls), given in zip(columns, key, strict=True):
        value = _value(name, given)
        behind |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{name: value})
    first, falls = columns[0]
    # Repeated for the index: the planner derives no order from the alternatives.
    return events.filter(Q(**{f"{first}__{'lte' if falls else 'gte'}": _value(first, key[0])}) & behind)


def bounded_count(wanted: EventFilter, *, now: datetime, most: int) -> int:
    """The number of events, at most `most` + 1."""
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
