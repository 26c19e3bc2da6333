"""Events that may be the ones a batch tells of, and events as the matcher sees them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from sources.matching.blocking import MAX_DAYS_DATED, MAX_DAYS_TIMED
from sources.matching.records import Candidate
from sources.steps.match import Alike, Own, Wanted

#: Likeness of folded titles (pg_trgm) from which two events of one city and day are compared at all.
ALIKE = 0.15
#: As many events are fetched for one that is wanted; what is beyond is the least alike.
MOST = 25
#: Outside all cities: as far apart may two be that are compared, in degrees (about 55 km of latitude).
NEAR = 0.5

_COLUMNS = """
e.id, e.title, e.start_at, e.end_at, e.start_date, e.end_date, e.timezone, e.all_day, e.time_known, e.venue_name, e.address, e.venue_city,
e.lat, e.lng, e.url, e.ticket_url, o.name, e.price_min, e.price_max, e.category_id, left(e.description, 2000), e.provenance->'start'->>'origin',
(SELECT json_agg(json_build_array(l.external_id, l.recurrence_id, l.facts->>'start', l.facts->'recurrence'->>'series_id'))
 FROM events_listing l WHERE l.event_id = e.id AND l.origin_id = %(source)s AND l.missing_since IS NULL)
"""

#: What is wanted is looked for by city and day (days alone further than hours), by place, and by address; outside all cities by the point.
_CANDIDATES = f"""
WITH wanted AS (
    SELECT w.*, c.id AS city_id, CASE WHEN w.dated THEN {MAX_DAYS_DATED} ELSE {MAX_DAYS_TIMED} END AS reach
    FROM unnest(%(cities)s::text[], %(days)s::date[], %(dated)s::bool[], %(titles)s::text[], %(places)s::uuid[], %(urls)s::text[], %(tickets)s::text[],
                %(lats)s::float8[], %(lngs)s::float8[]) WITH ORDINALITY AS w(city, day, dated, title, place, url, ticket, lat, lng, n)
    LEFT JOIN places_city c ON c.slug = w.city
), around AS (
    SELECT w.n, w.title, w.place, e.id, e.place_id FROM wanted w
    JOIN events_event e ON e.city_id = w.city_id AND e.start_date BETWEEN w.day - w.reach AND w.day + w.reach
    UNION
    SELECT w.n, w.title, w.place, e.id, e.place_id FROM wanted w
    JOIN events_event e ON e.city_id = w.city_id AND e.start_date BETWEEN w.day - {MAX_DAYS_DATED} AND w.day + {MAX_DAYS_DATED}
        AND (e.all_day OR NOT e.time_known)
    WHERE NOT w.dated
    UNION
    SELECT w.n, w.title, w.place, e.id, e.place_id FROM wanted w
    JOIN events_event e ON e.city_id IS NULL AND e.start_date BETWEEN w.day - w.reach AND w.day + w.reach
        AND (w.lat IS NULL OR e.lat IS NULL OR (abs(e.lat - w.lat) <= {NEAR} AND abs(e.lng - w.lng) * cos(radians(e.lat)) <= {NEAR}))
    WHERE w.city_id IS NULL
), near AS (
    SELECT a.n, a.id, similarity(s.folded_title, a.title) AS likeness, a.place_id = a.place AS here
    FROM around a JOIN events_eventsearch s ON s.event_id = a.id
), linked AS (
    SELECT w.n, e.id FROM wanted w
    JOIN events_event e ON e.url = w.url AND e.url <> '' AND e.start_date BETWEEN w.day - {MAX_DAYS_DATED} AND w.day + {MAX_DAYS_DATED}
    WHERE w.url <> ''
    UNION ALL
    SELECT w.n, e.id FROM wanted w
    JOIN events_event e ON e.ticket_url = w.ticket AND e.ticket_url <> '' AND e.start_date BETWEEN w.day - {MAX_DAYS_DATED} AND w.day + {MAX_DAYS_DATED}
    WHERE w.ticket <> ''
), ranked AS (
    SELECT id, row_number() OVER (PARTITION BY n ORDER BY likeness DESC, id) AS rank
    FROM (SELECT n, id, likeness FROM near WHERE likeness >= {ALIKE} OR here UNION ALL SELECT n, id, 1.0 FROM linked) AS found
)
SELECT {_COLUMNS} FROM events_event e LEFT JOIN events_organizer o ON o.id = e.organizer_id
WHERE e.publication <> 'merged' AND e.id IN (SELECT id FROM ranked WHERE rank <= {MOST}) ORDER BY e.id
"""  # noqa: S608 - the parts are constants of this module

_BY_ID = f"""
SELECT {_COLUMNS} FROM events_event e LEFT JOIN events_organizer o ON o.id = e.organizer_id WHERE e.id = ANY(%(ids)s) ORDER BY e.id
"""  # noqa: S608 - the parts are constants of this module

_APART = """
SELECT first_id, second_id FROM events_duplicatematch WHERE outcome = 'different' AND first_id = ANY(%(ids)s) AND second_id = ANY(%(ids)s)
"""


def candidates(wanted: Sequence[Wanted], *, source_key: str) -> Alike:
    """Present events that may be one of `wanted`, with what the asking source lists of them and which of them are different by verdict. Two queries, whatever
    the number."""
    if not wanted:
        return Alike()
    rows = _rows(
        _CANDIDATES,
        {
            "source": source_key or None,
            "cities": [want.city for want in wanted],
            "days": [want.day for want in wanted],
            "dated": [want.dated for want in wanted],
            "titles": [want.title for want in wanted],
            "places": [want.place_id or None for want in wanted],
            "urls": [want.url for want in wanted],
            "tickets": [want.ticket_url for want in wanted],
            "lats": [want.lat for want in wanted],
            "lngs": [want.lng for want in wanted],
        },
    )
    return Alike(events=[_candidate(row, source_key) for row in rows], own=_own(rows), apart=apart([row[0] for row in rows]))


def as_candidates(event_ids: Collection[UUID]) -> list[Candidate]:
    """These events as the matcher sees them, each of the source that gave its start (one query)."""
    return [_candidate(row, "") for row in _rows(_BY_ID, {"ids": list(event_ids), "source": None})] if event_ids else []


def apart(event_ids: Collection[Any]) -> frozenset[frozenset[str]]:
    """The pairs among these events that were said to be different (one query)."""
    if not event_ids:
        return frozenset()
    return frozenset(frozenset((str(one), str(other))) for one, other in _rows(_APART, {"ids": list(event_ids)}))


def of_facts(name: str, source_key: str, facts: Mapping[str, Any]) -> Candidate:
    """A listing's stored facts as the matcher sees them."""
    venue, price = facts.get("venue") or {}, facts.get("price") or {}
    dated = bool(facts.get("all_day")) or not facts.get("time_known", True)
    return Candidate(
        id=name, source=source_key, title=facts.get("title") or "", start=_moment(facts.get("start")), end=_moment(facts.get("end")),
        all_day=bool(facts.get("all_day")), time_known=not dated, venue=venue.get("name") or "", location=venue.get("address") or "",
        city=venue.get("city") or (facts.get("located") or {}).get("city") or "", lat=venue.get("lat"), lon=venue.get("lng"), url=facts.get("url") or "",
        ticket_url=facts.get("ticket_url") or "", organizer=(facts.get("organizer") or {}).get("name") or "", price_min=price.get("min"),
        price_max=price.get("max"), category=facts.get("category") or "", description=facts.get("description") or "",
    )  # fmt: skip


def _rows(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def _own(rows: Sequence[tuple[Any, ...]]) -> dict[str, tuple[Own, ...]]:
    found = {}
    for row in rows:
        listed = row[-1] or []
        if listed:
            found[str(row[0])] = tuple(
                Own(external_id=ext, recurrence_id=rec, start=start or "", series=name or "") for ext, rec, start, name in listed
            )
    return found


def _candidate(row: tuple[Any, ...], source_key: str) -> Candidate:
    (pk, title, start_at, end_at, start_date, end_date, zone, all_day, time_known, venue, address, city, lat, lng, url, ticket_url, organizer,
     price_min, price_max, category, description, origin, ours) = row  # fmt: skip
    dated = all_day or not time_known
    return Candidate(
        id=str(pk), source=source_key if ours else origin or "", title=title,
        start=start_date if dated else _local(start_at, zone), end=end_date if dated else _local(end_at, zone),
        all_day=all_day, time_known=time_known, venue=venue, location=address, city=city, lat=lat, lon=lng, url=url, ticket_url=ticket_url,
        organizer=organizer or "", price_min=None if price_min is None else float(price_min), price_max=None if price_max is None else float(price_max),
        category=category, description=description,
    )  # fmt: skip


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return None if moment is None else moment.astimezone(ZoneInfo(zone))


def _moment(value: Any) -> date | datetime | None:
    """ISO 8601 text as date or datetime."""
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
