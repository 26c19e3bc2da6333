"""Removes the sample events."""

from typing import Final

from django.db import transaction

from events.enums import Publication
from events.models import Event, Origin
from events.services import announcing
from outbox import services as outbox

#: Events removed in one transaction, so that no list waits long for a lock.
_BATCH: Final = 200


def remove_samples() -> int:
    """Delete every event that only samples list, and the sample origins. Returns how many. Announces it.

    In batches: what fails on the way leaves whole batches, and a second call goes on.
    """
    count = 0
    while removed := _remove_some():
        count += removed
    Origin.objects.filter(is_sample=True).exclude(listings__isnull=False).delete()
    return count


@transaction.atomic
def _remove_some() -> int:
    events = list(
        Event.objects.filter(is_sample=True)
        .exclude(listings__origin__is_sample=False)
        .order_by("pk")
        .select_for_update(of=("self",))[:_BATCH]
    )
    slugs = announcing.slugs_for(events)
    outbox.record(
        announcing.change(event, slugs, type=announcing.REMOVED, reason="samples were removed")
        for event in events
        if event.publication == Publication.APPROVED
    )
    ids = [event.pk for event in events]
    Event.objects.filter(merged_into__in=ids).update(merged_into=None, publication=Publication.REMOVED)
    Event.objects.filter(pk__in=ids).update(merged_into=None, publication=Publication.REMOVED)
    Event.objects.filter(pk__in=ids).delete()
    return len(ids)
