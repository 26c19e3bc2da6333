"""Writes down each day which sources are forecast to fail, afterwards whether they did, and how right that was."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from insights.expecting.judging import Compared
from operations.forecasts.chances import AHEAD, History, learn, outcome
from operations.models import SourceForecast, SourceForecastAccuracy
from pipeline.contract.enums import SourceType
from sources.enums import PUSHED
from sources.models import Source
from sources.monitoring.forecasts import note_chances
from sources.queries.standing import standing

_DAY: Final = timedelta(days=1)
#: Learnt is from so many days, and judged by so many.
LEARNT: Final = 90
COMPARED: Final = 90
#: Rows stay so long; how right it was stays.
KEPT: Final = timedelta(days=120)
_PUSHED: Final = [SourceType(one).value for one in PUSHED]
#: The days of one source in one week are much alike, so they count as one.
_COMPARE: Final = """
WITH weeks AS (
    SELECT source_id, date_trunc('week', day) AS week, avg((naive - failed::int) ^ 2) AS naive, avg((chance - failed::int) ^ 2) AS ours
    FROM operations_sourceforecast WHERE failed IS NOT NULL AND day >= %(since)s GROUP BY 1, 2
)
SELECT count(*), avg(naive), avg(ours), coalesce(stddev_samp(naive - ours), 0) FROM weeks
"""


def keep(*, now: datetime) -> int:
    """Settle, measure and forecast, once a day; runs again without harm. Returns how many rows are new. Ten queries at most."""
    today = now.date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('forecasts of sources', 0))")
        if not cursor.fetchone()[0] or SourceForecast.objects.filter(day=today).exists():
            return 0
        days = standing(since=today - _DAY * LEARNT, until=today)
        _settle(days, today)
        shown = _measure(today)
        rows = list(_forecast(days, today))
        SourceForecast.objects.bulk_create(rows, ignore_conflicts=True)
        SourceForecast.objects.filter(day__lt=(now - KEPT).date()).delete()
        note_chances({row.source_id: row.chance for row in rows} if shown else {})
    return len(rows)


def hide() -> None:
    """No source tells a chance, while figures are switched off."""
    note_chances({})


def _settle(days: Mapping[UUID, Mapping[date, bool]], today: date) -> None:
    """Note what came of forecasts whose days are over; those of days without a run are no lesson."""
    over = list(SourceForecast.objects.filter(failed=None, day__lte=today - _DAY * AHEAD))
    for row in over:
        row.failed = outcome(
            [_bad(days.get(row.source_id, {}), row.day + _DAY * place) for place in range(AHEAD)]
        )
    SourceForecast.objects.filter(pk__in=[row.pk for row in over if row.failed is None]).delete()
    SourceForecast.objects.bulk_update(
        [row for row in over if row.failed is not None], ["failed"], batch_size=1_000
    )


def _measure(today: date) -> bool:
    """Write today's accuracy. Returns whether ours may be shown."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"since": today - _DAY * COMPARED})
        weeks, naive, ours, spread = cursor.fetchone()
    if not weeks:
        return False
    one = Compared(events=weeks, naive=naive, ours=ours, spread=spread)
    SourceForecastAccuracy.objects.bulk_create(
        [
            SourceForecastAccuracy(
                day=today, weeks=weeks, naive_error=naive, error=ours, is_shown=one.is_better
            )
        ],
        ignore_conflicts=True,
    )
    return one.is_better


def _forecast(days: Mapping[UUID, Mapping[date, bool]], today: date) -> Iterator[SourceForecast]:
    active = (
        Source.objects.filter(is_active=True, is_sample=False)
        .exclude(type__in=_PUSHED)
        .values_list("pk", "connector")
    )
    first = today - _DAY * LEARNT
    histories = {
        pk: History(
            key=str(pk), kind=kind, days=[_bad(days[pk], first + _DAY * place) for place in range(LEARNT)]
        )
        for pk, kind in active
        if pk in days
    }
    chances = learn(histories.values())
    for pk, history in histories.items():
        naive, ours = chances.by_last_day(history), chances.ours(history)
        if naive is not None and ours is not None:
            yield SourceForecast(source_id=pk, day=today, naive=naive, chance=ours)


def _bad(days: Mapping[date, bool], day: date) -> bool | None:
    did_well = days.get(day)
    return None if did_well is None else not did_well


def latest(*, now: datetime) -> SourceForecastAccuracy | None:
    """The last accuracy, where it is of the last three days. One query."""
    fresh = SourceForecastAccuracy.objects.filter(day__gt=(now - 3 * _DAY).date(), day__lte=now.date())
    return fresh.order_by("-day").first()
