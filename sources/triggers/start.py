"""Starts runs on request of a person, of one source or of a city's sources. Nothing that is paused starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, System, is_person, name_of, require
from places.queries.reach import require_city
from sources.enums import PUSHED, RunState
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.claim import RUN, AlreadyRunning, open_run
from sources.runs.pause import Paused

#: The actor of a scan.
SCAN = System("scan")
#: A scan, which anyone may start, skips a source that was fetched within this time.
RECENT = timedelta(minutes=15)
#: So many sources in one scan, the most urgent first.
MOST_SOURCES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A run, and whether it was started now, was running, or ended recently."""

    run: FetchRun
    status: str


def start(
    source: Source, *, by: Actor, now: datetime, paused: pauses.ActivePauses | None = None
) -> Started | None:
    """Open a run of `source`, or return the running one.

    The caller queues what is `started`. None where another process closed the run in between. Raises
    RightMissing, Paused.
    """
    require(by, RUN)
    require_city(by, source.city_id)
    if why := (paused or pauses.active_pauses()).why(source, pauses.FETCH):
        raise Paused(f"{why}. Nothing is fetched from {source.slug} until it is resumed.")
    try:
        with transaction.atomic():
            run = open_run(source, requested_by=name_of(by), now=now)
            if is_person(by):
                after = {"run": run.pk}
                record_action(by, Action.RUN_STARTED, target=target_of(source), after=after)
        return Started(run=run, status="started")
    except AlreadyRunning:
        running = (
            FetchRun.objects.filter(source=source, state=RunState.RUNNING).order_by("-started_at").first()
        )
        return Started(run=running, status="running") if running else None


def scan(city: str, *, now: datetime) -> Iterator[tuple[Source, Started]]:
    """Start every active source of the city (slug) that is not paused and was not fetched just now.

    Anyone may request it, so the runs are started in the name of the system.
    """
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
