"""Settle a run. Every end is a state with a reason, frees the source and sets when it is due again."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from django.db import transaction
from django.db.models import Min
from django.utils.timezone import now as clock

from accounts.secrets import redact
from events.enums import Publication
from events.models import Listing, Origin
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ReadingStalled, SchemaChanged, SourceError
from pipeline.contract.http_errors import EgressError
from pipeline.refinement.guarded_step import ENDED
from sources.enums import Phase, RunState
from sources.ingest import dead_letters
from sources.models import FetchRun, Source
from sources.monitoring.health import note_run
from sources.runs.progress import RunCancelled, RunLost, announce_progress, own_row
from sources.runs.timing import NEAR, Ended, Timetable, next_due

log = structlog.get_logger(__name__)

PROCESS_WENT_AWAY = "The process of the run ended unexpectedly."
#: Fields of a source that a failed run writes.
OF_SOURCE_AT_FAILURE = (
    "claimed_until", "last_fetched_at", "next_fetch_at", "consecutive_failures", "validators", "last_error",
)  # fmt: skip

#: Fields that a run may write at its end. Others belong to other writers meanwhile (`cancel_requested_at`).
_ENDING = (
    "state", "finished_at", "as_of", "http", "seconds", "coverage", "covered_until", "progress", "heartbeat_at", "error_code", "error_detail",
    "events_found", "events_processed", "events_approved", "new", "changed", "unchanged", "moved", "missing", "merged", "dropped", "steps", "quality",
)  # fmt: skip


class Attempt:
    """One half of a run at work: fetching or processing.

    It measures the seconds since it began and collects the `http` facts for the run's row. As a context
    manager it settles a run whose work raises: cancelled, failed or refused with the reason, or left alone
    where another worker has it. It suppresses the exception unless that is unexpected; then the run fails at
    once and the task fails with its traceback. With `is_command`, Ctrl-C fails the run too, so that no
    abandoned run holds its source.
    """

    def __init__(self, run: FetchRun, *, http: Mapping[str, Any], is_command: bool = False) -> None:
        self.run, self.http = run, http
        self._foreseen = BaseException if is_command else Exception
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._begun

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        match error:
            case None:
                return True
            case RunCancelled():
                close_cancelled(self.run, now=clock(), seconds=self.seconds)
            case RunLost():
                log.info("run_left", run=str(self.run.id), why=error.detail)
            case EgressError() | SourceError():
                self._fail(error)
            case _:
                if isinstance(error, self._foreseen):
                    self._fail(SourceError(f"Broken off by {type(error).__name__}: {error}"))
                return False
        return True

    def close(
        self, state: RunState, *, covered_at: datetime | None = None, also: Mapping[str, Any] | None = None
    ) -> None:
        """End the run well; see `close`."""
        close(
            self.run,
            state,
            now=clock(),
            seconds=self.seconds,
            http=self.http,
            covered_at=covered_at,
            also=also,
        )

    def _fail(self, error: EgressError | SourceError) -> None:
        close_failed(self.run, error, now=clock(), seconds=self.seconds, http=self.http)


def close(
    run: FetchRun,
    state: RunState,
    *,
    now: datetime,
    seconds: float,
    http: Mapping[str, Any],
    covered_at: datetime | None = None,
    also: Mapping[str, Any] | None = None,
) -> None:
    """End a run well, free its source, and set when it is due again.

    A run that is over is left alone. A success that covers more than a part updates `covered_at` of the
    source and of its origin. `also`: other fields to store on the source.
    """
    source = run.source
    moment = covered_at or now
    covers = run.coverage != Coverage.PARTIAL and state in (RunState.SUCCESS, RunState.PARTIAL)
    with transaction.atomic():
        if not _end(run, state, now=now, seconds=seconds, http=http):
            return
        Source.objects.filter(pk=source.pk).update(
            claimed_until=None,
            last_fetched_at=moment,
            next_fetch_at=due_after_good(source, now=now, fresh_seconds=run.http.get("fresh_seconds")),
            consecutive_failures=0,
            last_error="",
            **({"covered_at": moment} if covers else {}),
            **(also or {}),
        )
        if covers:
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
    """End a run without a result: refused where a retry cannot help, failed otherwise.

    The wait before the next try grows each time. The kept validators are deleted: the answer that came with
    them may never have been recorded, so the next request asks for all of it. With `lost` the run's process
    died, and the source is due at once.
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


def close_lost(run: FetchRun, *, now: datetime) -> None:
    """End a run whose process is lost as failed, with the code "stuck".

    The answer that the run was reading becomes a dead letter, because it ended two processes: the run
    notes what it reads only after the first loss.
    """
    reading = run.progress.get("reading") if run.progress.get("phase") == Phase.FETCHING else None
    if reading:
        dead_letters.add_answer(run, reading["sha256"], reading["url"], f"{ENDED}reading", now=now)
    close_failed(run, SourceError(PROCESS_WENT_AWAY), now=now, seconds=0.0, http=run.http, lost=True)


def close_cancelled(run: FetchRun, *, now: datetime, seconds: float = 0.0) -> None:
    """End a run that someone cancelled.

    What the run recorded stays. The run covers nothing, so nothing counts as missing; the next run asks for
    everything.
    """
    reported = run.progress
    run.events_found, run.new, run.changed = (
        reported.get("found", 0),
        reported.get("new", 0),
        reported.get("changed", 0),
    )
    run.unchanged, run.dropped = reported.get("unchanged", 0), reported.get("dropped", {})
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


def _end(run: FetchRun, state: RunState, *, now: datetime, seconds: float, http: Mapping[str, Any]) -> bool:
    """Write the end of a run once, within a transaction.

    False, and nothing is written, where the run is over or another worker has it.
    """
    if not own_row(run).update(heartbeat_at=now):
        log.info("run_was_over", run=str(run.id), source=run.source.slug)
        return False
    run.state, run.finished_at, run.heartbeat_at, run.http = state.value, now, now, dict(http)
    run.seconds = round((run.seconds or 0.0) + seconds, 3)
    run.progress = {name: value for name, value in run.progress.items() if name != "phase"}
    run.save(update_fields=_ENDING)
    transaction.on_commit(lambda: announce_progress(run), robust=True)
    return True


def _code_of(error: SourceError) -> str:
    known: dict[type[SourceError], str] = {SchemaChanged: "schema changed", ReadingStalled: "set aside"}
    return next((code for kind, code in known.items() if isinstance(error, kind)), type(error).__name__)


def due_after_good(source: Source, *, now: datetime, fresh_seconds: float | None = None) -> datetime:
    """When a source is due after a successful run. `fresh_seconds` is how long its answer may be cached."""
    hint = None if fresh_seconds is None else timedelta(seconds=fresh_seconds)
    return next_due(_timetable(source), Ended(hint=hint, soonest=_soonest(source, now=now)), now)


def due_after_failure(
    source: Source, *, now: datetime, failures: int, retry_after: float | None, lost: bool
) -> datetime:
    """When a source is due after its `failures`th failure in a row."""
    return next_due(_timetable(source), Ended(failures=failures, retry_after=retry_after, lost=lost), now)


def _timetable(source: Source) -> Timetable:
    zone = source.timezone
    if source.schedule_at and source.city and not zone:
        zone = source.city.timezone
    return Timetable(
        key=str(source.pk),
        minutes=source.schedule_minutes,
        at=source.schedule_at,
        timezone=zone or "UTC",
        obey_hints=source.obey_hints,
        quicken=source.quicken,
    )


def _soonest(source: Source, *, now: datetime) -> datetime | None:
    """The start of the source's next approved event, where it is near enough to matter."""
    if not source.quicken or source.schedule_at is not None:
        return None
    near = Listing.objects.filter(
        origin_id=source.pk, missing_since__isnull=True, event__publication=Publication.APPROVED
    )
    return near.filter(event__start_at__gt=now, event__start_at__lte=now + NEAR).aggregate(
        soonest=Min("event__start_at")
    )["soonest"]
