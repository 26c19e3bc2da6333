"""Scores of upcoming events by how much they are looked at, and which of them are trending (docs/popularity.md).

A score is made of what visitors do, so a crowd of devices can make any. The place among what is trending is not: events stand in
fours that no visitor has a part in, and the score decides within each four alone (decision 0149).

The scores are a table that one statement changes where they changed: readers never wait for it, as with a materialized view
that is refreshed concurrently, and the moment is given, as everywhere (decision 0065).
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from events.models import EventDay
from events.queries.days import not_over
from events.queries.filtering import public
from events.queries.popular import KEPT, number_of
from events.queries.trending import TOGETHER

#: What views, registrations and shares weigh. What nobody did in a city weighs nothing, and the rest shares its weight.
VIEWS, REGISTRATIONS, SHARES = 0.3, 0.5, 0.2
#: Views and shares of so many days count.
LOOKED_AT: Final = timedelta(days=7)
#: Events that begin within so long are trending, so many of each city and category, and of a city at most up to this place.
AHEAD: Final = timedelta(days=7)
MOST: Final = 100
LAST_PLACE: Final = 30_000
#: Above the trust of who is trusted by default, and of submissions: what an operator said to trust (`Origin.trust`).
TRUSTED: Final = 0.5
#: The most of a city counts as at least so many, so that the first visitor makes no event popular.
LEAST_MOST: Final = 10

#: So much longer than a page may ask for it, what a score was is kept.
_SPARE: Final = timedelta(minutes=10)
#: A merged event's acts count for the event that it became.
_REFRESH = """
WITH looked AS MATERIALIZED ({listed}), soon AS MATERIALIZED ({listed_soon}), counted AS (
    SELECT coalesce(e.merged_into_id, e.id) AS id, sum(d.views)::float AS views, sum(d.shares)::float AS shares
    FROM events_eventday d JOIN events_event e ON e.id = d.event_id WHERE d.day > %s GROUP BY 1
), shown AS (
    SELECT id, city_id, category_id, counted.views, counted.shares, coalesce(c.registrations, 0)::float AS registrations
    FROM looked JOIN counted USING (id) LEFT JOIN events_eventcounters c ON c.event_id = id
), most AS (
    SELECT city_id, max(views) AS views, max(registrations) AS registrations, max(shares) AS shares FROM shown GROUP BY city_id
), scored AS (
    SELECT s.id, s.city_id, s.category_id, round((
        ({views} * s.views / greatest(m.views, {least}) + {registrations} * s.registrations / greatest(m.registrations, {least})
            + {shares} * s.shares / greatest(m.shares, {least}))
        / nullif({views} * (m.views > 0)::int + {registrations} * (m.registrations > 0)::int + {shares} * (m.shares > 0)::int, 0)
    )::numeric, 4)::float AS score
    FROM shown s JOIN most m ON m.city_id IS NOT DISTINCT FROM s.city_id
), told AS (
    SELECT l.event_id AS id, count(DISTINCT l.origin_id) AS sources
    FROM soon JOIN events_listing l ON l.event_id = soon.id AND l.missing_since IS NULL
    JOIN events_origin o ON o.key = l.origin_id AND o.trust > {trusted} GROUP BY 1
), in_fours AS (
    SELECT soon.*, coalesce(scored.score, 0) AS score, (row_number() OVER (
        PARTITION BY soon.city_id ORDER BY soon.start_at < %s, coalesce(told.sources, 0) DESC, soon.start_at, soon.id
    ) - 1) / {together} AS four
    FROM soon LEFT JOIN told USING (id) LEFT JOIN scored USING (id)
), placed AS (
    SELECT id, city_id, category_id, score,
        row_number() OVER (PARTITION BY city_id ORDER BY four, score DESC, start_at, id) AS place,
        row_number() OVER (PARTITION BY city_id, category_id ORDER BY four, score DESC, start_at, id) AS in_category
    FROM in_fours
), trending AS (
    SELECT * FROM placed WHERE in_category <= {most} AND place <= {last}
), ranked AS (
    SELECT id, coalesce(t.city_id, s.city_id) AS city_id, coalesce(t.category_id, s.category_id) AS category_id,
        coalesce(s.score, 0) AS score, t.place AS rank
    FROM (SELECT * FROM scored WHERE score > 0) s FULL JOIN trending t USING (id)
), former AS (
    INSERT INTO events_eventformerscore (event_id, score, number)
    SELECT coalesce(t.event_id, r.id), coalesce(t.score, 0), (SELECT greatest(%s, max(number) + 1) FROM events_eventformerscore)
    FROM events_eventtrend t FULL JOIN ranked r ON r.id = t.event_id WHERE coalesce(t.score, 0) <> coalesce(r.score, 0)
), forgotten AS (
    DELETE FROM events_eventformerscore WHERE number < %s
), gone AS (
    DELETE FROM events_eventtrend t WHERE NOT EXISTS (SELECT FROM ranked WHERE ranked.id = t.event_id)
)
INSERT INTO events_eventtrend AS t (event_id, city_id, category_id, score, rank)
SELECT id, city_id, category_id, score, rank FROM ranked ORDER BY id
ON CONFLICT (event_id) DO UPDATE
SET city_id = excluded.city_id, category_id = excluded.category_id, score = excluded.score, rank = excluded.rank
WHERE (t.city_id, t.category_id, t.score, t.rank) IS DISTINCT FROM (excluded.city_id, excluded.category_id, excluded.score, excluded.rank)
"""
_WEIGHED: Final = _REFRESH.format(
    listed="{listed}", listed_soon="{listed_soon}", views=VIEWS, registrations=REGISTRATIONS, shares=SHARES, least=LEAST_MOST,
    most=MOST, last=LAST_PLACE, together=TOGETHER, trusted=TRUSTED,
)  # fmt: skip


def refresh_trends(*, now: datetime) -> int:
    """Score the upcoming events that were looked at, and give those that begin soon their places. Returns how many rows are new or changed.

    One statement. An event that begins soon has a place whether or not it was looked at: else visitors would decide what the places
    are counted among.

    What a score was is kept for `events.queries.popular`, which reads from it as long as `KEPT`.
    """
    since, until = (now - LOOKED_AT).date(), now + AHEAD
    counted = EventDay.objects.filter(day__gt=since).annotate(
        became=Coalesce("event__merged_into_id", "event_id")
    )
    columns = "id", "city_id", "category_id", "start_at"
    coming = public().filter(not_over(now)).order_by()
    looked, of_looked = (
        coming.filter(pk__in=counted.values("became")).values(*columns).query.sql_with_params()
    )
    soon, of_soon = coming.filter(start_at__lt=until).values(*columns).query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('trends', 0))")
        (free,) = cursor.fetchone()
        if not free:
            return 0
        numbers = number_of(now), number_of(now - KEPT - _SPARE)
        cursor.execute(
            _WEIGHED.format(listed=looked, listed_soon=soon), [*of_looked, *of_soon, since, now, *numbers]
        )
        return cursor.rowcount
