"""What people looked for and did not find, and where more is looked at than there is."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from events.enums import Publication
from insights.figures.hiding import K
from insights.figures.reading import Cities
from insights.figures.windows import Window

#: Upcoming events are those that begin within so long.
AHEAD: Final = timedelta(days=30)
#: Searches are kept for so long.
SEARCHES: Final = timedelta(days=7)

_NOT_FOUND: Final = """
WITH told AS MATERIALIZED (
    SELECT text, city_id, sum(times) AS times, sum(unanswered) AS unanswered FROM events_askedquery
    WHERE day > %(since)s AND (%(all)s OR city_id = ANY(%(cities)s::uuid[])) GROUP BY 1, 2 HAVING sum(unanswered) > 0
)
SELECT t.text, c.slug, t.times, t.unanswered, (SELECT count(*) FROM told WHERE unanswered < %(k)s) FROM told t
LEFT JOIN places_city c ON c.id = t.city_id
WHERE t.unanswered >= %(k)s ORDER BY t.unanswered DESC, t.times DESC, t.text LIMIT %(limit)s
"""
_FEW: Final = """
SELECT count(*) FROM (
    SELECT FROM events_askedquery WHERE day > %(since)s AND (%(all)s OR city_id = ANY(%(cities)s::uuid[]))
    GROUP BY text, city_id HAVING sum(unanswered) BETWEEN 1 AND %(k)s - 1
) few
"""
_COVERAGE: Final = """
WITH looked AS (
    SELECT city_id, key AS category, sum(views) AS views FROM insights_figure
    WHERE grain = %(grain)s AND dimension = 'category' AND at >= %(from)s AND at < %(until)s AND city_id IS NOT NULL
    GROUP BY 1, 2
), coming AS (
    SELECT city_id, category_id AS category, count(*) AS upcoming FROM events_event
    WHERE publication = %(approved)s AND start_at >= %(now)s AND start_at < %(ahead)s AND city_id IS NOT NULL GROUP BY 1, 2
)
SELECT c.slug, category, coalesce(l.views, 0), coalesce(n.upcoming, 0)
FROM looked l FULL JOIN coming n USING (city_id, category) JOIN places_city c ON c.id = city_id
WHERE %(all)s OR city_id = ANY(%(cities)s::uuid[])
ORDER BY coalesce(l.views, 0)::float / greatest(n.upcoming, 1) DESC, 1, 2
"""
_SEARCHED: Final = """
SELECT c.slug, sum(q.times), sum(q.unanswered) FROM events_askedquery q JOIN places_city c ON c.id = q.city_id
WHERE q.day > %(since)s AND (%(all)s OR q.city_id = ANY(%(cities)s::uuid[])) GROUP BY 1 HAVING sum(q.times) >= %(k)s ORDER BY 2 DESC, 1
"""


def not_found(*, now: datetime, window: Window, cities: Cities, limit: int) -> tuple[list[dict[str, Any]], int]:  # fmt: skip
    """Texts that at least K searches did not find, the most frequent first, and how many texts fewer searches did not. Two queries.

    Of a window longer than a week the last week, since texts are kept no longer.
    """
    asked = {**_asked(now, window, cities), "limit": limit}
    rows = _read(_NOT_FOUND, asked)
    few = rows[0][4] if rows else _read(_FEW, asked)[0][0]
    return [
        {"text": text, "city": slug or "", "times": times, "unanswered": unanswered}
        for text, slug, times, unanswered, _ in rows
    ], few


def searched(*, now: datetime, window: Window, cities: Cities) -> list[dict[str, Any]]:
    """Searches of each city, and how many of them found nothing good; cities with at least K. One query."""
    rows = _read(_SEARCHED, _asked(now, window, cities))
    return [{"city": slug, "searches": times, "unanswered": missed} for slug, times, missed in rows]


def coverage(*, now: datetime, window: Window, cities: Cities, limit: int) -> list[dict[str, Any]]:
    """Views of each city and category in the window beside its events of the coming 30 days. One query.

    The most views for an event come first: there more is looked at than there is.
    """
    asked = {
        **_asked(now, window, cities), "grain": window.grain, "from": window.since, "until": window.until, "now": now,
        "ahead": now + AHEAD, "approved": Publication.APPROVED.value,
    }  # fmt: skip
    return [
        {
            "city": slug,
            "category": category,
            "views": views,
            "upcoming": upcoming,
            "views_per_event": round(views / upcoming, 2) if upcoming else None,
        }
        for slug, category, views, upcoming in _read(_COVERAGE, asked)[:limit]
    ]


def _asked(now: datetime, window: Window, cities: Cities) -> dict[str, Any]:
    length = min(SEARCHES, max(window.until - window.since, timedelta(days=1)))
    return {
        "since": (now - length).date(),
        "all": cities is None,
        "cities": list(cities or []),
        "k": K,
    }


def _read(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall()
