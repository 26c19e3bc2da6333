"""Cancel a run on request."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from places.queries.reach import require_city
from sources.enums import Phase, RunState
from sources.models import FetchRun
from sources.runs.claim import RUN
from sources.runs.settle import close_cancelled


def cancel(run_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Ask a run to end.

    False where it is over already. Raises RightMissing. A queued run ends at once; a working one ends at its
    next page, request or batch.
    """
    require(by, RUN)
    with transaction.atomic():
        running = FetchRun.objects.select_for_update(of=("self",)).select_related("source__city")
        run = running.filter(pk=run_id, state=RunState.RUNNING).first()
        if run is None:
            return False
        require_city(by, run.source.city_id)
        record_action(by, Action.RUN_CANCELLED, target=target_of(run))
        FetchRun.objects.filter(pk=run.pk, cancel_requested_at__isnull=True).update(cancel_requested_at=now)
        if run.progress.get("phase") in (Phase.QUEUED, Phase.WAITING):
            close_cancelled(run, now=now)
    return True
