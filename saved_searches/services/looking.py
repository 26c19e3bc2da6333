"""Notes that a person looked at what their search found."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import now as clock

from accounts.models import User
from saved_searches.models import Hit, SavedSearch


def look(person: User, search_id: UUID, *, now: datetime | None = None) -> set[UUID]:
    """The events that are new since the last look; they are not at the next one. Raises SavedSearch.DoesNotExist."""
    search = SavedSearch.objects.get(user=person, pk=search_id)
    if search.beyond:
        SavedSearch.objects.filter(pk=search.pk).update(beyond=0)
    new = Hit.objects.filter(search=search, seen_at=None)
    found = dict(new.values_list("pk", "event_id"))
    if found:
        new.filter(pk__in=found).update(seen_at=now or clock())
    return set(found.values())
