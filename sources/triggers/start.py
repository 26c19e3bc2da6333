"""Runs begun by the clock or a person: what is due, one source, or those of a city. Nothing that is paused
starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rights import Actor, System, name_of, require
from sources.enums import PUSHED, RunState
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.claim import RUN, AlreadyRunning, open_run
from sources.runs.pause import Paused

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


def start(
    source: Source, *, by: Actor, now: datetime, paused: pauses.ActivePauses | None = None
) -> Started | None:
    """Open a run of `source`, or give the one under way; None where another process closed it in between. The
    caller queues what is `started`.

    Raises RightMissing, Paused."""
    require(by, RUN)
    if why := (paused or pauses.active_pauses()).why(source, pauses.FETCH):
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
    paused = pauses.active_pauses()
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
            started = start(source, by=SCAN, now=now, paused=paused)
        except Paused:
            continue
        if started is not None:
            yield source, started
