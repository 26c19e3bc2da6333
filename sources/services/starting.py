"""A run begun by a person: one source, or those of a city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.services.runs import PUSHED, AlreadyRunning, open_run

#: A source that was asked so lately is not asked again by a scan that anyone may begin.
RECENT = timedelta(minutes=15)
#: Sources of one scan, the most urgent first.
MOST_SOURCES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A run, and whether it was started now, was running, or ended recently."""

    run: FetchRun
    status: str


def start(source: Source, *, requested_by: str, now: datetime) -> Started | None:
    """Open a run of `source`, or the one under way; None where another process closed it in between. The caller queues what is `started`."""
    try:
        return Started(run=open_run(source, requested_by=requested_by, now=now), status="started")
    except AlreadyRunning:
        running = FetchRun.objects.filter(source=source, state=RunState.RUNNING).order_by("-started_at").first()
        return Started(run=running, status="running") if running else None


def scan(city: str, *, requested_by: str, now: datetime) -> Iterator[tuple[Source, Started]]:
    """Start every active source of the city (slug) that was not asked just now."""
    sources = Source.objects.filter(city__slug=city, is_active=True, is_sample=False).exclude(type__in=PUSHED)
    for source in sources.select_related("city").order_by("-priority", "next_fetch_at")[:MOST_SOURCES]:
        recent = source.runs.filter(started_at__gt=now - RECENT).order_by("-started_at").first()
        if recent is not None:
            yield source, Started(run=recent, status="running" if recent.state == RunState.RUNNING else "recent")
            continue
        started = start(source, requested_by=requested_by, now=now)
        if started is not None:
            yield source, started
