"""Suppresses addresses that must get no mail."""

from datetime import datetime

from django.db import transaction

from digests.enums import SuppressionReason
from digests.models import Subscription, Suppression


def suppress_address(address_hash: str, reason: SuppressionReason, *, code: str = "", now: datetime) -> None:
    """Suppress this address and end its subscriptions, so that their addresses are erased in time.

    Idempotent.
    """
    with transaction.atomic():
        Suppression.objects.get_or_create(
            address_hash=address_hash, defaults={"reason": reason, "code": code, "at": now}
        )
        Subscription.objects.filter(address_hash=address_hash, active=True).update(
            active=False, unsubscribed_at=now
        )
