"""What became of a mail after it was handed over, and of those who get none any more."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from digests.enums import DeliveryKind, DeliveryState
from digests.models import Delivery, Subscription
from digests.services.consenting import end
from mail.enums import TAKEN, DispatchState

#: Before the id in the door's name of a mail of this app.
PREFIX: Final = "digests.delivery:"


def key_of(delivery_id: UUID) -> str:
    """The door's name of a mail."""
    return f"{PREFIX}{delivery_id}"


def settle(key: str, state: DispatchState, reason: str) -> None:
    """Store what the provider told: a mail of unknown end went, or a mail that went did not arrive."""
    delivery_id = _id_of(key)
    if delivery_id is None:
        return
    rows = Delivery.objects.filter(pk=delivery_id)
    if state in TAKEN:
        moment = clock()
        open_ones = (DeliveryState.UNKNOWN, DeliveryState.SENDING, DeliveryState.FAILED)
        if rows.filter(state__in=open_ones).update(
            state=DeliveryState.SENT, sent_at=moment, lease_until=None, retry_at=None, error=""
        ):
            note_sent(delivery_id, moment)
    elif state in (DispatchState.BOUNCED, DispatchState.DEAD):
        rows.filter(state__in=(DeliveryState.UNKNOWN, DeliveryState.SENT)).update(
            state=DeliveryState.FAILED, retry_at=None, error=reason[:500]
        )


def release(key: str) -> UUID | None:
    """Make a mail wait to be sent again, as an operator wants; its id, None for one that is not ours or not lost."""
    delivery_id = _id_of(key)
    if delivery_id is None:
        return None
    lost = Delivery.objects.filter(pk=delivery_id, state__in=(DeliveryState.UNKNOWN, DeliveryState.FAILED))
    again = lost.update(
        state=DeliveryState.RECORDED, retry_at=None, attempts=0, released_at=clock(), error=""
    )
    return delivery_id if again else None


def note_sent(delivery_id: UUID, now: datetime) -> None:
    """Remember when the reader got a digest last."""
    Subscription.objects.filter(deliveries__pk=delivery_id, deliveries__kind=DeliveryKind.DIGEST).update(
        last_sent_at=now
    )


def end_subscriptions(address_hash: str, *, now: datetime) -> int:
    """End the subscriptions of an address that gets no mail, so that it is erased in time. Returns how many."""
    with transaction.atomic():
        mine = Subscription.objects.select_for_update().filter(address_hash=address_hash, active=True)
        return sum(end(row, how="no mail arrives", now=now) for row in mine.order_by("pk"))


def end_by_staff(subscription: Subscription, *, by: Actor, now: datetime) -> None:
    """End a subscription, as its reader could by the link in a mail. Idempotent. Raises PermissionDenied."""
    require(by, "digests.delete_subscription")
    with transaction.atomic():
        row = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if end(row, how="staff", now=now):
            record_action(by, Action.SUBSCRIPTION_ENDED, target=target_of(row))


def _id_of(key: str) -> UUID | None:
    return UUID(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
