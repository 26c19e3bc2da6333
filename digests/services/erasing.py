"""Erases addresses that are no longer needed. The keyed hash and the time of unsubscribing stay."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from audit.services import forget_people
from digests.models import Subscription

#: Rows in one statement.
BATCH = 1000


def erase_addresses(*, now: datetime, dry: bool = False) -> int:
    """Erase the addresses of subscriptions that were not confirmed, or ended, so many days ago.

    SUBSCRIPTION_UNCONFIRMED_DAYS and …_UNSUBSCRIBED_DAYS. A new request provides the address again.
    Idempotent. Returns how many; with `dry` it only counts.
    """
    due = _due(now)
    if dry:
        return due.count()
    count = 0
    while ids := list(due.values_list("pk", flat=True)[:BATCH]):
        count += due.filter(pk__in=ids).update(address="")
        forget_people(Subscription._meta.label_lower, ids)
    return count


def _due(now: datetime) -> QuerySet[Subscription]:
    """The rows to erase.

    The update repeats each condition, so that an address that came back meanwhile stays.
    """
    unconfirmed = now - timedelta(days=settings.SUBSCRIPTION_UNCONFIRMED_DAYS)
    ended = now - timedelta(days=settings.SUBSCRIPTION_UNSUBSCRIBED_DAYS)
    left = Q(unsubscribed_at__isnull=True) | Q(unsubscribed_at__lte=ended)
    return Subscription.objects.filter(left, active=False, requested_at__lte=unconfirmed).exclude(address="")
