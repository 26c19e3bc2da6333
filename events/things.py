"""What people rate and photograph: an event or a venue that readers see, with all that was merged into it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from events.addresses import venue_path
from events.enums import Publication
from events.models import Event
from places.enums import PlaceState
from places.models import Place

#: The states in which readers see an event.
SEEN: Final = (Publication.APPROVED.value, Publication.ARCHIVED.value)


class ThingKind(StrEnum):
    """An event, or a venue."""

    EVENT = "event"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Thing:
    """An event or a venue by its id; one that stands, not one that was merged into another."""

    kind: ThingKind
    id: UUID

    @property
    def column(self) -> str:
        """The column that names it, in tables of what people say of events and venues."""
        return self.kind.value

    @property
    def topic(self) -> str:
        """Its topic in the outbox."""
        return f"events:event:{self.id}" if self.kind is ThingKind.EVENT else f"place:{self.id}"


def event_of(pk: UUID) -> Event | None:
    """The event that readers see under this id, also where it was merged; None where there is none."""
    rows = Event.objects.select_related("city", "place", "organizer", "merged_into")
    event = rows.filter(pk=pk).first()
    if event is not None and event.merged_into_id is not None:
        event = rows.filter(pk=event.merged_into_id).first()
    return event if event is not None and event.publication in SEEN else None


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
    """An event or a venue as a thing."""
    return Thing(ThingKind.EVENT if isinstance(row, Event) else ThingKind.PLACE, row.pk)


def family(thing: Thing) -> QuerySet[Any]:
    """The ids of a thing that stands and of all that was merged into it, as a part of a query."""
    model: Any = Event if thing.kind is ThingKind.EVENT else Place
    ids: QuerySet[Any] = (
        model.objects.filter(Q(pk=thing.id) | Q(merged_into=thing.id)).order_by().values("pk")
    )
    return ids


def lock(thing: Thing) -> Event | Place | None:
    """Lock the event or venue, so that what is said of it changes one after the other; None where it is gone. Needs a transaction."""
    model: Any = Event if thing.kind is ThingKind.EVENT else Place
    row: Event | Place | None = (
        model.objects.select_for_update(of=("self",), no_key=True).filter(pk=thing.id).first()
    )
    return row


def named(row: Event | Place) -> tuple[str, str]:
    """What it is called, and where readers see it."""
    if isinstance(row, Event):
        return row.title, row.get_absolute_url()
    return row.name, venue_path(row.pk, row.slug)
