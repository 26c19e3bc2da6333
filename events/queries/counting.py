"""Counts of upcoming events: facets, tags, organizers, areas, places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from events.filters import LONG, EventFilter, going_out_window
from events.models import Event, Organizer
from events.queries.conditions import named
from events.queries.filtering import upcoming
from outbox.replica import cursor_of_readers
from pipeline.dates.event_times import NIGHT_ENDS, night_of

#: The facets that are columns, and at most how many values each facet has.
_FACETS = {
    "category": "category_id",
    "city": "city_id",
    "area": "area_id",
    "price": "price_type",
    "online": "online",
    "language": "language",
}
MOST_VALUES = 50
_NAMED = {"city": "places_city.slug::text", "area": "places_area.slug::text"}
#: All facets.
FACETS = (*_FACETS, "venue", "tag", "day")
#: More events are neither counted nor paged through: a bounded count has a bounded cost.
MOST_COUNTED = 10_000
#: The facet `day` has so many days from today on.
DAYS_COUNTED = 14
_LISTS = (
    "id", "is_sample", "place_id", "tags", "opening_hours", "start_at", "end_at", "start_date", "end_date", "timezone", "all_day", "time_known",
)  # fmt: skip
#: So many of the soonest events are named with their counts, so that who ranks them need not look for them again.
MOST_NAMED = 500
_VENUES, _TAGS_OF, _DAYS_OF, _REAL, _SOONEST = -1, -2, -3, -4, -5
# The days are the first and the last for going out on which an event is listed, as `EventFilter.day` lists it. What begins
# at a time is listed on that day whatever its opening hours. Only what begins before the last day that is counted has its
# days computed. A city and an area are named once they are counted: joined to each event they would cost a fifth of the query.
_COUNTED = """
WITH chosen ({names}, {lists}) AS MATERIALIZED ({chosen}),
soon AS (
  SELECT opening_hours, dated, night, CASE WHEN dated THEN start_date ELSE night END AS first_day,
         CASE WHEN dated OR end_at >= start_at + %(long)s THEN end_date ELSE night END AS last_day
  FROM chosen, LATERAL (SELECT all_day OR NOT time_known AS dated, ((start_at - %(night_ends)s) AT TIME ZONE timezone)::date AS night) AS n
  WHERE start_at < %(until)s)
(SELECT mask, times, ARRAY[{texts}] AS values
 FROM (SELECT GROUPING({names}) AS mask, count(*) AS times, {names} FROM chosen GROUP BY GROUPING SETS ((), {sets})) AS grouped
 LEFT JOIN places_city ON places_city.id = city LEFT JOIN places_area ON places_area.id = area)
UNION ALL (SELECT -1, times, ARRAY[p.id::text, p.name] FROM (SELECT place_id, count(*) AS times FROM chosen GROUP BY place_id) AS held
           JOIN places_place p ON p.id = held.place_id ORDER BY 2 DESC, p.name, p.id LIMIT {most})
UNION ALL (SELECT -2, count(*), ARRAY[tag] FROM (SELECT unnest(tags) AS tag FROM chosen) AS held GROUP BY tag ORDER BY 2 DESC, tag LIMIT {most})
UNION ALL (SELECT -3, count(*), ARRAY[day::date::text, closes] FROM soon,
                  generate_series(greatest(first_day, %(today)s), least(last_day, %(last)s), '1 day') AS day,
                  LATERAL (SELECT CASE WHEN NOT dated AND day = night THEN '' ELSE opening_hours END AS closes) AS open GROUP BY day, closes)
UNION ALL (SELECT -4, count(*), NULL FROM chosen WHERE NOT is_sample)
UNION ALL (SELECT -5, 0, array_agg(id::text) FROM (SELECT id FROM chosen WHERE NOT is_sample ORDER BY start_at, id LIMIT {named}) AS first)
ORDER BY 2 DESC, 3
"""
_TAGS = """
SELECT tag, count(*) FROM ({chosen}) AS chosen CROSS JOIN LATERAL unnest(chosen.tags) AS tag
WHERE starts_with(tag, %s) GROUP BY tag ORDER BY 2 DESC, 1 LIMIT %s
"""


#: The values of each facet: `{"value", "count"}`, and of a venue its `label`.
Facets = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many events fulfil a question, up to `MOST_COUNTED` and one more, and how many of them are no samples.

    `soonest` are the first `MOST_NAMED` of these by start, where they were told with the numbers and all were counted.
    """

    all: int = 0
    real: int = 0
    soonest: tuple[str, ...] | None = None

    @property
    def total(self) -> int:
        return min(self.all, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        return self.all > MOST_COUNTED


def facet_counts(
    wanted: EventFilter, *, now: datetime, most: int, roughly: bool = False
) -> tuple[Counted, Facets]:
    """How many events match, and for each facet its non-empty values with their counts.

    The most frequent value comes first, and the next day. `venue` rows have a `label`; `day` has the days for going out
    (`EventFilter.day`) of two weeks, from that of `now` in its own zone. `most` events are counted; where more match, the
    number is `most` + 1 and the counts are those of some of them. `roughly` as in `upcoming`. One query.
    """
    rows = _plain(wanted, now, roughly=roughly).values(*_FACETS.values(), *_LISTS)
    chosen, given = named(rows[: most + 1])
    names = list(_FACETS)
    sql = _COUNTED.format(
        chosen=chosen,
        names=", ".join(names),
        lists=", ".join(_LISTS),
        texts=", ".join(_NAMED.get(name, f"{name}::text") for name in names),
        sets=", ".join(f"({name})" for name in names),
        most=MOST_VALUES,
        named=MOST_NAMED,
    )
    today = night_of(now)
    last = today + timedelta(days=DAYS_COUNTED - 1)
    days: dict[str, Any] = {"today": today, "last": last, "until": last + timedelta(days=3)}
    with cursor_of_readers() as cursor:
        cursor.execute(sql, given | days | {"long": LONG, "night_ends": timedelta(hours=NIGHT_ENDS.hour)})
        counted: list[tuple[int, int, list[str | None]]] = cursor.fetchall()
    by_mask: dict[int, list[tuple[int, list[str | None]]]] = {}
    for mask, times, values in counted:
        by_mask.setdefault(mask, []).append((times, values))
    whole = 2 ** len(names) - 1
    found: dict[str, list[dict[str, Any]]] = {}
    for place, name in enumerate(names):
        own = by_mask.get(whole - 2 ** (len(names) - 1 - place), [])
        values_of = [{"value": values[place], "count": times} for times, values in own if values[place]]
        found[name] = values_of[:MOST_VALUES]
    found["venue"] = [
        {"value": place_id, "label": name, "count": times}
        for times, (place_id, name) in by_mask.get(_VENUES, [])
    ]
    found["tag"] = [{"value": tag, "count": times} for times, (tag,) in by_mask.get(_TAGS_OF, []) if tag]
    found["day"] = _open_days(by_mask.get(_DAYS_OF, []))
    every, [(_, soonest)] = by_mask[whole][0][0], by_mask[_SOONEST]
    named_ids = tuple(one for one in soonest or () if one) if every <= most else None
    return Counted(every, by_mask[_REAL][0][0], named_ids), found


def _open_days(rows: Iterable[tuple[int, Sequence[str | None]]]) -> list[dict[str, Any]]:
    """The days with their counts, without what is closed on them."""
    days: Counter[str] = Counter()
    for times, (day, hours) in rows:
        if day and not going_out_window(date.fromisoformat(day)).is_closed(hours or ""):
            days[day] += times
    return [{"value": day, "count": times} for day, times in sorted(days.items())]


def tag_counts(wanted: EventFilter, *, now: datetime, begins: str = "", limit: int) -> list[tuple[str, int]]:
    """The most frequent tags that begin with `begins`, counted by the database."""
    chosen, params = _plain(wanted, now).values("tags").query.sql_with_params()
    with cursor_of_readers() as cursor:
        cursor.execute(_TAGS.format(chosen=chosen), [*params, begins, limit])
        return [(tag, count) for tag, count in cursor.fetchall()]


def area_counts(*, now: datetime) -> dict[UUID, int]:
    """How many upcoming events each area has."""
    return dict(_by(_plain(EventFilter(), now), "area_id", most=None))


def place_counts(places: Iterable[UUID], *, now: datetime) -> dict[UUID, int]:
    """How many upcoming events each of `places` has."""
    return dict(_by(_plain(EventFilter(), now).filter(place_id__in=list(places)), "place_id", most=None))


def organizers(wanted: EventFilter, among: QuerySet[Organizer], *, now: datetime) -> QuerySet[Organizer]:
    """Those `among` organizers who have upcoming events, with `upcoming`, as of `now`; those with the most events first.

    What was published after `now` is not counted, so that the pages of one list count alike.
    """
    theirs = _plain(wanted, now).filter(organizer__isnull=False).exclude(published_at__gt=now)
    return (
        among.filter(events__in=theirs.values("pk"))
        .annotate(upcoming=Count("events"))
        .order_by("-upcoming", "folded_name", "id")
    )


def _plain(wanted: EventFilter, now: datetime, *, roughly: bool = False) -> QuerySet[Event]:
    return upcoming(wanted.without("ordering"), now=now, roughly=roughly).order_by()


def _by(events: QuerySet[Event], column: str, *, most: int | None = MOST_VALUES) -> list[tuple[Any, int]]:
    rows = (
        events.exclude(**{f"{column}__isnull": True})
        .values_list(column)
        .annotate(count=Count("pk"))
        .order_by("-count", column)
    )
    return [(value, count) for value, count in rows[:most] if value != ""]
