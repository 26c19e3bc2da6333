"""Claim a source and open its run. The next steps are in `fetch`, `process` and `settle`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from pipeline.contract.exceptions import SourceError
from sources.enums import Phase, RunState
from sources.models import Discovery, FetchRun, Source
from sources.runs.progress import RUN_HOLDS, SILENT, initial_progress
from sources.runs.settle import OF_SOURCE_AT_FAILURE, close_lost

#: Who may start and end runs.
RUN = "sources.run_source"
#: The fields that are reset when a run is opened again.
_REOPENED: Mapping[str, Any] = {
    "state": RunState.RUNNING,
    "finished_at": None,
    "cancel_requested_at": None,
    "error_code": "",
    "error_detail": "",
}


class AlreadyRunning(SourceError):
    """The source has a running run."""


def claim(source_id: UUID, *, now: datetime) -> bool:
    """Claim the source for one run by a conditional UPDATE.

    False where another run has it. The claim lasts as long as the run reports progress.
    """
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
    """Claim the source and open its run.

    Raises AlreadyRunning. With `run_id`, the run with that id is opened again after its process was lost.
    `phase` is queued for a run that is to fetch, waiting where its payloads exist already, and fetching where
    the caller continues at once. `params` restrict the configuration: category, limit.
    """
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    opened = {
        "source": source,
        "requested_by": requested_by,
        "started_at": now,
        "heartbeat_at": now,
        "request_id": request_id,
        "progress": initial_progress(phase),
        "discovery": discovery,
        "params": dict(params or {}),
    }
    try:
        with transaction.atomic():
            _end_lost(source, now=now)
            if not claim(source.id, now=now):
                raise AlreadyRunning(f"{source.slug} has a run under way.")
            if run_id is None:
                return FetchRun.objects.create(**opened)
            return FetchRun.objects.update_or_create(pk=run_id, defaults={**opened, **_REOPENED})[0]
    except IntegrityError as error:
        raise AlreadyRunning(f"{source.slug} has a run under way.") from error


def _end_lost(source: Source, *, now: datetime) -> None:
    """End the source's earlier run if its process is lost and its claim has expired.

    A queued run is left alone.
    """
    free = Q(source__claimed_until__isnull=True) | Q(source__claimed_until__lt=now)
    silent = FetchRun.objects.filter(
        free, source=source, state=RunState.RUNNING, heartbeat_at__lt=now - SILENT
    )
    at_work = silent.exclude(progress__phase__in=[Phase.QUEUED.value, Phase.WAITING.value])
    for run in at_work.select_related("source__city"):
        close_lost(run, now=now)
        source.refresh_from_db(fields=OF_SOURCE_AT_FAILURE)
