"""How right expectations were, each day of the 90 days before; and which are right enough to be shown."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from insights.expecting.judging import Compared
from insights.expecting.records import Reach, Target
from insights.figures.hiding import K
from insights.models import ExpectationAccuracy

#: Events that began within so long are compared.
COMPARED: Final = timedelta(days=90)
#: An accuracy that was not measured anew for so long shows nothing.
FRESH: Final = timedelta(days=3)
#: An event counts once, however many days it was looked at. What cannot be compared (nobody checked in, no seats left) is null.
_COMPARE: Final = """
WITH rows AS (
    SELECT * FROM insights_expectation WHERE settled_at IS NOT NULL AND start_at > %(since)s AND start_at <= %(now)s AND registered IS NOT NULL
), errors AS (
    SELECT r.event_id, r.reach, e.target, avg(e.naive) AS naive, avg(e.ours) AS ours FROM rows r CROSS JOIN LATERAL (VALUES
        ('registered', abs(r.naive_registered - r.was_held), abs(r.registered - r.was_held)),
        ('attendance', abs(r.naive_attendance - r.came), abs(r.attendance - r.came)),
        ('sells_out', (r.naive_sells_out - r.sold_out::int) ^ 2, (r.sells_out - r.sold_out::int) ^ 2)
    ) AS e (target, naive, ours) WHERE e.naive IS NOT NULL AND e.ours IS NOT NULL GROUP BY 1, 2, 3
)
SELECT target, reach, count(*), avg(naive), avg(ours), coalesce(stddev_samp(naive - ours), 0) FROM errors GROUP BY 1, 2
"""


def measure(*, now: datetime) -> int:
    """Write today's accuracy, once a day. Returns how many rows."""
    if ExpectationAccuracy.objects.filter(day=now.date()).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"since": now - COMPARED, "now": now})
        found = cursor.fetchall()
    rows = []
    for target, reach, events, naive, ours, spread in found:
        one = Compared(events=events, naive=naive, ours=ours, spread=spread)
        rows.append(
            ExpectationAccuracy(
                day=now.date(), target=target, reach=reach, events=events, naive_error=naive, error=ours, is_shown=one.is_better,
            )
        )  # fmt: skip
    return len(ExpectationAccuracy.objects.bulk_create(rows, ignore_conflicts=True))


def latest(*, now: datetime) -> list[ExpectationAccuracy]:
    """The last accuracy of each target and reach, where it is fresh. One query."""
    rows = ExpectationAccuracy.objects.filter(day__gt=(now - FRESH).date(), day__lte=now.date())
    return list(rows.order_by("target", "reach", "-day").distinct("target", "reach"))


def shown(*, now: datetime) -> frozenset[tuple[Target, Reach]]:
    """What ours was better at, so that it may be shown. One query."""
    return frozenset((Target(row.target), Reach(row.reach)) for row in latest(now=now) if row.is_shown)


def shares(*, now: datetime) -> dict[Target, float]:
    """By target our error as a share of the naive model's, over all reaches of K events and more. One query."""
    found = {}
    rows = [row for row in latest(now=now) if row.events >= K]
    for target in Target:
        own = [row for row in rows if row.target == target]
        naive = sum(row.naive_error * row.events for row in own)
        if naive:
            found[target] = sum(row.error * row.events for row in own) / naive
    return found
