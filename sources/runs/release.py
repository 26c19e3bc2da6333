"""Runs whose process or message went away: found by their silence, and failed or taken up again, so that no
run stands still for ever."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from pipeline.contract.exceptions import SourceError
from pipeline.refinement import pipeline
from sources.enums import PUSHED, Phase, RunState
from sources.ingest import dead_letters
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.claim import PROCESS_WENT_AWAY
from sources.runs.progress import RUN_HOLDS, SILENT
from sources.runs.settle import close_cancelled, close_failed

log = structlog.get_logger(__name__)

#: A run whose payloads are all kept is processed again so often; then it is failed, for its content may be
#: what kills the worker.
MOST_TRIES = 3
#: A queue may merely be long, so its runs are queued again ever more rarely. A message that comes twice is
#: harmless.
LONGEST_QUEUE_WAIT = timedelta(hours=1)


@dataclass(kw_only=True, slots=True)
class Released:
    """What was found: how many runs were ended, and the ids of those that are to be queued (again) for
    fetching and for processing."""

    ended: int = 0
    fetch: list[UUID] = field(default_factory=list)
    process: list[UUID] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All of them."""
        return self.ended + len(self.fetch) + len(self.process)


def release_stuck(*, now: datetime) -> Released:
    """Look at every running run that has been silent for 90 s.

    Fetching: failed, its source due again at once and asked in full. Processing: back to the queue, from its
    kept payloads, three times at most. Queued or waiting: queued again, since its message may be lost. Asked
    to end: cancelled. The caller queues what is named.
    """
    released = Released()
    paused = pauses.active_pauses()
    silent = FetchRun.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=now - SILENT)
    for run_id in silent.order_by("heartbeat_at").values_list("id", flat=True):
        with transaction.atomic():
            locked = silent.select_for_update(of=("self",), skip_locked=True).select_related("source__city")
            run = locked.filter(pk=run_id).first()
            if run is not None:
                _release(run, released, paused, now=now)
    return released


def waiting_runs(*, now: datetime) -> Released:
    """The runs that wait in a queue and are not paused: what a pause kept back, to be queued at once when
    it is lifted."""
    released, paused = Released(), pauses.active_pauses()
    phases = [Phase.QUEUED.value, Phase.WAITING.value]
    rows = FetchRun.objects.filter(state=RunState.RUNNING, progress__phase__in=phases).exclude(
        source__type__in=PUSHED
    )
    for run in rows.select_related("source__city").order_by("started_at"):
        _queue_again(run, released, paused, now=now, at_once=True)
    return released


def _release(run: FetchRun, released: Released, paused: pauses.ActivePauses, *, now: datetime) -> None:
    phase = run.progress.get("phase")
    if run.cancel_requested_at is not None:
        close_cancelled(run, now=now)
        released.ended += 1
    elif run.source.type in PUSHED:  # its payload waits in the inbox, which tries again
        _fail(run, released, now=now)
    elif phase in (Phase.QUEUED, Phase.WAITING):
        _queue_again(run, released, paused, now=now)
    elif (
        phase == Phase.PROCESSING
        and run.progress.get("kept")
        and int(run.progress.get("tries", 0)) + 1 < MOST_TRIES
    ):
        log.warning("run_taken_up_again", run=str(run.id), source=run.source.slug)
        tries = int(run.progress.get("tries", 0)) + 1
        run.progress = {
            **run.progress,
            "phase": Phase.WAITING.value,
            "tries": tries,
            "attempt": int(run.progress["attempt"]) + 1,
        }
        _queue_again(run, released, paused, now=now, at_once=True)
    else:
        if phase == Phase.FETCHING and (
            read := run.progress.get("reading")
        ):  # the second process that this answer ended: the first made this one careful
            dead_letters.add_answer(run, read["sha256"], read["url"], f"{pipeline.ENDED}reading", now=now)
        _fail(run, released, now=now)


def _fail(run: FetchRun, released: Released, *, now: datetime) -> None:
    close_failed(run, SourceError(PROCESS_WENT_AWAY), now=now, seconds=0.0, http=run.http, lost=True)
    released.ended += 1


def _queue_again(
    run: FetchRun, released: Released, paused: pauses.ActivePauses, *, now: datetime, at_once: bool = False
) -> None:
    """Name the run, unless it is paused, or was named so lately that its message may still be on its way."""
    is_fetch = run.progress.get("phase") == Phase.QUEUED
    times = int(run.progress.get("queued", 0))
    is_paused = bool(paused.why(run.source, pauses.FETCH if is_fetch else pauses.PROCESS))
    if not at_once and (is_paused or now - run.heartbeat_at < min(SILENT * 2**times, LONGEST_QUEUE_WAIT)):
        return
    run.progress = {**run.progress, "queued": 0 if at_once else times + 1}
    running = FetchRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    if not running.update(progress=run.progress, heartbeat_at=now):
        return
    Source.objects.filter(pk=run.source_id).update(claimed_until=now + RUN_HOLDS)
    if not is_paused:
        (released.fetch if is_fetch else released.process).append(run.id)
