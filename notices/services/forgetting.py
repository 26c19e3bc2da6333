"""Deletes old notices with their deliveries."""

from datetime import datetime, timedelta
from typing import Final

from notices.models import Notice
from notices.services.devices import forget_strange_keys

#: How long a notice is kept.
KEPT: Final = timedelta(days=90)
_BATCH: Final = 10_000


def forget(*, now: datetime) -> int:
    """Delete notices that were made KEPT ago, and devices that do not accept our key. Returns how many notices."""
    forget_strange_keys()
    old = Notice.objects.filter(made_at__lt=now - KEPT).order_by("made_at")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        Notice.objects.filter(pk__in=keys).delete()
        count += len(keys)
    return count
