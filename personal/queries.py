"""Reads of what a person keeps, and the events for them."""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from accounts.crypto import keyed_hash
from accounts.models import User
from events.enums import Publication
from events.filters import EventFilter
from events.filters.words import parse
from events.models import Event
from events.queries import upcoming
from events.queries.filtering import holding
from personal.models import CalendarKey, Favourite, Preferences
from registrations.models import ACTIVE, Registration

_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)


def preferences_of(person: User) -> Preferences:
    """Those of the person; the defaults, not stored, where none were set."""
    found = Preferences.objects.select_related("city").filter(user=person).first()
    return found or Preferences(user=person)


def favourites_of(person: User) -> QuerySet[Favourite]:
    """What readers may see of the saved events, the newest first."""
    shown = Q(event__publication__in=_SHOWN) | Q(event__merged_into__publication__in=_SHOWN)
    return Favourite.objects.filter(shown, user=person).select_related(
        "event__city", "event__merged_into__city"
    )


def event_of(favourite: Favourite) -> Event:
    """The event, or the one that it was merged into."""
    return favourite.event.merged_into or favourite.event


def calendar_events(person: User) -> list[Event]:
    """The events that a person saved or goes to, each once, by their start; past ones for a month. Two queries."""
    found = {event.pk: event for event in map(event_of, favourites_of(person)[:500])}
    mine = Registration.objects.filter(user=person, state__in=ACTIVE, event__publication__in=_SHOWN)
    for row in mine.select_related("event__city")[:500]:
        found[row.event_id] = row.event
    return sorted(found.values(), key=lambda event: (event.start_at, event.pk))


def owner_of(secret: str) -> User | None:
    """Whose calendar a secret address is."""
    found = (
        CalendarKey.objects.select_related("user")
        .filter(secret_hash=keyed_hash(f"calendar {secret}"))
        .first()
    )
    return found.user if found is not None and found.user.is_active else None


def for_person(person: User, *, now: datetime, city: str = "") -> QuerySet[Event]:
    """The coming events by the person's preferences, the soonest first; those of a city given here in its place.

    Days are the weekdays on which an event begins, by the clocks there.
    """
    wants = preferences_of(person)
    wanted = EventFilter(city=city or (wants.city.slug if wants.city else ""))
    events = upcoming(wanted, now=now)
    if wants.categories or wants.keywords:
        likes = Q(category__in=wants.categories)
        for word in wants.keywords:
            likes |= holding(parse(word), wanted)
        events = events.filter(likes)
    if wants.free_only:
        events = events.filter(price_type="free")
    elif wants.price_max is not None:
        events = events.filter(Q(price_type="free") | Q(price_min__lte=wants.price_max))
    if wants.days:
        events = events.filter(start_date__iso_week_day__in=wants.days)
    if wants.languages:
        events = events.filter(Q(language__in=wants.languages) | Q(language=""))
    return events
