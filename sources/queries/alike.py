"""Finds events that may match a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import chain
from math import cos, radians
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process
from uuid_utils.compat import uuid7

from pipeline.contract.lookups import Alike, Own, Wanted
from pipeline.matching.blocking import MAX_DAYS_DATED, MAX_DAYS_TIMED
from pipeline.matching.rooms import STARTS_PER_CROWD
from pipeline.matching.text import fold_all
from sources.queries.matcher_rows import CANDIDATE_COLUMNS, apart, candidate_of, rows_of

#: Two events of one city and day are compared from this similarity of folded titles on (rapidfuzz's
#: token_set_ratio, 0 to 100). From 50 on there would be four times as many comparisons for 0.1 % more of the
#: true pairs.
ALIKE = 60
#: At most so many events are fetched for a wanted one, apart from links: the most similar ones.
MOST = 6
#: Titles without a common word are compared from this similarity of the letters without spaces on
#: (rapidfuzz's ratio; "ScalaDays", "Scala Days Berlin"), and at most so many. With both, 0.7 % of the true
#: pairs of one city of the recorded lists are not found, 1.5 % by words alone.
GLUED = 60
MOST_GLUED = 3
#: Outside all cities, two events are compared within this distance, in degrees (about 55 km of latitude).
NEAR = 0.5
#: The longest time in seconds from a batch's ids to its commit: a lookup ahead may have missed what another
#: process wrote in this time.
LONGEST_BATCH = 60
#: A day's events by column, as `Day.of` takes them.
_IDS_AND_TITLES = "array_agg(e.id::text), array_agg(e.title), array_agg(e.place_id::text)"
_IN_CITY = f"{_IDS_AND_TITLES}, NULL::float8[], NULL::float8[]"
_WITH_POINTS = f"{_IDS_AND_TITLES}, array_agg(e.lat), array_agg(e.lng)"
#: Titles by day and city, read from an index alone: all of them, or those of events with only a date; outside
#: all cities with the latitude. Similarity is not left to pg_trgm, which takes as long for one pair as
#: rapidfuzz for twenty.
_TITLES = f"""
SELECT w.city, w.day, {_IN_CITY}
FROM unnest(%(cities)s::text[], %(days)s::date[]) AS w(city, day)
JOIN places_city c ON c.slug = w.city JOIN events_event e ON e.city_id = c.id AND e.start_date = w.day
GROUP BY w.city, w.day
UNION ALL
SELECT w.city, w.day, {_IN_CITY}
FROM unnest(%(further_cities)s::text[], %(further_days)s::date[]) AS w(city, day)
JOIN places_city c ON c.slug = w.city JOIN events_event e ON e.city_id = c.id AND e.start_date = w.day AND (e.all_day OR NOT e.time_known)
GROUP BY w.city, w.day
UNION ALL
SELECT '', e.start_date, {_WITH_POINTS}
FROM events_event e WHERE e.city_id IS NULL AND e.start_date = ANY(%(outside)s::date[])
GROUP BY e.start_date
UNION ALL
SELECT '', e.start_date, {_WITH_POINTS}
FROM events_event e WHERE e.city_id IS NULL AND e.start_date = ANY(%(further_outside)s::date[]) AND (e.all_day OR NOT e.time_known)
GROUP BY e.start_date
"""  # noqa: S608 - the parts are constants of this module
#: The same for events newer than an id, in the order of their ids: a long feed writes thousands in that time, of which a batch
#: asks for few. The days of the cities are asked for as words, which are hashed for each row: for a join the planner, who
#: knows nothing of events that came just now, would go through all pairs.
_COME_SINCE = """
SELECT coalesce(c.slug, ''), e.start_date, array_agg(e.id::text ORDER BY e.id), array_agg(e.title ORDER BY e.id),
    array_agg(e.place_id::text ORDER BY e.id), array_agg(e.lat ORDER BY e.id), array_agg(e.lng ORDER BY e.id)
FROM events_event e LEFT JOIN places_city c ON c.id = e.city_id
WHERE e.id >= %(since)s AND coalesce(c.slug, '') || ' ' || (e.start_date - DATE '0001-01-01' + 1) = ANY(%(asked)s::text[])
GROUP BY 1, 2
"""
#: So many of the latest events of a venue say how many it holds at once.
LATEST = 300
#: The events with these ids (for a merged one its survivor), those with the same addresses, and those that begin at
#: the same moment at the same place, unless that place holds many events at once (`pipeline.matching.rooms`): then the
#: last column is true. A venue is asked about only where something begins there at a wanted moment.
_CANDIDATES = f"""
WITH rooms AS MATERIALIZED (
    SELECT DISTINCT f.place_id, f.id FROM unnest(%(places)s::uuid[], %(starts)s::timestamptz[]) AS w(place_id, start_at)
    JOIN events_event f ON f.place_id = w.place_id AND f.start_at = w.start_at AND f.time_known AND NOT f.all_day
), crowded AS MATERIALIZED (
    SELECT r.place_id FROM (SELECT DISTINCT place_id FROM rooms) r CROSS JOIN LATERAL (
        SELECT count(*) AS starts, count(*) FILTER (WHERE g.titles > 1) AS crowds FROM (
            SELECT count(DISTINCT e.title) AS titles FROM (
                SELECT id, title, start_at FROM events_event
                WHERE place_id = r.place_id AND time_known AND NOT all_day AND publication <> 'merged' ORDER BY start_at DESC LIMIT {LATEST}
            ) e JOIN events_listing l ON l.event_id = e.id GROUP BY l.origin_id, e.start_at
        ) g
    ) c WHERE c.crowds > 0 AND c.crowds * {STARTS_PER_CROWD} >= c.starts
)
SELECT {CANDIDATE_COLUMNS}, e.place_id IN (SELECT place_id FROM crowded) FROM events_event e LEFT JOIN events_organizer o ON o.id = e.organizer_id
WHERE e.publication <> 'merged' AND e.id IN (
    SELECT coalesce(m.merged_into_id, m.id) FROM events_event m WHERE m.id = ANY(%(ids)s::uuid[])
    UNION
    SELECT id FROM rooms WHERE place_id NOT IN (SELECT place_id FROM crowded)
    UNION
    SELECT f.id FROM unnest(%(urls)s::text[], %(url_days)s::date[]) AS w(url, day)
    JOIN events_event f ON f.url = w.url AND f.url <> '' AND f.start_date BETWEEN w.day - {MAX_DAYS_DATED} AND w.day + {MAX_DAYS_DATED}
    UNION
    SELECT f.id FROM unnest(%(tickets)s::text[], %(ticket_days)s::date[]) AS w(url, day)
    JOIN events_event f ON f.ticket_url = w.url AND f.ticket_url <> '' AND f.start_date BETWEEN w.day - {MAX_DAYS_DATED} AND w.day + {MAX_DAYS_DATED}
) ORDER BY e.id
"""  # noqa: S608 - the parts are constants of this module


@dataclass(frozen=True, slots=True)
class Ahead:
    """The result of a lookup before the cities were locked.

    The ids of possible events, and the id from which on newer events may be missing.
    """

    ids: frozenset[str]
    since: UUID


def look_ahead(wanted: Sequence[Wanted]) -> Ahead:
    """The expensive part of `candidates`, for a refining process (one query).

    Most titles of a day do not change while a batch waits to be recorded.
    """
    since = UUID(int=uuid7().int - (LONGEST_BATCH * 1000 << 80))  # by the clock that gives the ids
    return Ahead(ids=frozenset(_alike(wanted)) if wanted else frozenset(), since=since)


def candidates(wanted: Sequence[Wanted], *, source_key: str, ahead: Ahead | None = None) -> Alike:
    """Present events that may match `wanted`.

    Three queries, whatever the number. Beside them the asking source's listings of them, and the pairs
    declared different. With `ahead`, titles are searched only among newer events.
    """
    if not wanted:
        return Alike()
    ids = _alike(wanted) if ahead is None else ahead.ids | _come_since(wanted, ahead.since)
    linked = {"urls": [want.url for want in wanted], "tickets": [want.ticket_url for want in wanted]}
    days = {f"{kind}_days": [want.day for want in wanted] for kind in ("url", "ticket")}
    timed = [(want.place_id, want.start) for want in wanted if want.place_id and want.start]
    rooms = {"places": [place for place, _ in timed], "starts": [start for _, start in timed]}
    found = rows_of(
        _CANDIDATES, {"source": source_key or None, "ids": sorted(ids), **linked, **days, **rooms}
    )
    rows = [row[:-1] for row in found]
    return Alike(
        events=[candidate_of(row[:-1], source_key, crowded=bool(row[-1])) for row in found],
        own=_own(rows),
        apart=apart([row[0] for row in rows]),
    )


def _alike(wanted: Sequence[Wanted]) -> set[str]:
    """Ids of the events most similar to each of `wanted` in title, or at its place (one query)."""
    whole = {(want.city, day) for want in wanted for day in _days(want, _reach(want))}
    further = {(want.city, day) for want in wanted for day in _days(want, MAX_DAYS_DATED)} - whole
    found = rows_of(
        _TITLES,
        {
            "cities": [city for city, _ in sorted(whole) if city],
            "days": [day for city, day in sorted(whole) if city],
            "further_cities": [city for city, _ in sorted(further) if city],
            "further_days": [day for city, day in sorted(further) if city],
            "outside": [day for city, day in whole if not city],
            "further_outside": [day for city, day in further if not city],
        },
    )
    return _likest_of(wanted, found)


def _come_since(wanted: Sequence[Wanted], since: UUID) -> set[str]:
    """Like `_alike`, for events whose ids are newer: ids begin with the time (UUIDv7, RFC 9562)."""
    asked = {f"{want.city} {day.toordinal()}" for want in wanted for day in _days(want, MAX_DAYS_DATED)}
    found = rows_of(_COME_SINCE, {"since": since, "asked": sorted(asked)})
    return _likest_of(wanted, found)


def _likest_of(wanted: Sequence[Wanted], found: Sequence[tuple[Any, ...]]) -> set[str]:
    there = {(city, day): Day.of(city, *columns) for city, day, *columns in found}
    ids: set[str] = set()
    for want in wanted:
        ids |= likest(want, there)
    return ids


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day in a city or outside all, by column.

    Ids, folded titles without the city's name, places, and outside all cities points.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    places: Sequence[str | None]
    lats: Sequence[float | None] = ()
    lngs: Sequence[float | None] = ()

    @classmethod
    def of(
        cls,
        city: str,
        ids: Sequence[str],
        titles: Sequence[str],
        places: Sequence[str | None],
        lats: Any = None,
        lngs: Any = None,
    ) -> "Day":
        """The day with its titles folded."""
        return cls(ids, [_plain(title, city) for title in fold_all(titles)], places, lats or (), lngs or ())

    def near(self, want: Wanted) -> "Day":
        """Outside all cities, only the events near it, where both points are known."""
        kept = [
            n
            for n, (lat, lng) in enumerate(zip(self.lats, self.lngs, strict=True))
            if _may_be_near(want, lat, lng)
        ]
        return Day(
            [self.ids[n] for n in kept], [self.titles[n] for n in kept], [self.places[n] for n in kept]
        )


def likest(want: Wanted, there: Mapping[tuple[str, date], Day]) -> set[str]:
    """Ids of the events most similar to the wanted one in title, or at its place.

    `there` are the events with the same city and day.
    """
    around = [there[want.city, day] for day in _days(want, MAX_DAYS_DATED) if (want.city, day) in there]
    if not want.city:
        around = [day.near(want) for day in around]
    ids = [*chain.from_iterable(day.ids for day in around)]
    titles = [*chain.from_iterable(day.titles for day in around)]
    places = chain.from_iterable(day.places for day in around)
    title = _plain(want.title, want.city)
    found = process.extract(title, titles, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=MOST)
    glued = [title.replace(" ", "") for title in titles]
    found += process.extract(
        title.replace(" ", ""), glued, scorer=fuzz.ratio, score_cutoff=GLUED, limit=MOST_GLUED
    )
    here = (
        [pk for pk, place in zip(ids, places, strict=True) if place == want.place_id][:MOST]
        if want.place_id
        else []
    )
    return {ids[index] for _, _, index in found} | set(here)


def _may_be_near(want: Wanted, lat: float | None, lng: float | None) -> bool:
    """Outside all cities: whether the points are near, where both are known."""
    if want.lat is None or want.lng is None or lat is None or lng is None:
        return True
    return abs(lat - want.lat) <= NEAR and abs(lng - want.lng) * cos(radians(lat)) <= NEAR


def _plain(title: str, city: str) -> str:
    """A folded title without its city's name (a slug, '' for none), unless nothing else is left."""
    name = _name(city)
    return title.replace(name, "").strip() or title if name and name in title else title


@cache
def _name(city: str) -> str:
    return city.replace("-", " ")


def _reach(want: Wanted) -> int:
    return MAX_DAYS_DATED if want.dated else MAX_DAYS_TIMED


def _days(want: Wanted, reach: int) -> list[date]:
    return [want.day + timedelta(days=shift) for shift in range(-reach, reach + 1)]


def _own(rows: Sequence[tuple[Any, ...]]) -> dict[str, tuple[Own, ...]]:
    found = {}
    for row in rows:
        listed = row[-1] or []
        if listed:
            found[str(row[0])] = tuple(
                Own(external_id=ext, recurrence_id=rec, start=start or "", series=name or "", ongoing=ongoing)
                for ext, rec, start, name, ongoing in listed
            )
    return found
