"""Events that may be the ones a batch tells of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from sources.matching.records import Candidate
from sources.steps.match import Wanted

#: Likeness of folded titles (pg_trgm) from which two events of one city and day are compared at all.
ALIKE = 0.15
#: As many events are fetched for a batch; what is beyond is the least alike.
MOST = 4000

_COLUMNS = """
e.id, e.title, e.start_at, e.end_at, e.start_date, e.end_date, e.timezone, e.all_day, e.time_known, e.venue_name, e.address, e.venue_city,
e.lat, e.lng, e.url, e.ticket_url, o.name, e.price_min, e.price_max, e.category_id, left(e.description, 2000),
EXISTS (SELECT 1 FROM events_listing l WHERE l.event_id = e.id AND l.origin_id = %(source)s AND l.missing_since IS NULL)
"""

_CANDIDATES = f"""
WITH wanted AS (
    SELECT * FROM unnest(%(cities)s::text[], %(days)s::date[], %(titles)s::text[], %(places)s::text[], %(urls)s::text[])
        AS w(city, day, title, place, url)
), near AS (
    SELECT e.id, max(similarity(s.folded_title, w.title)) AS likeness
    FROM wanted w
    JOIN places_city c ON c.slug = w.city
    JOIN events_event e ON e.city_id = c.id AND e.start_date BETWEEN w.day - 1 AND w.day + 1
    JOIN events_eventsearch s ON s.event_id = e.id
    WHERE e.publication <> 'merged' AND (similarity(s.folded_title, w.title) >= {ALIKE} OR e.place_id::text = w.place)
    GROUP BY e.id
    UNION ALL
    SELECT e.id, 1.0 FROM wanted w
    JOIN events_event e ON e.url = w.url AND e.url <> '' AND e.start_date BETWEEN w.day - 3 AND w.day + 3
    WHERE w.url <> '' AND e.publication <> 'merged'
), best AS (
    SELECT id, max(likeness) AS likeness FROM near GROUP BY id ORDER BY 2 DESC, 1 LIMIT {MOST}
)
SELECT {_COLUMNS} FROM best JOIN events_event e ON e.id = best.id LEFT JOIN events_organizer o ON o.id = e.organizer_id ORDER BY e.id
"""  # noqa: S608 - the parts are constants of this module


def candidates(wanted: Sequence[Wanted], *, source_key: str) -> list[Candidate]:
    """Events that may be one of `wanted`, in one query: same city within a day, similar title or same place; or the same address within three days."""
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "source": source_key or None,
                "cities": [want.city for want in wanted],
                "days": [want.day for want in wanted],
                "titles": [want.title for want in wanted],
                "places": [want.place_id for want in wanted],
                "urls": [want.url for want in wanted],
            },
        )
        return [_candidate(row, source_key) for row in cursor.fetchall()]


def _candidate(row: tuple[Any, ...], source_key: str) -> Candidate:
    (pk, title, start_at, end_at, start_date, end_date, zone, all_day, time_known, venue, address, city, lat, lng, url, ticket_url, organizer,
     price_min, price_max, category, description, ours) = row  # fmt: skip
    dated = all_day or not time_known
    return Candidate(
        id=str(pk), source=source_key if ours else "elsewhere", title=title,
        start=start_date if dated else _local(start_at, zone), end=end_date if dated else _local(end_at, zone),
        all_day=all_day, time_known=time_known, venue=venue, location=address, city=city, lat=lat, lon=lng, url=url, ticket_url=ticket_url,
        organizer=organizer or "", price_min=None if price_min is None else float(price_min), price_max=None if price_max is None else float(price_max),
        category=category, description=description,
    )  # fmt: skip


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return None if moment is None else moment.astimezone(ZoneInfo(zone))
