"""Reading kept answers again: series go on though their feed does not change, and a mended parser meets old payloads."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.timezone import now as clock

from events.models import Series
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.services import payloads
from sources.services.processing import SERIES
from sources.services.runs import AlreadyRunning, open_run


def reread_series(*, now: datetime) -> Iterator[FetchRun]:
    """For every active source with series: a run that holds the payloads of its last good one, ready to be processed."""
    with_series = Exists(Series.objects.filter(origin__key=OuterRef("pk")))
    for source in Source.objects.filter(with_series, is_active=True, is_sample=False).select_related("city"):
        run = reread(source, requested_by=SERIES, now=now)
        if run is not None:
            yield run


def reopen(run_id: UUID) -> FetchRun | None:
    """A new run with the payloads of a quarantined one; None where it is none, or another run is under way."""
    quarantined = FetchRun.objects.filter(pk=run_id, state=RunState.QUARANTINED).select_related("source__city").first()
    if quarantined is None:
        return None
    try:
        run = open_run(quarantined.source, requested_by=f"accepted {run_id}"[:60], now=clock())
    except AlreadyRunning:
        return None
    for _, payload in list(payloads.of_run(quarantined)):
        payloads.keep(run, payload, now=clock())
    return run


def reread(source: Source, *, requested_by: str, now: datetime) -> FetchRun | None:
    """Open a run with the payloads of the last good one of a source; None where nothing is kept or a run is under way."""
    last = FetchRun.objects.filter(source=source, state=RunState.SUCCESS, events_found__gt=0).order_by("-started_at").first()
    kept = list(payloads.of_run(last)) if last else []
    if not kept:
        return None
    try:
        run = open_run(source, requested_by=requested_by, now=now)
    except AlreadyRunning:
        return None
    for _, payload in kept:
        payloads.keep(run, payload, now=now)
    return run
