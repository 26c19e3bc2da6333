"""Uptime by day, from the gaps of the heartbeat.

Beat queues a task every minute, and the task writes the heartbeat: a beat proves that beat, broker, worker and
database work together. A longer pause than `LONGEST` is an outage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction

from operations.models import Heartbeat, Outage

#: A beat every minute, and one may come late.
LONGEST: Final = timedelta(seconds=150)
#: Days that the page shows.
DAYS: Final = 90
#: Outages are kept for so long.
KEPT: Final = timedelta(days=400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day in UTC. `share` of the time in which it was watched (0 to 1), None where it was not; `down` is the rest."""

    day: date
    share: float | None
    down: timedelta


def beat(*, now: datetime) -> None:
    """Write a heartbeat, and the outage that it ends, if there was one. Running it twice changes nothing."""
    with transaction.atomic():
        row, is_first = Heartbeat.objects.select_for_update().get_or_create(
            pk=1, defaults={"first_at": now, "last_at": now}
        )
        if is_first or now <= row.last_at:
            return
        if now - row.last_at > LONGEST:
            Outage.objects.create(began_at=row.last_at, ended_at=now)
            Outage.objects.filter(ended_at__lt=now - KEPT).delete()
        row.last_at = now
        row.save(update_fields=["last_at"])


def days(*, now: datetime, count: int = DAYS) -> list[Day]:
    """The last `count` days, today last, by two queries."""
    heart = Heartbeat.objects.filter(pk=1).first()
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=count - 1)
    if heart is None:
        return [_day(first + timedelta(days=n), now, now, ()) for n in range(count)]
    gaps = list(
        Outage.objects.filter(ended_at__gt=_midnight(first)).values_list("began_at", "ended_at")[:10_000]
    )
    if now - heart.last_at > LONGEST:
        gaps.append((heart.last_at, now))
    return [_day(first + timedelta(days=n), heart.first_at, now, gaps) for n in range(count)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(day: date, since: datetime, now: datetime, gaps: Iterable[tuple[datetime, datetime]]) -> Day:
    begin, end = max(_midnight(day), since), min(_midnight(day) + timedelta(days=1), now)
    if end <= begin:
        return Day(day=day, share=None, down=timedelta())
    lost = sum((max(timedelta(), min(ended, end) - max(began, begin)) for began, ended in gaps), timedelta())
    return Day(day=day, share=1 - lost / (end - begin), down=lost)
