"""Reads of ratings."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.crypto import address_hash
from accounts.models import User
from events.enums import Happening
from events.filters import is_over
from events.models import Event
from events.public import public_event
from events.things import SEEN, Thing, family, thing_of
from places.models import Place
from ratings.enums import Basis, RatingState
from ratings.models import Rating
from registrations.enums import RegistrationState
from registrations.models import Registration

#: So long after its end an event may be rated.
RATEABLE_FOR: Final = timedelta(days=365)
_HELD: Final = (Happening.CANCELLED, Happening.POSTPONED)


def is_rateable(event: Event, *, now: datetime) -> bool:
    """Whether an event took place, and not too long ago."""
    if event.happening in _HELD or event.end_date < (now - RATEABLE_FOR).date():
        return False
    return is_over(public_event(event), now=now)


def ratings_of(thing: Thing) -> QuerySet[Rating]:
    """All ratings of a thing and of what was merged into it."""
    return Rating.objects.filter(**{f"{thing.column}__in": family(thing)})


def shown_of(thing: Thing) -> QuerySet[Rating]:
    """Those that readers see, the newest first; of a person who rated several that became one, the newest."""
    newest = ratings_of(thing).order_by("user_id", "-updated_at", "-pk").distinct("user_id").values("pk")
    rows = Rating.objects.filter(pk__in=newest, state=RatingState.SHOWN)
    return rows.select_related("answer").order_by("-updated_at", "-pk")


def own_of(thing: Thing, person: User) -> Rating | None:
    """The rating of a person, the newest where several things became one."""
    return ratings_of(thing).filter(user=person).order_by("-updated_at", "-pk").first()


def own(person: User) -> QuerySet[Rating]:
    """All ratings of a person with what they are of, the newest first."""
    rows = Rating.objects.filter(user=person).select_related(
        "answer", "event__city", "event__merged_into__city", "place__merged_into"
    )
    return rows.order_by("-updated_at", "-pk")


def to_rate(person: User, *, now: datetime, most: int = 20) -> list[Event]:
    """Events that a person registered for, that are over, and that they did not rate; the newest first."""
    rated = Rating.objects.filter(user=person, event__isnull=False).values("event")
    events = Event.objects.select_related("city").filter(
        pk__in=_came(person).values("event"), publication__in=SEEN, end_date__gte=(now - RATEABLE_FOR).date()
    )
    found = events.exclude(pk__in=rated).exclude(merged_from_ratings(person)).order_by("-start_at")
    return [event for event in found[: 2 * most] if is_rateable(event, now=now)][:most]


def merged_from_ratings(person: User) -> Q:
    """Events into which one was merged that the person rated."""
    rated = Rating.objects.filter(user=person, event__merged_into__isnull=False)
    return Q(pk__in=rated.values("event__merged_into"))


def basis_of(row: Event | Place, person: User, *, now: datetime) -> Basis:
    """How it is known that a person was there. At a venue any event counts that is over."""
    here: dict[str, Any] = {"event": row}
    if not isinstance(row, Event):
        here = {"event__place__in": family(thing_of(row)), "event__end_date__lte": now.date()}
    checked_in = list(_came(person).filter(**here).values_list("checked_in_at", flat=True))
    if any(checked_in):
        return Basis.CHECKED_IN
    return Basis.REGISTERED if checked_in else Basis.SAYS


def _came(person: User) -> QuerySet[Registration]:
    """Registrations that stand, of the account or of its address, which is confirmed."""
    mine = Q(user=person) | Q(address_hash=address_hash(person.email))
    return Registration.objects.filter(mine, state=RegistrationState.REGISTERED)
