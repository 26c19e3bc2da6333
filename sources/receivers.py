"""Reactions of sources to moderators' decisions, spent quotas and merges."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from egress.signals import quota_crossed
from events.signals import merged, parted
from moderation.enums import ReviewKind, Verdict
from moderation.signals import decided
from sources import tasks
from sources.ingest.staged import follow
from sources.monitoring.quotas import note_quota
from sources.triggers.reread import reopen

log = structlog.get_logger(__name__)


@receiver(decided, dispatch_uid="sources.apply_accepted_run")
def apply_accepted_run(*, kind: str, object_id: UUID, verdict: str, **_: Any) -> None:
    """Process an accepted quarantined run again from its kept payloads, with its losses.

    A broken broker never fails the verdict.
    """
    if kind != ReviewKind.RUN or verdict != Verdict.ACCEPT_RUN:
        return
    run = reopen(object_id)
    if run is None:
        return
    try:
        tasks.process_run.delay(str(run.id), accept_loss=True)
    except OperationalError as error:
        log.warning("accepted_run_not_queued", run=str(run.id), error=str(error))


@receiver(quota_crossed, dispatch_uid="sources.tell_of_quota")
def tell_of_quota(
    *, key: str, used: int, granted: int, seconds: float, window_end: datetime, share: float, **_: Any
) -> None:
    """Alert operators that a key has used 80 % of its quota, or all of it."""
    note_quota(key=key, used=used, granted=granted, seconds=int(seconds), window_end=window_end, share=share)


@receiver(merged, dispatch_uid="sources.follow_merge")
def follow_merge(*, survivor_id: UUID, **_: Any) -> None:
    """Point the child's staged rows to the survivor."""
    follow([survivor_id])


@receiver(parted, dispatch_uid="sources.follow_parting")
def follow_parting(*, event_id: UUID, survivor_id: UUID, **_: Any) -> None:
    """Point the staged rows of both events to the events of their listings."""
    follow([event_id, survivor_id])
