"""Counts of upcoming events: facets, tags, organizers, areas, places."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from events.filters import EventFilter
from events.models import Event, Organizer
from events.queries.filtering import upcoming

#: The facets, and at most how many values each has.
_FACETS = {
    "category": "category_id",
    "city": "city__slug",
    "area": "area__slug",
    "price": "price_type",
    "online": "online",
    "language": "language",
}
MOST_VALUES = 50
#: More events are neither counted nor paged through: a bounded count has a bounded cost.
MOST_COUNTED = 10_000
_COUNTED = """
WITH chosen ({names}) AS MATERIALIZED ({chosen})
SELECT GROUPING({names}), count(*), {names} FROM chosen GROUP BY GROUPING SETS ((), {sets}) ORDER BY 2 DESC, {names}
"""
_TAGS = """
SELECT tag, count(*) FROM ({chosen}) AS chosen CROSS JOIN LATERAL unnest(chosen.tags) AS tag
WHERE starts_with(tag, %s) GROUP BY tag ORDER BY 2 DESC, 1 LIMIT %s
"""


def facet_counts(
    wanted: EventFilter, *, now: datetime, most: int
) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """How many events match, and for each facet its non-empty values with their counts, the most frequent first.

    `most` events are counted; where more match, the number is `most` + 1 and the counts are those of some of them.
    One query.
    """
    chosen, params = _plain(wanted, now).values(*_FACETS.values())[: most + 1].query.sql_with_params()
    names = list(_FACETS)
    sql = _COUNTED.format(
        chosen=chosen, names=", ".join(names), sets=", ".join(f"({name})" for name in names)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    total = next(count for mask, count, *_ in rows if mask == 2 ** len(names) - 1)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for mask, count, *values in rows:
        for place, name in enumerate(names):
            is_of_this = mask == 2 ** len(names) - 1 - 2 ** (len(names) - 1 - place)
            if is_of_this and values[place] not in (None, "") and len(found[name]) < MOST_VALUES:
                found[name].append({"value": values[place], "count": count})
    return total, found


def tag_counts(wanted: EventFilter, *, now: datetime, begins: str = "", limit: int) -> list[tuple[str, int]]:
    """The most frequent tags that begin with `begins`, counted by the database."""
    chosen, params = _plain(wanted, now).values("tags").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_TAGS.format(chosen=chosen), [*params, begins, limit])
        return [(tag, count) for tag, count in cursor.fetchall()]


def area_counts(*, now: datetime) -> dict[UUID, int]:
    """How many upcoming events each area has."""
    return dict(_by(_plain(EventFilter(), now), "area_id", most=None))


def place_counts(places: Iterable[UUID], *, now: datetime) -> dict[UUID, int]:
    """How many upcoming events each of `places` has."""
    return dict(_by(_plain(EventFilter(), now).filter(place_id__in=list(places)), "place_id", most=None))


def organizers(wanted: EventFilter, *, now: datetime) -> QuerySet[Organizer]:
    """Organizers of upcoming events, with `upcoming`; those with the most events first."""
    theirs = _plain(wanted, now).filter(organizer__isnull=False)
    return (
        Organizer.objects.filter(events__in=theirs.values("pk"))
        .annotate(upcoming=Count("events"))
        .order_by("-upcoming", "folded_name", "id")
    )


def _plain(wanted: EventFilter, now: datetime) -> QuerySet[Event]:
    return upcoming(wanted.without("ordering"), now=now).order_by()


def _by(events: QuerySet[Event], column: str, *, most: int | None = MOST_VALUES) -> list[tuple[Any, int]]:
    rows = (
        events.exclude(**{f"{column}__isnull": True})
        .values_list(column)
        .annotate(count=Count("pk"))
        .order_by("-count", column)
    )
    return [(value, count) for value, count in rows[:most] if value != ""]
