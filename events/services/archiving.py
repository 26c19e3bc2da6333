"""Archives past events, and removes their contacts."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, Func, JSONField, OuterRef, Q, Value
from django.db.models.fields.json import KT

from accounts.rights import CLOCK
from events.enums import Publication, Verification
from events.models import Event, Listing, Organizer
from events.services.publication import change_statuses

#: Events that ended this long ago are archived: they left lists and search a year ago, and keep their
#: address.
AFTER: Final = timedelta(days=365)
#: Organizers' contacts of events that ended this long ago are no longer needed.
CONTACT_AFTER: Final = timedelta(days=183)
BATCH: Final = 500


def archive_past(*, now: datetime, dry: bool = False) -> int:
    """Archive approved events that ended a year ago, in batches with their own transactions.

    Returns how many; with `dry` it only counts.
    """
    over = Event.objects.filter(publication=Publication.APPROVED, start_at__lt=now - AFTER).exclude(
        end_at__gte=now - AFTER
    )
    over = over.filter(end_date__lt=(now - AFTER).date())
    if dry:
        return over.count()
    total = 0
    while ids := list(over.order_by("start_at").values_list("id", flat=True)[:BATCH]):
        change_statuses(ids, Publication.ARCHIVED, by=CLOCK, reason="it is over", now=now)
        total += len(ids)
    return total


def anonymize_contacts(*, now: datetime, dry: bool = False) -> int:
    """Remove the contacts of organizers whose last event ended half a year ago, also from listings.

    Verified organizers manage their own. Returns how many rows of both; with `dry` it only counts.
    """
    cutoff = (now - CONTACT_AFTER).date()
    recent = Event.objects.filter(organizer=OuterRef("pk"), end_date__gte=cutoff)
    organizers = Organizer.objects.filter(
        ~Exists(recent), ~Q(contact=""), verification=Verification.UNVERIFIED
    )
    reported = Listing.objects.alias(
        contact=KT("facts__organizer__contact"), counted=KT("accepted__organizer__contact")
    )
    listings = reported.filter(Q(contact__gt="") | Q(counted__gt=""), event__end_date__lt=cutoff)
    if dry:
        return organizers.count() + listings.count()
    total = organizers.update(contact="")
    ids = list(listings.values_list("pk", flat=True))
    emptied = {
        name: Func(name, Value("{organizer,contact}"), Value("", JSONField()), function="jsonb_set")
        for name in ("facts", "accepted")
    }
    for start in range(0, len(ids), BATCH):
        total += Listing.objects.filter(pk__in=ids[start : start + BATCH]).update(**emptied)
    return total
