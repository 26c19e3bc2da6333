"""Disables endpoints that fail, and tells their owners by mail; the page says it too."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q

from accounts.actions import Action, record_action, target_of
from accounts.rights import CLOCK
from mail import outgoing
from mail.enums import Stream
from mail.records import Result
from webhooks.enums import DisabledBecause
from webhooks.mails import compose
from webhooks.models import Endpoint

log = structlog.get_logger(__name__)

#: Nobody else sends a claimed mail for so long; how often it is tried.
_LEASE: Final = timedelta(minutes=10)
_MOST_TRIES: Final = 8


def disable(endpoint_id: UUID, because: DisabledBecause, *, now: datetime) -> bool:
    """Send nothing more to the endpoint, and note that its owner is to be told. False where it was disabled already."""
    with transaction.atomic():
        row = Endpoint.objects.filter(pk=endpoint_id, enabled=True)
        if not row.update(
            enabled=False, disabled_because=because, disabled_at=now, notice=because, notice_tries=0,
            notice_lease=None, version=F("version") + 1,
        ):  # fmt: skip
            return False
        endpoint = Endpoint.objects.get(pk=endpoint_id)
        record_action(
            CLOCK, Action.WEBHOOK_DISABLED, target=target_of(endpoint), before={"enabled": True},
            after={"enabled": False, "disabled_because": because},
        )  # fmt: skip
    log.warning("webhook_disabled", endpoint=str(endpoint_id), because=because.value)
    return True


def tell_owners(*, now: datetime) -> int:
    """Send the mails about disabled endpoints, each claimed first. Returns how many went.

    What the mail server refuses is tried again ten minutes later. An endpoint that was enabled again meanwhile needs none.
    """
    due = Endpoint.objects.exclude(notice="").filter(notice_tries__lt=_MOST_TRIES)
    free = due.filter(Q(notice_lease__isnull=True) | Q(notice_lease__lte=now))
    return sum(_tell(pk, now) for pk in free.values_list("pk", flat=True)[:100])


def _tell(endpoint_id: UUID, now: datetime) -> bool:
    mine = Endpoint.objects.filter(pk=endpoint_id).exclude(notice="")
    free = mine.filter(Q(notice_lease__isnull=True) | Q(notice_lease__lte=now))
    if not free.update(notice_lease=now + _LEASE, notice_tries=F("notice_tries") + 1):
        return False
    endpoint = mine.select_related("user").first()
    if endpoint is None:
        return False
    key = f"webhooks.endpoint:{endpoint_id}:{int(endpoint.disabled_at.timestamp()) if endpoint.disabled_at else 0}"
    outcome = outgoing.send(
        compose(endpoint), stream=Stream.TRANSACTIONAL, kind="webhook disabled", key=key, now=now
    )
    if outcome.result in (Result.DEFERRED, Result.HELD):
        return False
    mine.update(notice="", notice_lease=None)  # the page says it too, where no mail can
    return outcome.result is Result.SENT
