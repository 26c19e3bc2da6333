"""Sends what goes out, once: each delivery is claimed, and handed to the door of mail under its own name, or to a push service."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.timezone import now as clock

from mail import outgoing
from mail.enums import TAKEN, DispatchState
from mail.records import Outcome, Result
from notices import push
from notices.enums import DeliveryState, Kind, NoticeState
from notices.kinds import TABLE
from notices.mails import compose
from notices.models import NoticeDelivery, PushDevice
from notices.services.releasing import due_at
from notices.truth import settled
from personal.models import Preferences

#: Before the id in the door's name of a mail of this app.
PREFIX: Final = "notices.noticedelivery:"
#: Nobody else sends a claimed delivery for so long.
LEASE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 8
#: The least time between two tries.
APART: Final = timedelta(minutes=1)
#: Deliveries that one call looks for.
MOST: Final = 500


def waiting(*, now: datetime) -> list[UUID]:
    """The deliveries that can be sent now, the oldest first."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = NoticeDelivery.objects.filter(free, state=DeliveryState.WAITING, due_at__lte=now)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST])


def send(delivery_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one delivery, once: it is claimed first. True if it went.

    What was read meanwhile, or is true no more, is dropped. In quiet hours that were set meanwhile it waits.
    """
    moment = now or clock()
    free = _mine(delivery_id).filter(Q(lease_until=None) | Q(lease_until__lte=moment), due_at__lte=moment)
    if not free.update(lease_until=moment + LEASE, attempts=F("attempts") + 1):
        return False
    row = NoticeDelivery.objects.select_related("notice__user", "device").get(pk=delivery_id)
    if because := _not_wanted(row, moment):
        _mine(delivery_id).update(state=DeliveryState.DROPPED, error=because, lease_until=None)
        return False
    due = due_at(row.notice, _preferences(row), now=moment)
    if due > moment:
        _mine(delivery_id).update(due_at=due, lease_until=None, attempts=F("attempts") - 1)
        return False
    outcome = _by_mail(row, moment) if row.device is None else _to_device(row, row.device, moment)
    _store(row, outcome, moment)
    return outcome.result is Result.SENT


def settle_mail(key: str, state: DispatchState) -> None:
    """A provider told that a mail of unknown end went."""
    if key.startswith(PREFIX) and state in TAKEN:
        rows = NoticeDelivery.objects.filter(pk=UUID(key.removeprefix(PREFIX)), sent_at=None)
        rows.update(state=DeliveryState.SENT, sent_at=clock(), error="", lease_until=None)


def release_mail(key: str) -> None:
    """An operator wants a mail sent again: the next round does."""
    if key.startswith(PREFIX):
        rows = NoticeDelivery.objects.filter(pk=UUID(key.removeprefix(PREFIX)), sent_at=None)
        rows.update(state=DeliveryState.WAITING, attempts=0, error="", lease_until=None)


def _by_mail(row: NoticeDelivery, now: datetime) -> Outcome:
    return outgoing.send(
        compose(row.notice), stream=TABLE[Kind(row.notice.kind)].stream, kind=f"notice {row.notice.kind}", key=f"{PREFIX}{row.pk}",
        now=now,
    )  # fmt: skip


def _to_device(row: NoticeDelivery, device: PushDevice, now: datetime) -> Outcome:
    """A device whose subscription is over is removed, and its deliveries with it."""
    outcome = push.send(row.notice, device, attempts=row.attempts, now=now)
    if outcome.result is Result.SENT:
        PushDevice.objects.filter(pk=device.pk).update(sent_at=now)
    elif outcome.code in push.GONE:
        device.delete()
    return outcome


def _mine(delivery_id: UUID) -> QuerySet[NoticeDelivery]:
    return NoticeDelivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)


def _not_wanted(row: NoticeDelivery, now: datetime) -> str:
    """Why a delivery says nothing any more; '' where it does."""
    notice = row.notice
    if notice.user is not None and not notice.user.is_active:
        return "the account is closed"
    if notice.state != NoticeState.TOLD or settled([notice], now=now)[notice.pk] is None:
        return "not true any more"
    if row.device is not None and row.device.server_key != push.public_key():
        return "the device does not accept our key"
    waits = TABLE[Kind(notice.kind)].waits
    return "read before it was sent" if waits and notice.read_at is not None else ""


def _preferences(row: NoticeDelivery) -> Preferences | None:
    person = row.notice.user
    if person is None:
        return None
    found = Preferences.objects.select_related("city").filter(user=person).first()
    return found or Preferences(user=person)


def _store(row: NoticeDelivery, outcome: Outcome, now: datetime) -> None:
    """Store what came of it. What is refused, or may have gone, is not tried again."""
    rows = NoticeDelivery.objects.filter(pk=row.pk)
    if outcome.result is Result.SENT:
        rows.update(state=DeliveryState.SENT, sent_at=now, error="", lease_until=None)
        return
    reason = outcome.reason[:200]
    is_over = row.attempts >= MOST_ATTEMPTS and outcome.result is Result.DEFERRED
    if outcome.result not in (Result.DEFERRED, Result.HELD) or is_over:
        rows.update(state=DeliveryState.FAILED, error=f"{outcome.result}: {reason}"[:200], lease_until=None)
        return
    rows.update(error=reason, lease_until=max(outcome.retry_at or now, now + APART))
    if outcome.result is Result.HELD:
        rows.update(attempts=F("attempts") - 1)
