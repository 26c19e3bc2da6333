"""The Change of an event: its type, its topics, and the data that live filters and cards need."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from events.enums import Happening, Publication
from events.models import Event
from events.public import status_of
from outbox.records import NewChange
from places.models import Area, City

PUBLISHED, CHANGED, CANCELLED, REMOVED, MERGED = (
    "event.published",
    "event.changed",
    "event.cancelled",
    "event.removed",
    "event.merged",
)

#: Fields that no live filter uses.
_NOT_ASKED: Final = frozenset({"id", "slug", "version", "publication"})

#: Slugs of cities and areas by id, for one batch.
Slugs = Mapping[Any, str]


def topics(event: Event, slugs: Slugs) -> set[str]:
    """All topics whose readers see the event in its present state."""
    found = {"events:all", f"events:category:{event.category_id}", f"events:event:{event.id}"}
    if event.city_id in slugs:
        found.add(f"events:city:{slugs[event.city_id]}")
    if event.area_id in slugs:
        found.add(f"events:area:{slugs[event.area_id]}")
    return found


def data(event: Event, slugs: Slugs) -> dict[str, Any]:
    """The data of a frame: enough for a card's place in a list and for every live filter."""
    return {
        "id": str(event.id),
        "slug": event.slug,
        "title": event.title,
        "start": event.start_at.isoformat(),
        "end": event.end_at.isoformat() if event.end_at else None,
        "start_date": event.start_date.isoformat(),
        "end_date": event.end_date.isoformat(),
        "opening_hours": event.opening_hours,
        "timezone": event.timezone,
        "all_day": event.all_day,
        "time_known": event.time_known,
        "city": slugs.get(event.city_id),
        "area": slugs.get(event.area_id),
        "venue": event.place_words,
        "lat": event.lat,
        "lng": event.lng,
        "category": event.category_id,
        "tags": event.tags,
        "language": event.language,
        "online": event.online,
        "price": {
            "type": event.price_type,
            "min": None if event.price_min is None else float(event.price_min),
            "max": None if event.price_max is None else float(event.price_max),
            "currency": event.price_currency,
        },
        "status": status_of(event).value,
        "publication": event.publication,
        "version": event.version,
    }


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as readers saw it before a change: its topics, and its data."""

    topics: Collection[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


NEVER_SEEN: Final = Seen()


def seen(event: Event, slugs: Slugs) -> Seen:
    """The event in its present state; call it before a change."""
    return Seen(topics=topics(event, slugs), data=data(event, slugs))


def change(event: Event, slugs: Slugs, *, type: str, before: Seen = NEVER_SEEN, **more: Any) -> NewChange:
    """The Change of an event, with its topics and those of `before`.

    `before` in its data has the former values that live filters use, if they differ: so readers whose filter
    the event no longer passes get the change too.
    """
    present = data(event, slugs)
    former = {
        name: value
        for name, value in before.data.items()
        if name not in _NOT_ASKED and value != present[name]
    }
    if former and type in (CHANGED, CANCELLED):
        more["before"] = former
    return NewChange(
        type=type,
        object_type="event",
        object_id=event.id,
        topics=tuple(sorted({*before.topics, *topics(event, slugs)})),
        data={**present, **more},
    )


def kind_of_change(*, before: str, after: str, cancelled_now: bool = False) -> str:
    """The type of change for a move of publication, or for a change within approved.

    '' where readers see nothing.
    """
    visible, was = after == Publication.APPROVED, before == Publication.APPROVED
    if visible and not was:
        return PUBLISHED
    if was and not visible:
        return MERGED if after == Publication.MERGED else REMOVED
    if visible:
        return CANCELLED if cancelled_now else CHANGED
    return ""


def is_cancelled(event: Event) -> bool:
    return event.happening == Happening.CANCELLED


def slugs_for(events: Iterable[Event]) -> dict[Any, str]:
    """Slugs of the cities and areas of `events`, in at most two queries."""
    rows = list(events)
    cities = {event.city_id for event in rows if event.city_id}
    areas = {event.area_id for event in rows if event.area_id}
    found: dict[Any, str] = {}
    if cities:
        found.update(City.objects.filter(id__in=cities).values_list("id", "slug"))
    if areas:
        found.update(Area.objects.filter(id__in=areas).values_list("id", "slug"))
    return found
