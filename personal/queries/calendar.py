"""A person's own calendar: what they saved, where they go, and what they follow by choice."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from accounts.models import User
from accounts.secret_addresses import stored
from events.enums import Publication
from events.models import Event
from events.queries import for_feeds
from personal.models import CalendarKey, Follow
from personal.queries.favourites import saved_ids
from personal.queries.following import coming_of
from registrations.models import ACTIVE, Registration

#: Events of one calendar, and those of what is followed among them.
MOST_EVENTS: Final = 1_000
MOST_FOLLOWED: Final = 300
#: What is over stays for so long.
_AFTERWARDS: Final = timedelta(days=31)
_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)


def calendar_events(person: User, *, now: datetime) -> list[Event]:
    """The events of a person's calendar, each once, by their start; what is over stays for a month. Queries do not grow with them."""
    ids: set[UUID] = set(saved_ids(person))
    goes = Registration.objects.filter(user=person, state__in=ACTIVE)
    for event_id, stayed in goes.values_list("event_id", "event__merged_into_id"):
        ids.add(stayed or event_id)
    rows = Follow.objects.filter(user=person, in_calendar=True).select_related("place")
    ids |= {pk for _, pk in coming_of(list(rows), now=now, limit=MOST_FOLLOWED)}
    events = Event.objects.filter(
        pk__in=ids, publication__in=_SHOWN, end_date__gte=(now - _AFTERWARDS).date()
    )
    return list(for_feeds(events.order_by("start_at", "id"))[:MOST_EVENTS])


def owner_of(secret: str) -> User | None:
    """Whose calendar a secret address is."""
    found = (
        CalendarKey.objects.select_related("user")
        .filter(secret_hash=stored(CalendarKey.PURPOSE, secret))
        .first()
    )
    return found.user if found is not None and found.user.is_active else None
