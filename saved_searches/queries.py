"""Reads of saved searches."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from accounts.secret_addresses import stored
from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries import upcoming
from saved_searches.models import SavedSearch


def searches_of(person: User) -> QuerySet[SavedSearch]:
    """Those of the person, the newest first; `new` of each counts what came since they looked."""
    mine = SavedSearch.objects.filter(user=person).select_related("conditions")
    return mine.annotate(new=Count("hits", filter=Q(hits__seen_at=None)) + F("beyond"))


def search_of(person: User, search_id: UUID) -> SavedSearch:
    """One of them. Raises SavedSearch.DoesNotExist, also where it is somebody else's."""
    return searches_of(person).get(pk=search_id)


def filter_of(search: SavedSearch) -> EventFilter:
    """What the search asks for, in its order."""
    ordering = search.query.get("ordering", Ordering.START)
    return EventFilter.from_json({**search.conditions.wanted, "ordering": ordering})


def filter_of_person(user_id: UUID, search_id: UUID) -> EventFilter | None:
    """The same for the live feed, by ids; None where the account has no such search."""
    found = SavedSearch.objects.filter(user_id=user_id, pk=search_id).select_related("conditions").first()
    return None if found is None else filter_of(found).without("ordering")


def events_of(search: SavedSearch, *, now: datetime) -> QuerySet[Event]:
    """The events of the search that are not over, in its order."""
    return upcoming(filter_of(search), now=now)


def search_of_feed(secret: str) -> SavedSearch | None:
    """The search whose feeds a secret address opens."""
    kept = stored(SavedSearch.PURPOSE, secret)
    found = SavedSearch.objects.select_related("conditions", "user").filter(feed_hash=kept).first()
    return found if found is not None and found.user.is_active else None
