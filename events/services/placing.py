"""Updates events when their place was merged, got a point, or was corrected by a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now as clock

from events import facts as event_facts
from events.enums import Publication
from events.models import Event, Listing
from events.services import announcing, linked, search_text
from events.services.effective_facts import effective_contributions
from events.services.publication import lock
from outbox import services as outbox
from pipeline.contract.fields import LOCKS
from pipeline.geography.plus_codes import plus_code
from pipeline.geography.rooms import within
from places.models import Place

BATCH: Final = 500
#: The columns that depend on the place.
_VENUE: Final = LOCKS["venue"]

Values = Callable[[Event], Mapping[str, Any]]


def follow_merge(child_id: UUID, survivor_id: UUID, *, now: datetime) -> list[UUID]:
    """Move the events of a merged place to its survivor.

    Returns their ids. Locked fields stay as they are, since the venue is the same.
    """
    return rewrite(
        Event.objects.filter(place=child_id),
        lambda event: {"place_id": survivor_id},
        now=now,
        locked_too=True,
    )


def follow_unmerge(
    event_ids: Iterable[UUID], survivor_id: UUID, child_id: UUID, *, now: datetime
) -> list[UUID]:
    """Move those of `event_ids` that are still at the survivor back to the child. Returns their ids."""
    events = Event.objects.filter(pk__in=list(event_ids), place=survivor_id)
    return rewrite(events, lambda event: {"place_id": child_id}, now=now, locked_too=True)


def give_point(place: Place, *, now: datetime | None = None) -> list[UUID]:
    """Give events at `place` without a point its point, and its city and area.

    Returns their ids. An existing city or area stays.
    """
    if place.lat is None or place.lng is None:
        return []
    point = {"lat": place.lat, "lng": place.lng, "plus_code": plus_code(place.lat, place.lng)}

    def values(event: Event) -> dict[str, Any]:
        return {**point, "city_id": event.city_id or place.city_id, "area_id": event.area_id or place.area_id}

    return rewrite(Event.objects.filter(place=place, lat__isnull=True), values, now=now or clock())


def venue_of(place: Place, event: Event) -> dict[str, Any]:
    """The columns of an event whose venue is `place`.

    Its room stays, and its city where the place has none.
    """
    room = within(event.venue_name).room
    return {
        "place_id": place.id,
        "venue_name": (f"{room}, {place.name}" if room else place.name)[:200],
        "address": place.address,
        "lat": place.lat,
        "lng": place.lng,
        "around_lat": None,
        "around_lng": None,
        "plus_code": plus_code(place.lat, place.lng)
        if place.lat is not None and place.lng is not None
        else "",
        "city_id": place.city_id or event.city_id,
        "area_id": place.area_id,
        "venue_city": place.city.name if place.city else event.venue_city,
    }


def move_to(event_ids: Sequence[UUID], place: Place, *, now: datetime | None = None) -> list[UUID]:
    """Move these events to `place`, except those with a locked venue. Returns the ids of those that moved."""
    return rewrite(Event.objects.filter(pk__in=list(event_ids)), partial(venue_of, place), now=now or clock())


def tell_venue_anew(event_ids: Sequence[UUID], *, now: datetime | None = None) -> list[UUID]:
    """Undo `move_to`: restore the venues by the events' listings, except locked ones.

    Returns the ids of those that changed.
    """

    def values(event: Event) -> dict[str, Any]:
        listings = list(Listing.objects.filter(event=event).select_related("origin"))
        if not listings:
            return {}
        contributions = effective_contributions(listings)
        chosen = event_facts.canonical(contributions)
        reported = {**event_facts.columns(chosen.facts), **linked.known(contributions).columns(chosen)}
        return {name: reported[name] for name in _VENUE if name in reported}

    return rewrite(Event.objects.filter(pk__in=list(event_ids)), values, now=now or clock())


def rewrite(
    events: QuerySet[Event],
    values: Values,
    *,
    now: datetime,
    columns: Sequence[str] = _VENUE,
    locked_too: bool = False,
) -> list[UUID]:
    """Write what differs of `columns`, batch by batch, each with its Changes in one transaction. Returns the ids of those that changed."""
    changed: list[UUID] = []
    for ids in _batches(list(events.order_by("pk").values_list("pk", flat=True))):
        with transaction.atomic():
            rows = [event for event in lock(ids) if locked_too or "venue" not in event.locked_fields]
            changed += _apply(rows, values, columns, now)
    return changed


def _apply(events: list[Event], values: Values, columns: Sequence[str], now: datetime) -> list[UUID]:
    slugs = announcing.slugs_for(events)
    moved: list[tuple[Event, announcing.Seen, list[str]]] = []
    for event in events:
        before = announcing.seen(event, slugs)
        differing = {name: value for name, value in values(event).items() if getattr(event, name) != value}
        for name, value in differing.items():
            setattr(event, name, value)
        if differing:
            event.version += 1
            event.updated_at = now
            moved.append((event, before, sorted(differing)))
    Event.objects.bulk_update(
        [event for event, _, _ in moved], [*columns, "version", "updated_at"], batch_size=BATCH
    )
    search_text.refresh([event.id for event, _, _ in moved])
    slugs = announcing.slugs_for(events)
    outbox.record(
        announcing.change(event, slugs, type=announcing.CHANGED, before=before, changed=names)
        for event, before, names in moved
        if event.publication == Publication.APPROVED
    )
    return [event.id for event, _, _ in moved]


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for begin in range(0, len(ids), BATCH):
        yield ids[begin : begin + BATCH]
