"""Stops a campaign when too many of its mails bounce, or too many readers complain."""

from datetime import datetime
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from mail.enums import DispatchState
from mail.models import Campaign, Dispatch
from mail.signals import campaign_changed

log = structlog.get_logger(__name__)

#: Shares of a campaign's mails; Gmail and Yahoo want complaints below 0.1 %, and refuse senders above 0.3 %.
MOST_BOUNCED: Final = 0.05
MOST_COMPLAINED: Final = 0.001
#: One complaint alone says nothing about a campaign.
LEAST_COMPLAINTS: Final = 2
_COUNTED: Final = [
    state.value
    for state in (
        DispatchState.ACCEPTED,
        DispatchState.UNKNOWN,
        DispatchState.DELIVERED,
        DispatchState.BOUNCED,
        DispatchState.COMPLAINED,
    )
]


def judge(campaign: str, *, now: datetime) -> bool:
    """Stop the campaign where its numbers say so, after MAIL_CAMPAIGN_LEAST mails. True where it stopped now.

    One that an operator let go on is not stopped again.
    """
    if not campaign:
        return False
    counts = Dispatch.objects.filter(campaign=campaign, state__in=_COUNTED).aggregate(
        all=Count("pk"),
        bounced=Count("pk", filter=Q(state=DispatchState.BOUNCED)),
        complained=Count("pk", filter=Q(state=DispatchState.COMPLAINED)),
    )
    reason = _reason(counts["all"], counts["bounced"], counts["complained"])
    if not reason:
        return False
    with transaction.atomic():
        Campaign.objects.get_or_create(pk=campaign)
        running = Campaign.objects.filter(pk=campaign, stopped_at__isnull=True, released_at__isnull=True)
        if not running.update(stopped_at=now, reason=reason):
            return False
        transaction.on_commit(
            lambda: campaign_changed.send_robust(sender=Campaign, campaign=campaign, reason=reason)
        )
    log.error("campaign_stopped", campaign=campaign, reason=reason)
    return True


def go_on(campaign: Campaign, *, by: Actor) -> None:
    """Let a stopped campaign go on, whatever its numbers are. Raises PermissionDenied."""
    require(by, "mail.change_campaign")
    with transaction.atomic():
        stopped = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if stopped.stopped_at is None:
            return
        record_action(by, Action.CAMPAIGN_RELEASED, target=target_of(stopped))
        Campaign.objects.filter(pk=stopped.pk).update(stopped_at=None, released_at=stopped.stopped_at)
        transaction.on_commit(
            lambda: campaign_changed.send_robust(sender=Campaign, campaign=stopped.pk, reason="")
        )


def _reason(mails: int, bounced: int, complained: int) -> str:
    if mails < settings.MAIL_CAMPAIGN_LEAST:
        return ""
    if bounced > mails * MOST_BOUNCED:
        return f"{bounced} of {mails} mails bounced, more than {MOST_BOUNCED:.0%}"
    if complained >= LEAST_COMPLAINTS and complained > mails * MOST_COMPLAINED:
        return f"{complained} readers of {mails} mails complained, more than {MOST_COMPLAINED:.1%}"
    return ""
