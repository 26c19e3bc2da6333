"""Past events leave the lists for good: archived, their addresses still answer."""

from datetime import datetime, timedelta

from events.enums import Publication
from events.models import Event
from events.services.publication import change_statuses

#: What ended this long ago is archived.
AFTER = timedelta(days=30)
BATCH = 500


def archive_past(*, now: datetime) -> int:
    """Archive approved events that ended a month ago, in batches of their own transactions. Returns how many."""
    total = 0
    while True:
        over = Event.objects.filter(publication=Publication.APPROVED, start_at__lt=now - AFTER).exclude(end_at__gte=now - AFTER)
        ids = list(over.order_by("start_at").values_list("id", flat=True)[:BATCH])
        if not ids:
            return total
        change_statuses(ids, Publication.ARCHIVED, reason="it is over", now=now)
        total += len(ids)
