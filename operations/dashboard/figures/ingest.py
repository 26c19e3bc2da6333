"""What came in by the hour, and how much of it was known already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncHour

from accounts.rights import Actor, may
from operations.counted import kept
from operations.dashboard.addresses import address_of
from operations.dashboard.drawing import HOUR, Hours, hours_of
from operations.dashboard.reach import reach_of
from places.queries.reach import narrowed
from sources.enums import RunState
from sources.models import FetchRun

DAYS: Final = 7
LINES: Final = (("new", "new"), ("changed", "changed"), ("merged", "joined as duplicates"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingest:
    """Events that runs brought in seven days, by the hour; and of the last 24 hours the sums with their lists."""

    hours: Hours
    days: list[tuple[datetime, tuple[int, ...], str]]
    found: int
    new: int
    merged: int
    runs: int
    failed: int
    at: datetime
    runs_link: str
    failed_link: str
    pairs_link: str

    @property
    def duplicate_share(self) -> float | None:
        """Of what was new in 24 hours to a source, the share that joined an event that was there; None for nothing."""
        return self.merged / (self.new + self.merged) if self.new + self.merged else None


def ingest(by: Actor, *, now: datetime) -> Ingest | None:
    """The figures over the runs of sources of the actor's cities (two queries)."""
    if not may(by, "sources.view_fetchrun"):
        return None
    counted = kept(f"ingest:{reach_of(by)}", lambda: _count(by, now), now=now)
    hours, day = counted.value
    since = now - timedelta(days=1)
    return Ingest(
        hours=hours,
        days=[(start, numbers, _runs_of(start)) for start, numbers in hours.days()],
        at=counted.at,
        runs_link=address_of("sources_fetchrun", started_at__gte=since),
        failed_link=address_of("sources_fetchrun", started_at__gte=since, state__exact=RunState.FAILED.value),
        pairs_link=address_of("events_duplicatematch") if may(by, "events.view_duplicatematch") else "",
        **day,
    )


def _runs_of(start: datetime) -> str:
    return address_of("sources_fetchrun", started_at__gte=start, started_at__lt=start + 24 * HOUR)


def _count(by: Actor, now: datetime) -> tuple[Hours, dict[str, int]]:
    start = now.replace(minute=0, second=0, microsecond=0) + HOUR - timedelta(days=DAYS)
    runs = narrowed(FetchRun.objects.filter(started_at__gte=start), by, "source__city")
    by_hour = runs.annotate(hour=TruncHour("started_at")).values("hour").order_by("hour")
    sums = {f"{name}_sum": Sum(name) for name, _ in LINES}
    rows = list(by_hour.annotate(**sums).values_list("hour", *sums))
    day = runs.filter(started_at__gte=now - timedelta(days=1)).aggregate(
        found=Sum("events_found"), new_sum=Sum("new"), merged_sum=Sum("merged"), runs=Count("pk"),
        failed=Count("pk", filter=Q(state=RunState.FAILED)),
    )  # fmt: skip
    named = {name.removesuffix("_sum"): value or 0 for name, value in day.items()}
    return hours_of(start, DAYS * 24, LINES, _flat(rows)), named


def _flat(rows: list[tuple[Any, ...]]) -> Iterator[tuple[datetime, str, int]]:
    for hour, *sums in rows:
        for (name, _), value in zip(LINES, sums, strict=True):
            yield hour, name, value or 0
