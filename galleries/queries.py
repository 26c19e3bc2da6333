"""Reads of galleries."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value

from accounts.models import User
from accounts.rights import may
from events.enums import Happening
from events.models import Event
from events.things import Thing, family
from galleries.enums import PhotoState
from galleries.models import Photo, TakenDown
from moderation.services.claiming import JUDGE
from places.queries.reach import may_in

#: So long after its end photos may be given to an event.
TAKEN_FOR: Final = timedelta(days=365)
#: Pictures whose perceptual hashes differ in so many bits of 64 may be the same (docs/insights.md, Galleries, has what was measured).
ALIKE: Final = 10


class _Differing(Func):
    """How many bits two hashes differ in."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = IntegerField()


def photos_of(thing: Thing) -> QuerySet[Photo]:
    """All photos of a thing and of what was merged into it."""
    return Photo.objects.filter(**{f"{thing.column}__in": family(thing)})


def shown_of(thing: Thing) -> QuerySet[Photo]:
    """Those that readers see, the newest first."""
    return photos_of(thing).filter(state=PhotoState.SHOWN).defer("content").order_by("-created_at", "-pk")


def own(person: User) -> QuerySet[Photo]:
    """All photos of a person with what they are of, the newest first."""
    rows = Photo.objects.filter(user=person).defer("content")
    rows = rows.select_related("event__city", "event__merged_into__city", "place__merged_into")
    return rows.order_by("-created_at", "-pk")


def begun(event: Event, *, now: datetime) -> bool:
    """Whether an event that takes place is under way, or over and not too long ago."""
    if event.happening in (Happening.CANCELLED, Happening.POSTPONED):
        return False
    return event.start_at <= now and event.end_date >= (now - TAKEN_FOR).date()


def taken_down_alike(look: int) -> tuple[TakenDown, int] | None:
    """What was taken down and looks most like this, with the number of bits that differ; None where nothing is alike."""
    differs = _Differing(F("look"), Value(look))
    near = TakenDown.objects.filter(look__isnull=False).annotate(differs=differs).filter(differs__lte=ALIKE)
    row = near.order_by("differs").first()
    return (row, int(row.differs)) if row is not None else None  # type: ignore[attr-defined]  # annotated


def may_look(photo: Photo, person: User) -> bool:
    """Whether a person may see a photo that readers do not: who gave it, and moderators of its city."""
    if photo.user_id == person.pk:
        return True
    of = photo.event or photo.place
    return may(person, JUDGE) and may_in(person, of.city_id if of else None)


def beside(shown: QuerySet[Photo], photo: Photo) -> tuple[Photo | None, Photo | None]:
    """The next newer and the next older photo of what `shown_of` gives."""
    at = photo.created_at
    newer = shown.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=photo.pk)).order_by(
        "created_at", "pk"
    )
    older = shown.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=photo.pk))
    return newer.first(), older.first()
