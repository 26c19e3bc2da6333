"""Reads of ratings."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.crypto import address_hash
from accounts.models import User
from events.enums import Happening, Publication
from events.filters import is_over
from events.models import Event
from events.public import public_event
from places.enums import PlaceState
from places.models import Place
from ratings.enums import Basis, RatingState, ThingKind
from ratings.models import Rating
from ratings.records import Thing
from registrations.enums import RegistrationState
from registrations.models import Registration

#: So long after its end an event may be rated.
RATEABLE_FOR: Final = timedelta(days=365)
_SEEN: Final = (Publication.APPROVED.value, Publication.ARCHIVED.value)
_HELD: Final = (Happening.CANCELLED, Happening.POSTPONED)


def event_of(pk: UUID) -> Event | None:
    """The event that readers see under this id, also where it was merged; None where there is none."""
    rows = Event.objects.select_related("city", "place", "organizer", "merged_into")
    event = rows.filter(pk=pk).first()
    if event is not None and event.merged_into_id is not None:
        event = rows.filter(pk=event.merged_into_id).first()
    return event if event is not None and event.publication in _SEEN else None


def place_of(pk: UUID) -> Place | None:
    """The venue that stands under this id, also where it was merged; None where there is none."""
    place = Place.objects.select_related("city").filter(pk=pk).first()
    if place is not None and place.merged_into_id is not None:
        place = Place.objects.select_related("city").filter(pk=place.merged_into_id).first()
    return None if place is None or place.state == PlaceState.MERGED else place


def row_of(kind: ThingKind, pk: UUID) -> Event | Place | None:
    """The event or venue that stands under this id; None where readers see none."""
    return event_of(pk) if kind is ThingKind.EVENT else place_of(pk)


def thing_of(row: Event | Place) -> Thing:
    """An event or a venue as what is rated."""
    return Thing(ThingKind.EVENT if isinstance(row, Event) else ThingKind.PLACE, row.pk)


def is_rateable(event: Event, *, now: datetime) -> bool:
    """Whether an event took place, and not too long ago."""
    if event.happening in _HELD or event.end_date < (now - RATEABLE_FOR).date():
        return False
    return is_over(public_event(event), now=now)


def family(thing: Thing) -> QuerySet[Any]:
    """The ids of a thing that stands and of all that was merged into it, as a part of a query."""
    model: Any = Event if thing.kind is ThingKind.EVENT else Place
    ids: QuerySet[Any] = (
        model.objects.filter(Q(pk=thing.id) | Q(merged_into=thing.id)).order_by().values("pk")
    )
    return ids


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
        pk__in=_came(person).values("event"), publication__in=_SEEN, end_date__gte=(now - RATEABLE_FOR).date()
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
