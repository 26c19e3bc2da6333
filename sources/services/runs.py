"""One attempt at one source: claimed, opened, fetched, closed; every end is a state with a reason."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.timezone import now as clock

from egress.doors import open_door
from egress.exceptions import EgressError, NotModified
from egress.records import Door, Validators
from events.models import Origin
from sources.configuration import configured
from sources.enums import Coverage, RunState, SourceType
from sources.exceptions import SchemaChanged, SourceError
from sources.models import FetchRun, Source
from sources.records import Page
from sources.services import payloads
from sources.services.context import params_for, policy_for
from sources.services.processing import process_pages

log = structlog.get_logger(__name__)

#: How long a run holds its source; a process that died loses it then.
RUN_HOLDS = timedelta(hours=1)
#: However often a source failed, it is asked again after this.
MAX_BACKOFF = timedelta(days=1)
#: Sources that are sent to, never fetched.
PUSHED = (SourceType.WEBHOOK, SourceType.SUBMISSION)
PROCESS_WENT_AWAY = "The run's process went away."


class AlreadyRunning(SourceError):
    """The source has a run under way."""


def due_sources(*, now: datetime, limit: int = 100) -> list[UUID]:
    """Sources that the clock should fetch: active, due, not held by another run; the most urgent first."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    rows = Source.objects.filter(free, is_active=True, next_fetch_at__lte=now).exclude(type__in=PUSHED)
    rows = rows.order_by("-priority", "next_fetch_at")
    return list(rows.values_list("id", flat=True)[:limit])


def claim(source_id: UUID, *, now: datetime) -> bool:
    """Take the source for one run by a conditional UPDATE; False where another has it."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return bool(Source.objects.filter(free, pk=source_id).update(claimed_until=now + RUN_HOLDS))


def open_run(source: Source, *, requested_by: str, now: datetime, run_id: UUID | None = None) -> FetchRun:
    """Claim the source and open its run; with `run_id` the one of that id, anew where its process went away. Raises AlreadyRunning."""
    if not claim(source.id, now=now):
        raise AlreadyRunning(f"{source.slug} has a run under way.")
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    try:
        with transaction.atomic():
            stuck = FetchRun.objects.filter(source=source, state=RunState.RUNNING).update(
                state=RunState.FAILED, finished_at=now, error_code="stuck", error_detail=PROCESS_WENT_AWAY
            )
            if stuck:  # what its answer held was never taken in
                Source.objects.filter(pk=source.pk).update(validators={})
                source.validators = {}
            opened = {"source": source, "requested_by": requested_by, "started_at": now, "request_id": request_id}
            if run_id is None:
                return FetchRun.objects.create(**opened)
            clean = {"state": RunState.RUNNING, "finished_at": None, "error_code": "", "error_detail": ""}
            return FetchRun.objects.update_or_create(pk=run_id, defaults={**opened, **clean})[0]
    except IntegrityError as error:
        raise AlreadyRunning(f"{source.slug} has a run under way.") from error


def fetch_payloads(run: FetchRun, *, now: datetime | None = None, door: Door | None = None) -> bool:
    """The first half of a run: ask the source and keep what it sends. True where there is something to process.

    Every failure closes the run with its reason: refused (address, robots, 4xx), failed (the rest), success and unchanged (304, or the same bytes).
    """
    moment = now or clock()
    source = run.source
    begun = time.monotonic()
    validators = {url: Validators(**pair) for url, pair in source.validators.items()}
    http: dict[str, Any] = {"requests": 0, "bytes": 0}
    try:
        connector = configured(source.connector, source.config)
        with nullcontext(door) if door else open_door(policy_for(source), validators, name=source.slug) as way_out:
            for page in connector.fetch(params_for(source, now=moment), way_out):
                _keep_page(run, page, http, now=moment)
    except NotModified:
        _close_unchanged(run, {**http, "not_modified": True}, seconds=time.monotonic() - begun)
        return False
    except (EgressError, SourceError) as error:
        close_failed(run, error, now=clock(), seconds=time.monotonic() - begun, http=http)
        return False
    except Exception as error:  # a defect of ours: the source is not held for an hour because of it
        close_failed(run, SourceError(defect(error)), now=clock(), seconds=time.monotonic() - begun, http=http)
        raise
    Source.objects.filter(pk=source.pk).update(
        validators={url: {"etag": kept.etag, "last_modified": kept.last_modified} for url, kept in validators.items()},
        checkpoint=run.source.checkpoint,
    )
    run.http = http
    run.save(update_fields=["http", "coverage", "covered_until"])
    if _same_as_last(run):
        _close_unchanged(run, {**http, "same_bytes": True}, seconds=time.monotonic() - begun)
        return False
    return True


def process_run(run: FetchRun, *, now: datetime | None = None, accept_loss: bool = False) -> FetchRun:
    """The second half of a run: read the kept payloads again, refine, match, judge and record them; then close the run."""
    moment = now or clock()
    begun = time.monotonic()
    source = run.source
    try:
        connector = configured(source.connector, source.config)
        params = params_for(source, now=moment)
        pages = ((row, connector.read(payload, params)) for row, payload in payloads.of_run(run))
        result = process_pages(run, pages, now=moment, accept_loss=accept_loss)
    except SourceError as error:
        close_failed(run, error, now=clock(), seconds=time.monotonic() - begun, http=run.http)
        return run
    except Exception as error:  # a defect of ours: the run says so at once, and the task fails with its traceback
        close_failed(run, SourceError(defect(error)), now=clock(), seconds=time.monotonic() - begun, http=run.http)
        raise
    covered = run.coverage != Coverage.PARTIAL and result.state in (RunState.SUCCESS, RunState.PARTIAL)
    close(run, result.state, now=clock(), seconds=time.monotonic() - begun, http=run.http, covered=covered, covered_at=moment)
    return run


def close(
    run: FetchRun,
    state: RunState,
    *,
    now: datetime,
    seconds: float,
    http: Mapping[str, Any],
    covered: bool = False,
    covered_at: datetime | None = None,
) -> None:
    """End a run well, free its source, and set when it is due again."""
    run.state, run.finished_at, run.http = state.value, now, dict(http)
    run.seconds = round((run.seconds or 0.0) + seconds, 3)
    run.save()
    source = run.source
    moment = covered_at or now
    Source.objects.filter(pk=source.pk).update(
        claimed_until=None,
        last_fetched_at=moment,
        next_fetch_at=now + timedelta(minutes=source.schedule_minutes),
        consecutive_failures=0,
        last_error="",
        **({"covered_at": moment} if covered else {}),
    )
    if covered:
        Origin.objects.filter(key=source.pk).update(covered_at=moment)


def close_failed(run: FetchRun, error: EgressError | SourceError, *, now: datetime, seconds: float, http: Mapping[str, Any]) -> None:
    """End a run that gave nothing: refused where trying the same again cannot help, failed otherwise; the next try waits longer each time.

    The kept validators go: what was sent with them may never have been taken in, so the next request asks for all of it.
    """
    refused = isinstance(error, EgressError) and error.permanent
    run.state = (RunState.REFUSED if refused else RunState.FAILED).value
    run.error_code = error.code if isinstance(error, EgressError) else _code_of(error)
    run.error_detail, run.finished_at, run.http = error.detail[:4000], now, dict(http)
    run.seconds = round((run.seconds or 0.0) + seconds, 3)
    run.save()
    source = run.source
    wait = timedelta(minutes=source.schedule_minutes * 2 ** min(source.consecutive_failures, 6))
    asked = timedelta(seconds=getattr(error, "retry_after", None) or 0)
    Source.objects.filter(pk=source.pk).update(
        claimed_until=None,
        last_fetched_at=now,
        next_fetch_at=now + max(min(wait, MAX_BACKOFF), min(asked, MAX_BACKOFF)),
        consecutive_failures=F("consecutive_failures") + 1,
        validators={},
        last_error=f"{run.error_code}: {error.detail}"[:500],
    )
    log.warning("run_failed", source=source.slug, run=str(run.id), code=run.error_code, detail=error.detail)


def release_stuck(*, now: datetime) -> int:
    """Fail the runs whose process went away: their hold is over. Returns how many."""
    stuck = FetchRun.objects.filter(state=RunState.RUNNING, started_at__lt=now - RUN_HOLDS).select_related("source")
    count = 0
    for run in stuck:
        close_failed(run, SourceError(PROCESS_WENT_AWAY), now=now, seconds=0.0, http=run.http)
        count += 1
    return count


def defect(error: BaseException) -> str:
    """One line on a failure that nobody foresaw."""
    return f"Broken off by {type(error).__name__}: {error}"


def _close_unchanged(run: FetchRun, http: Mapping[str, Any], *, seconds: float) -> None:
    """Nothing new: the run covers what the last good one covered."""
    last = _last_good(run)
    run.coverage = last.coverage if last else run.coverage
    run.covered_until = last.covered_until if last else run.covered_until
    covered = run.coverage != Coverage.PARTIAL
    close(run, RunState.SUCCESS, now=clock(), seconds=seconds, http=http, covered=covered)


def _keep_page(run: FetchRun, page: Page, http: dict[str, Any], *, now: datetime) -> None:
    payloads.keep(run, page.payload, now=now)
    http["requests"] += 1
    http["bytes"] += len(page.payload.content)
    http["status"] = page.payload.status
    if page.checkpoint:
        run.source.checkpoint = {**run.source.checkpoint, **page.checkpoint}


def _same_as_last(run: FetchRun) -> bool:
    """Whether the run's bytes are those of the last one that ended well: nothing to do, and nothing is starved by it."""
    last = _last_good(run)
    if last is None:
        return False
    hashes = payloads.hashes_of(run.id, run.source_id)
    return bool(hashes) and hashes == payloads.hashes_of(last.id, run.source_id)


def _last_good(run: FetchRun) -> FetchRun | None:
    """The last run before this one that took something in and ended well."""
    good = Q(state=RunState.SUCCESS) | Q(state=RunState.PARTIAL, events_processed__gt=0)
    return FetchRun.objects.filter(good, source_id=run.source_id, events_found__gt=0).exclude(pk=run.pk).order_by("-started_at").first()


def _code_of(error: SourceError) -> str:
    return "schema changed" if isinstance(error, SchemaChanged) else type(error).__name__
