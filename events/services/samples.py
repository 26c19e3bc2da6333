"""Removes the sample events."""

from django.db import transaction

from events.enums import Publication
from events.models import Event, Origin
from events.services import announcing
from outbox import services as outbox


def remove_samples() -> int:
    """Delete every event that only samples list, and the sample origins. Returns how many. Announces it."""
    with transaction.atomic():
        events = list(
            Event.objects.filter(is_sample=True)
            .exclude(listings__origin__is_sample=False)
            .select_for_update(of=("self",))
        )
        slugs = announcing.slugs_for(events)
        outbox.record(
            announcing.change(event, slugs, type=announcing.REMOVED, reason="samples were removed")
            for event in events
            if event.publication == Publication.APPROVED
        )
        ids = [event.pk for event in events]
        Event.objects.filter(pk__in=ids).update(merged_into=None, publication=Publication.REMOVED)
        Event.objects.filter(pk__in=ids).delete()
        Origin.objects.filter(is_sample=True).exclude(listings__isnull=False).delete()
    return len(ids)
