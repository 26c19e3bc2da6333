"""Deletes registrations of events that are long over, and the messages to those who came."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from registrations.models import EventMessage, Registration

#: How long after its event a registration is kept.
KEPT: Final = timedelta(days=90)
_BATCH: Final = 1_000


def forget(*, now: datetime) -> int:
    """Delete registrations of events that ended KEPT ago. The event's counters stay. Returns how many."""
    until = now - KEPT
    ended = Q(event__end_at__lt=until) | Q(event__end_at__isnull=True, event__start_at__lt=until)
    EventMessage.objects.filter(ended).delete()
    count = 0
    while ids := list(
        Registration.objects.filter(ended).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        Registration.objects.filter(pk__in=ids).delete()
        count += len(ids)
    return count
