"""Sources that are due."""

from datetime import datetime, timedelta

from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
)
from django.db.models.functions import Cast, Extract, Greatest, Least

from flags.services import kinds_off
from sources.enums import PUSHED, RunState
from sources.models import FetchRun, Source
from sources.queries import pauses

#: Higher priorities count as this one. Each step of priority weighs as much as this lateness, so no source
#: waits for ever.
PRIORITY_MOST = 24
AGEING = timedelta(minutes=5)
#: A source that was read so far in the future was planned by a clock that was wrong: it is due now.
CLOCK_WRONG = timedelta(minutes=5)


def waiting(*, now: datetime) -> QuerySet[Source]:
    """Due sources that nobody holds, the most urgent first; none while everything or fetching is paused."""
    paused = pauses.active_pauses()
    if paused.stops_step(pauses.FETCH):
        return Source.objects.none()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    running = FetchRun.objects.filter(source=OuterRef("pk"), state=RunState.RUNNING)
    planned = Q(next_fetch_at__lte=now) | Q(
        last_fetched_at__gt=now + CLOCK_WRONG, next_fetch_at__gt=F("last_fetched_at")
    )
    late = Extract(Value(now) - F("next_fetch_at"), "epoch")
    priority = Least(
        Greatest(F("priority"), Value(-PRIORITY_MOST)), Value(PRIORITY_MOST), output_field=SmallIntegerField()
    )
    urgency = Cast(priority, FloatField()) + Cast(late, FloatField()) / Value(AGEING.total_seconds())
    rows = Source.objects.filter(planned, free, paused.unpaused(), ~Exists(running), is_active=True)
    if off := kinds_off():
        rows = rows.exclude(connector__in=off)
    return rows.exclude(type__in=PUSHED).annotate(urgency=urgency).order_by("-urgency", "next_fetch_at", "id")


def lateness(*, now: datetime) -> tuple[int, datetime | None]:
    """How many sources are due, and since when the oldest of them is."""
    found = waiting(now=now).order_by().aggregate(count=Count("id"), oldest=Min("next_fetch_at"))
    return found["count"], found["oldest"]


def urgency(priority: int, late: timedelta) -> float:
    """The urgency of a due source: its priority, plus one for every five minutes of waiting.

    The same as `waiting` in SQL.
    """
    return max(-PRIORITY_MOST, min(PRIORITY_MOST, priority)) + late / AGEING
