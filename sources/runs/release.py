"""Find runs whose process or message was lost, by their silence, and fail or restart them.

So no run stays open for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from sources.enums import PUSHED, Phase, RunState
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.presence import is_gone
from sources.runs.progress import QUIET, RUN_HOLDS, SILENT
from sources.runs.settle import close_cancelled, close_lost

log = structlog.get_logger(__name__)

#: A run whose payloads are all kept is processed again so often. Then it fails, since its content may be what
#: kills the worker.
MOST_TRIES = 3
#: Queued runs are queued again at growing intervals, since the queue may merely be long. A duplicate message
#: is harmless.
LONGEST_QUEUE_WAIT = timedelta(hours=1)


@dataclass(kw_only=True, slots=True)
class Released:
    """The result: how many runs were ended, and the ids of those to queue (again) for each half."""

    ended: int = 0
    fetch: list[UUID] = field(default_factory=list)
    process: list[UUID] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All of them."""
        return self.ended + len(self.fetch) + len(self.process)


def release_stuck(*, now: datetime, is_unqueued: Callable[[FetchRun], bool] = lambda _: False) -> Released:
    """Examine every running run that has been silent for 90 s, or for 25 s where it is known to be lost.

    That is where the process that works on it is gone, or where it waits in a queue that is empty (`is_unqueued`): then
    its message is lost, or a lost worker has it. The caller queues the returned runs. Fetching: it fails; its source is due again at once and is asked
    without validators. Processing: it returns to the queue with its kept payloads, at most three times.
    Queued or waiting: it is queued again, since its message may be lost. Asked to end: it is cancelled.
    """
    released = Released()
    paused = pauses.active_pauses()
    quiet = FetchRun.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=now - QUIET)
    for run_id in quiet.order_by("heartbeat_at").values_list("id", flat=True):
        with transaction.atomic():
            locked = quiet.select_for_update(of=("self",), skip_locked=True).select_related("source__city")
            run = locked.filter(pk=run_id).first()
            if run is None:
                continue
            waits = run.progress.get("phase") in (Phase.QUEUED, Phase.WAITING)
            is_lost = is_unqueued(run) if waits else is_gone(run)
            if is_lost or run.heartbeat_at < now - SILENT:
                _release(run, released, paused, now=now, is_lost=is_lost)
    return released


def waiting_runs(*, now: datetime) -> Released:
    """Runs that wait in a queue and are not paused. The caller queues them at once when a pause is lifted."""
    released, paused = Released(), pauses.active_pauses()
    phases = [Phase.QUEUED.value, Phase.WAITING.value]
    rows = FetchRun.objects.filter(state=RunState.RUNNING, progress__phase__in=phases).exclude(
        source__type__in=PUSHED
    )
    for run in rows.select_related("source__city").order_by("started_at"):
        _queue_again(run, released, paused, now=now, at_once=True)
    return released


def _release(
    run: FetchRun, released: Released, paused: pauses.ActivePauses, *, now: datetime, is_lost: bool
) -> None:
    phase = run.progress.get("phase")
    if run.cancel_requested_at is not None:
        close_cancelled(run, now=now)
        released.ended += 1
    elif run.source.type in PUSHED:  # its payload waits in the inbox, which retries
        close_lost(run, now=now)
        released.ended += 1
    elif phase in (Phase.QUEUED, Phase.WAITING):
        _queue_again(run, released, paused, now=now, at_once=is_lost)
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
        close_lost(run, now=now)
        released.ended += 1


def _queue_again(
    run: FetchRun, released: Released, paused: pauses.ActivePauses, *, now: datetime, at_once: bool = False
) -> None:
    """Add the run, unless it is paused, or was queued so recently that its message may still arrive."""
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
