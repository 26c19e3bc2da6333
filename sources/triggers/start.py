"""Starts a run of one source on request of a person. Nothing that is paused starts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, is_person, name_of, require
from flags.services import is_kind_on
from places.queries.reach import require_city
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.claim import RUN, AlreadyRunning, open_run
from sources.runs.pause import Paused


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A run, and whether it was started now or was running."""

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
    if not is_kind_on(source.connector):
        raise Paused(
            f"The kind {source.connector} is switched off. Nothing is fetched from {source.slug} until it is on."
        )
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
