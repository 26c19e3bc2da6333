"""Runs begun by the clock or a person: what is due, one source, or those of a city. Nothing that is paused
starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rights import CLOCK, Actor, System, name_of, require
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.runs import pause
from sources.runs.pause import Paused
from sources.runs.schedule import due_sources
from sources.runs.settle import PUSHED, RUN, AlreadyRunning, open_run

#: Who starts what a scan asks for.
SCAN = System("scan")
#: A source that was asked so lately is not asked again by a scan that anyone may begin.
RECENT = timedelta(minutes=15)
#: Sources of one scan, the most urgent first.
MOST_SOURCES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A run, and whether it was started now, was running, or ended recently."""

    run: FetchRun
    status: str


def start_due(*, now: datetime) -> list[FetchRun]:
    """Open a run for each source that is due, the most urgent first; what another clock claimed in between is
    left to it. The caller queues them."""
    due = due_sources(now=now)
    sources = Source.objects.select_related("city").in_bulk(due)
    runs = (_opened(sources[source_id], now=now) for source_id in due if source_id in sources)
    return [run for run in runs if run is not None]


def start(source: Source, *, by: Actor, now: datetime, held: pause.Held | None = None) -> Started | None:
    """Open a run of `source`, or give the one under way; None where another process closed it in between. The
    caller queues what is `started`.

    Raises RightMissing, Paused."""
    require(by, RUN)
    if why := (held or pause.held()).why(source, pause.FETCH):
        raise Paused(f"{why}. Nothing is fetched from {source.slug} until it is resumed.")
    try:
        return Started(run=open_run(source, requested_by=name_of(by), now=now), status="started")
    except AlreadyRunning:
        running = (
            FetchRun.objects.filter(source=source, state=RunState.RUNNING).order_by("-started_at").first()
        )
        return Started(run=running, status="running") if running else None


def scan(city: str, *, now: datetime) -> Iterator[tuple[Source, Started]]:
    """Start every active source of the city (slug) that was not asked just now, and that is not paused.
    Anyone may ask for it, so that the house itself starts them."""
    held = pause.held()
    sources = Source.objects.filter(city__slug=city, is_active=True, is_sample=False).exclude(type__in=PUSHED)
    for source in sources.select_related("city").order_by("-priority", "next_fetch_at")[:MOST_SOURCES]:
        recent = source.runs.filter(started_at__gt=now - RECENT).order_by("-started_at").first()
        if recent is not None:
            yield (
                source,
                Started(run=recent, status="running" if recent.state == RunState.RUNNING else "recent"),
            )
            continue
        try:
            started = start(source, by=SCAN, now=now, held=held)
        except Paused:
            continue
        if started is not None:
            yield source, started


def _opened(source: Source, *, now: datetime) -> FetchRun | None:
    try:
        return open_run(source, requested_by=CLOCK.name, now=now)
    except AlreadyRunning:
        return None
