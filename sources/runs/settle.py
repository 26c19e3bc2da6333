"""One attempt at one source: claimed and opened, then closed; every end is a state with a reason. What lies
between is in `working.py`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.rights import Actor, require
from accounts.secrets import redact
from events.models import Origin
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ReadingStalled, SchemaChanged, SourceError
from pipeline.contract.http_errors import EgressError
from sources.enums import PUSHED, Phase, RunState
from sources.models import Discovery, FetchRun, Source
from sources.monitoring.health import note_run
from sources.runs.progress import RUN_HOLDS, SILENT, begin, mine, tell
from sources.runs.schedule import due_after_failure, due_after_good

log = structlog.get_logger(__name__)

#: Who may start and end runs.
RUN = "sources.run_source"
PROCESS_WENT_AWAY = "The run's process went away."
#: What a run may write of itself at its end. Not what others ask of it meanwhile (`cancel_requested_at`).
_ENDING = (
    "state", "finished_at", "http", "seconds", "coverage", "covered_until", "progress", "heartbeat_at", "error_code", "error_detail",
    "events_found", "events_processed", "events_approved", "new", "changed", "unchanged", "moved", "missing", "merged", "dropped", "steps", "quality",
)  # fmt: skip


class AlreadyRunning(SourceError):
    """The source has a run under way."""


def claim(source_id: UUID, *, now: datetime) -> bool:
    """Take the source for one run by a conditional UPDATE; False where another has it. Held as long as the
    run says that it lives."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return bool(Source.objects.filter(free, pk=source_id).update(claimed_until=now + RUN_HOLDS))


def open_run(
    source: Source,
    *,
    requested_by: str,
    now: datetime,
    run_id: UUID | None = None,
    phase: Phase = Phase.QUEUED,
    discovery: Discovery | None = None,
    params: Mapping[str, Any] | None = None,
) -> FetchRun:
    """Claim the source and open its run; with `run_id` the one of that id, anew where its process went away.
    Raises AlreadyRunning.

    `phase`: queued for one that is to fetch; waiting where its payloads are there already; fetching where the
    caller goes on at once. `params` are what is asked beyond the configuration: category, limit.
    """
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    opened = {
        "source": source,
        "requested_by": requested_by,
        "started_at": now,
        "heartbeat_at": now,
        "request_id": request_id,
        "progress": begin(phase),
        "discovery": discovery,
        "params": dict(params or {}),
    }
    try:
        with transaction.atomic():
            if not claim(source.id, now=now):
                raise AlreadyRunning(f"{source.slug} has a run under way.")
            _give_up_silent(source, now=now)
            if run_id is None:
                return FetchRun.objects.create(**opened)
            clean = {
                "state": RunState.RUNNING,
                "finished_at": None,
                "cancel_requested_at": None,
                "error_code": "",
                "error_detail": "",
            }
            return FetchRun.objects.update_or_create(pk=run_id, defaults={**opened, **clean})[0]
    except IntegrityError as error:
        raise AlreadyRunning(f"{source.slug} has a run under way.") from error


def close(
    run: FetchRun,
    state: RunState,
    *,
    now: datetime,
    seconds: float,
    http: Mapping[str, Any],
    covered: bool = False,
    covered_at: datetime | None = None,
    also: Mapping[str, Any] | None = None,
) -> None:
    """End a run well, free its source, and set when it is due again. `also`: what else its source keeps. A
    run that is over already is left as it is."""
    source = run.source
    moment = covered_at or now
    with transaction.atomic():
        if not _end(run, state, now=now, seconds=seconds, http=http):
            return
        Source.objects.filter(pk=source.pk).update(
            claimed_until=None,
            last_fetched_at=moment,
            next_fetch_at=due_after_good(source, now=now, fresh_seconds=run.http.get("fresh_seconds")),
            consecutive_failures=0,
            last_error="",
            **({"covered_at": moment} if covered else {}),
            **(also or {}),
        )
        if covered:
            Origin.objects.filter(key=source.pk).update(covered_at=moment)
    note_run(run, now=now)


def close_failed(
    run: FetchRun,
    error: EgressError | SourceError,
    *,
    now: datetime,
    seconds: float,
    http: Mapping[str, Any],
    lost: bool = False,
) -> None:
    """End a run that gave nothing: refused where trying the same again cannot help, failed otherwise; the
    next try waits longer each time.

    The kept validators go: what was sent with them may never have been taken in, so the next request asks for
    all of it. With `lost` the run's process died, and the source is due at once.
    """
    refused = isinstance(error, EgressError) and error.permanent
    run.error_code = "stuck" if lost else error.code if isinstance(error, EgressError) else _code_of(error)
    run.error_detail = redact(error.detail)[:4000]
    source = run.source
    failures = source.consecutive_failures + 1
    retry_after = getattr(error, "retry_after", None)
    with transaction.atomic():
        if not _end(
            run, RunState.REFUSED if refused else RunState.FAILED, now=now, seconds=seconds, http=http
        ):
            return
        Source.objects.filter(pk=source.pk).update(
            claimed_until=None,
            last_fetched_at=now,
            next_fetch_at=due_after_failure(
                source, now=now, failures=failures, retry_after=retry_after, lost=lost
            ),
            consecutive_failures=failures,
            validators={},
            last_error=f"{run.error_code}: {run.error_detail}"[:500],
        )
    log.warning(
        "run_failed", source=source.slug, run=str(run.id), code=run.error_code, detail=run.error_detail
    )
    note_run(run, now=now)


def close_cancelled(run: FetchRun, *, now: datetime, seconds: float = 0.0) -> None:
    """End a run that someone asked to end. What it recorded stays; it covers nothing, so nothing is missing
    for it; the next one asks for all."""
    told = run.progress
    run.events_found, run.new, run.changed = told.get("found", 0), told.get("new", 0), told.get("changed", 0)
    run.unchanged, run.dropped = told.get("unchanged", 0), told.get("dropped", {})
    run.events_processed = run.new + run.changed + run.unchanged
    run.coverage, run.covered_until = Coverage.PARTIAL, None
    source = run.source
    with transaction.atomic():
        if not _end(run, RunState.CANCELLED, now=now, seconds=seconds, http=run.http):
            return
        Source.objects.filter(pk=source.pk).update(
            claimed_until=None,
            last_fetched_at=now,
            next_fetch_at=due_after_good(source, now=now),
            validators={},
        )


def cancel(run_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Ask a run to end; False where it is over. One that waits in a queue ends at once, one at work at its
    next page, request or batch. Raises RightMissing."""
    require(by, RUN)
    with transaction.atomic():
        running = FetchRun.objects.select_for_update(of=("self",)).select_related("source__city")
        run = running.filter(pk=run_id, state=RunState.RUNNING).first()
        if run is None:
            return False
        FetchRun.objects.filter(pk=run.pk, cancel_requested_at__isnull=True).update(cancel_requested_at=now)
        if run.progress.get("phase") in (Phase.QUEUED, Phase.WAITING):
            close_cancelled(run, now=now)
    return True


def defect(error: BaseException) -> str:
    """One line on a failure that nobody foresaw."""
    return f"Broken off by {type(error).__name__}: {error}"


def _end(run: FetchRun, state: RunState, *, now: datetime, seconds: float, http: Mapping[str, Any]) -> bool:
    """Write the end of a run, once: False, and nothing written, where it is over or another worker has it.
    Within a transaction."""
    if not mine(run).update(heartbeat_at=now):
        log.info("run_was_over", run=str(run.id), source=run.source.slug)
        return False
    run.state, run.finished_at, run.heartbeat_at, run.http = state.value, now, now, dict(http)
    run.seconds = round((run.seconds or 0.0) + seconds, 3)
    run.progress = {name: value for name, value in run.progress.items() if name != "phase"}
    run.save(update_fields=_ENDING)
    transaction.on_commit(lambda: tell(run), robust=True)
    return True


def _give_up_silent(source: Source, *, now: datetime) -> None:
    """The run of before, where its process is at work no more, makes room; one that waits in a queue does
    not."""
    silent = FetchRun.objects.filter(source=source, state=RunState.RUNNING, heartbeat_at__lt=now - SILENT)
    stuck = silent.exclude(progress__phase__in=[Phase.QUEUED.value, Phase.WAITING.value])
    if stuck.update(
        state=RunState.FAILED, finished_at=now, error_code="stuck", error_detail=PROCESS_WENT_AWAY
    ):
        Source.objects.filter(pk=source.pk).update(validators={})  # what its answer held was never taken in
        source.validators = {}


def _code_of(error: SourceError) -> str:
    known: dict[type[SourceError], str] = {SchemaChanged: "schema changed", ReadingStalled: "set aside"}
    return next((code for kind, code in known.items() if isinstance(error, kind)), type(error).__name__)


__all__ = [
    "PROCESS_WENT_AWAY",
    "PUSHED",
    "RUN_HOLDS",
    "AlreadyRunning",
    "cancel",
    "claim",
    "close",
    "close_cancelled",
    "close_failed",
    "defect",
    "open_run",
]
