"""Reactions of sources to moderators' decisions, spent quotas, stopped campaigns and merges."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.timezone import now as clock
from kombu.exceptions import OperationalError

from accounts.rights import PIPELINE, Actor
from egress.signals import quota_crossed
from events.services.merging_organizers import kept_of
from events.signals import merged, organizers_merged, organizers_parted, parted
from mail.signals import campaign_changed
from moderation.enums import FieldGroup, OptOutKind, ReviewKind, SubjectKind, Verdict
from moderation.field_groups import in_words
from moderation.models import Decision
from moderation.signals import decided, opted_out, trust_changed
from pipeline.contract.exceptions import SourceError
from sources import tasks
from sources.enums import PauseScope, Trust
from sources.ingest.staged import follow
from sources.models import FetchRun, Source
from sources.monitoring.alerts import notice, raise_alert, resolve
from sources.monitoring.quotas import note_quota
from sources.runs import pause as pausing
from sources.setup.switch import disable
from sources.triggers.reread import reopen
from sources.triggers.start import start

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


@receiver(trust_changed, dispatch_uid="sources.tell_of_lost_trust")
def tell_of_lost_trust(*, kind: str, key: str, name: str, lost: Collection[FieldGroup], **_: Any) -> None:
    """Tell operators that a source, or a submitter, publishes no longer by itself, and with which fields.

    Not where an operator's word stands over the verdicts.
    """
    source = Source.objects.filter(pk=key).first() if kind == SubjectKind.SOURCE else None
    if not lost or (source is not None and source.trust != Trust.EARNED):
        return
    words = f"{name} is no longer trusted with {in_words(lost)}"
    detail = "Moderators found too much of it wrong. Its events and changes wait for a person until verdicts are better."
    notice(f"trust:{kind}:{key}", words, detail=detail, source=source)


@receiver(decided, dispatch_uid="sources.act_on_source")
def act_on_source(*, decision: UUID, kind: str, object_id: UUID, verdict: str, **_: Any) -> None:
    """Fetch the source of a discarded run again, or pause it, in the name of who decided.

    What stands against it meanwhile (a pause, another run) is logged; it never fails the verdict.
    """
    if kind != ReviewKind.RUN or verdict not in (Verdict.RUN_AGAIN, Verdict.PAUSE_SOURCE):
        return
    run = FetchRun.objects.select_related("source__city").filter(pk=object_id).first()
    by = Decision.objects.select_related("by").get(pk=decision).by
    if run is None or by is None:
        return
    try:
        if verdict == Verdict.PAUSE_SOURCE:
            reason = "paused at the review of a run"
            pausing.pause(PauseScope.SOURCE, run.source.slug, reason=reason, by=by, now=clock())
        else:
            _fetch_again(run.source, by=by)
    except (SourceError, OperationalError) as error:
        log.warning("verdict_not_carried_out", run=str(run.pk), verdict=verdict, error=str(error))


def _fetch_again(source: Source, *, by: Actor) -> None:
    started = start(source, by=by, now=clock())
    if started is not None and started.status == "started":
        tasks.fetching(source).delay(str(started.run.pk))


@receiver(quota_crossed, dispatch_uid="sources.tell_of_quota")
def tell_of_quota(
    *, key: str, used: int, granted: int, seconds: float, window_end: datetime, share: float, **_: Any
) -> None:
    """Alert operators that a key has used 80 % of its quota, or all of it."""
    note_quota(key=key, used=used, granted=granted, seconds=int(seconds), window_end=window_end, share=share)


@receiver(campaign_changed, dispatch_uid="sources.tell_of_campaign")
def tell_of_campaign(*, campaign: str, reason: str, **_: Any) -> None:
    """Alert operators that a campaign stopped by itself, until one of them lets it go on."""
    key = f"campaign:{campaign}"
    if not reason:
        resolve(key)
        return
    where = f"{settings.SITE_URL}{reverse('admin:mail_campaign_changelist')}"
    raise_alert(
        key,
        f"The mails “{campaign}” stopped by themselves",
        detail=f"{reason}. Nothing more of it is sent. Find out why (docs/deliverability.md), then let it go on: {where}",
    )


@receiver(merged, dispatch_uid="sources.follow_merge")
def follow_merge(*, survivor_id: UUID, **_: Any) -> None:
    """Point the child's staged rows to the survivor."""
    follow([survivor_id])


@receiver(parted, dispatch_uid="sources.follow_parting")
def follow_parting(*, event_id: UUID, survivor_id: UUID, **_: Any) -> None:
    """Point the staged rows of both events to the events of their listings."""
    follow([event_id, survivor_id])


@receiver(opted_out, dispatch_uid="sources.switch_off")
def switch_off_opted_out(*, kind: str, value: str, **_: Any) -> None:
    """Switch off the source whose owner opted out. It is not switched on again by undoing."""
    source = Source.objects.filter(pk=value).first() if kind == OptOutKind.SOURCE else None
    if source is not None:
        disable(source, by=PIPELINE)


@receiver(organizers_merged, dispatch_uid="sources.follow_organizers")
def follow_organizers(*, survivor_id: UUID, child_id: UUID, **_: Any) -> list[str]:
    """Calendars of an organizer that went tell of events of the one that stays. Returns the ids of the sources, for the undo."""
    moved = [str(pk) for pk in Source.objects.filter(organizer=child_id).values_list("pk", flat=True)]
    Source.objects.filter(pk__in=moved).update(organizer=survivor_id)
    return moved


@receiver(organizers_parted, dispatch_uid="sources.return_from_organizers")
def return_from_organizers(*, survivor_id: UUID, child_id: UUID, undo: Mapping[str, Any], **_: Any) -> None:
    """Calendars go back to the team that gave them."""
    moved = Source.objects.filter(pk__in=kept_of(undo, follow_organizers), organizer=survivor_id)
    moved.update(organizer=child_id)
