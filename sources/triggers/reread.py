"""Reads kept answers again.

Series continue though their feed does not change, and a fixed parser reads old payloads.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now as clock

from accounts.actions import Action, digest, record_action
from accounts.rights import CLOCK, Actor, require
from events.models import Series
from pipeline.contract.enums import SourceType
from pipeline.contract.raw import RawPayload
from places.queries.reach import narrowed
from sources.enums import PUSHED, Phase, RunState
from sources.ingest import payloads
from sources.ingest.code_version import code_version
from sources.ingest.dead_letters import RETRY
from sources.models import DeadLetter, FetchRun, Source
from sources.runs.claim import AlreadyRunning, open_run
from sources.runs.process import SERIES

#: Value of `requested_by` for an accepted quarantined run, followed by that run's id.
ACCEPTED = "accepted"


def reread_series(*, now: datetime) -> Iterator[FetchRun]:
    """For every active source with series.

    A new run with the payloads of its last good one, ready to process.
    """
    with_series = Exists(Series.objects.filter(origin__key=OuterRef("pk")))
    for source in Source.objects.filter(with_series, is_active=True, is_sample=False).select_related("city"):
        run = reread(source, requested_by=SERIES, now=now)
        if run is not None:
            yield run


def reopen(run_id: UUID) -> FetchRun | None:
    """A new run with the payloads of a quarantined one; None where it is not one, or another run is running."""
    quarantined = (
        FetchRun.objects.filter(pk=run_id, state=RunState.QUARANTINED).select_related("source__city").first()
    )
    if quarantined is None:
        return None
    return _opened_with(quarantined, requested_by=f"{ACCEPTED} {run_id}"[:60], now=clock())


def try_again(ids: Collection[UUID], *, by: Actor, now: datetime) -> list[FetchRun]:
    """Retry dead letters.

    Returns the runs for submitted payloads, ready to process. Raises PermissionDenied. Other sources are due
    at once and are asked for everything.
    """
    require(by, "sources.run_source")
    rows = narrowed(DeadLetter.objects.filter(pk__in=ids), by, "source__city")
    after = digest(rows.values_list("pk", flat=True))
    record_action(by, Action.RETRIED, target="sources.deadletter", after=after)
    rows.update(try_again_at=now)
    Source.objects.filter(dead_letters__in=rows).update(next_fetch_at=now)
    runs = FetchRun.objects.filter(pk__in=rows.filter(source__type__in=PUSHED).values("run"))
    again = (
        _opened_with(run, requested_by=RETRY, now=now)
        for run in runs.select_related("source__city").order_by("started_at")
    )
    return [run for run in again if run is not None]


def retry_submissions(*, now: datetime) -> list[FetchRun]:
    """Retry submissions that older code could not process: one run each, ready to process."""
    rows = DeadLetter.objects.filter(source__type=SourceType.SUBMISSION).exclude(code=code_version())
    return try_again(list(rows.values_list("pk", flat=True)), by=CLOCK, now=now) if rows.exists() else []


def reread(source: Source, *, requested_by: str, now: datetime) -> FetchRun | None:
    """Open a run with the payloads of a source's last good one.

    None where nothing is kept or a run is running.
    """
    last = (
        FetchRun.objects.filter(source=source, state=RunState.SUCCESS, events_found__gt=0, params={})
        .order_by("-started_at")
        .first()
    )
    if last is None:
        return None
    last.source = source
    return _opened_with(last, requested_by=requested_by, now=now)


def _opened_with(earlier: FetchRun, *, requested_by: str, now: datetime) -> FetchRun | None:
    """A run with all payloads of an earlier one; None where some are missing or a run is running."""
    rows = payloads.of_run_listed(earlier)
    if not rows:
        return None
    try:
        with transaction.atomic():
            run = open_run(earlier.source, requested_by=requested_by, now=now, phase=Phase.WAITING)
            if "covers" in earlier.http:
                run.http = {"covers": earlier.http["covers"]}
                run.save(update_fields=["http"])
            for row in rows:
                payload = RawPayload(
                    url=row.url,
                    content=b"",
                    content_type=row.content_type,
                    status=row.status,
                    fetched_at=row.fetched_at,
                )
                payloads.keep_again(run, payload, row, now=now)
            return run
    except AlreadyRunning:
        return None
