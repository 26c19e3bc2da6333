"""Suppresses addresses that must get no mail, and counts failures in passing."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from mail.enums import SuppressionReason
from mail.models import SoftBounce, Suppression
from mail.services.campaigns import judge
from mail.signals import suppressed

#: So many failures in passing, within so long and without a mail that arrived, are a bounce.
SOFT_MOST: Final = 5
SOFT_WITHIN: Final = timedelta(days=30)


def suppress(address_hash: str, reason: SuppressionReason, *, code: str = "", now: datetime) -> None:
    """Send no more mail to this address: none at all after a bounce, else no digest. Idempotent.

    A bounce replaces a milder reason. The apps above end what the address is subscribed to.
    """
    with transaction.atomic():
        row, is_new = Suppression.objects.get_or_create(
            address_hash=address_hash, defaults={"reason": reason, "code": code[:20], "at": now}
        )
        if not is_new and reason == SuppressionReason.BOUNCE and row.reason != reason:
            Suppression.objects.filter(pk=row.pk).update(reason=reason, code=code[:20], at=now)
        suppressed.send(sender=Suppression, address_hash=address_hash, now=now)


def is_suppressed(address_hash: str) -> bool:
    """Whether the address gets no digest."""
    return Suppression.objects.filter(pk=address_hash).exists()


def note_refusal(address_hash: str, *, code: str, campaign: str, now: datetime) -> None:
    """A server said that nobody has the address."""
    suppress(address_hash, SuppressionReason.BOUNCE, code=code, now=now)
    judge(campaign, now=now)


def note_soft(address_hash: str, *, code: str, now: datetime) -> bool:
    """Count a failure in passing, such as a full mailbox. True where it was one too many, and the address is suppressed."""
    with transaction.atomic():
        row, is_new = SoftBounce.objects.select_for_update().get_or_create(
            address_hash=address_hash, defaults={"count": 1, "first_at": now, "last_at": now}
        )
        if not is_new:
            is_old = row.first_at < now - SOFT_WITHIN
            SoftBounce.objects.filter(pk=row.pk).update(
                count=1 if is_old else F("count") + 1,
                first_at=now if is_old else row.first_at,
                last_at=now,
            )
            row.refresh_from_db()
        if row.count < SOFT_MOST:
            return False
        suppress(address_hash, SuppressionReason.BOUNCE, code=code or "soft", now=now)
        return True


def note_arrival(address_hash: str) -> None:
    """A mail arrived: what failed before was in passing."""
    SoftBounce.objects.filter(pk=address_hash).delete()


def lift(suppression: Suppression, *, by: Actor) -> None:
    """Let the address get mail again. Raises PermissionDenied."""
    require(by, "mail.delete_suppression")
    with transaction.atomic():
        record_action(
            by, Action.SUPPRESSION_LIFTED, target=target_of(suppression),
            before={"reason": SuppressionReason(suppression.reason)},
        )  # fmt: skip
        SoftBounce.objects.filter(pk=suppression.pk).delete()
        suppression.delete()
