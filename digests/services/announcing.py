"""Records a single mail, and tells of recorded mails after the commit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from digests.enums import DeliveryKind
from digests.models import Delivery, Subscription
from digests.signals import recorded
from outbox.services import request_id


def record_mail(subscription: Subscription, kind: DeliveryKind, *, now: datetime) -> Delivery:
    """Record a mail that is no digest, one for each moment, and have it sent after the commit."""
    delivery, is_new = Delivery.objects.get_or_create(
        subscription=subscription,
        kind=kind.value,
        period=occasion(now),
        defaults={"request_id": request_id(), "created_at": now},
    )
    if is_new:
        transaction.on_commit(partial(announce, [delivery.pk]))
    return delivery


def occasion(moment: datetime) -> str:
    """A name that distinguishes the mails of different requests."""
    return moment.astimezone(UTC).isoformat()[:32]


def announce(deliveries: Sequence[UUID]) -> None:
    """Send the signal of recorded mails after the commit."""
    recorded.send_robust(sender=Delivery, deliveries=deliveries)
