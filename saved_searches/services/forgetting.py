"""Deletes hits of events that are long over, and conditions that nobody asks for any more."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from saved_searches.models import Hit
from saved_searches.services.conditions import forget_unused

#: How long after its event a hit is kept.
KEPT: Final = timedelta(days=30)
_BATCH: Final = 10_000


def forget(*, now: datetime) -> int:
    """Delete hits of events that ended KEPT ago, and unused conditions. Returns how many hits."""
    until, count = now - KEPT, 0
    ended = Q(event__end_at__lt=until) | Q(event__end_at__isnull=True, event__start_at__lt=until)
    while ids := list(Hit.objects.filter(ended).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        Hit.objects.filter(pk__in=ids).delete()
        count += len(ids)
    forget_unused()
    return count
