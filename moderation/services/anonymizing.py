"""Removes personal data from the evidence of old reviews. Verdicts and all other evidence stay."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, Func, JSONField, OuterRef, Q, Value
from django.db.models.fields.json import KT

from events.models import Event, Listing
from events.services.archiving import CONTACT_AFTER
from moderation.models import Review

BATCH: Final = 500
_PATH: Final = "{facts,organizer,contact}"


def anonymize_evidence(*, now: datetime, dry: bool = False) -> int:
    """Remove the organizer's contact from the evidence of reviews of events that ended half a year ago.

    If the event no longer exists, the age of the review counts. Returns how many reviews; with `dry` it only
    counts.
    """
    cutoff = now - CONTACT_AFTER
    events, listings = (
        Event.objects.filter(pk=OuterRef("object_id")),
        Listing.objects.filter(pk=OuterRef("object_id")),
    )
    over = Exists(events.filter(end_date__lt=cutoff.date())) | Exists(
        listings.filter(event__end_date__lt=cutoff.date())
    )
    lost = ~Exists(events) & ~Exists(listings) & Q(created_at__lt=cutoff)
    due = Review.objects.alias(contact=KT("evidence__facts__organizer__contact")).filter(
        over | lost, contact__gt=""
    )
    if dry:
        return due.count()
    ids = list(due.values_list("pk", flat=True))
    emptied = Func("evidence", Value(_PATH), Value("", JSONField()), function="jsonb_set")
    return sum(
        Review.objects.filter(pk__in=ids[start : start + BATCH]).update(evidence=emptied)
        for start in range(0, len(ids), BATCH)
    )
