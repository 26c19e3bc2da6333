"""One event: its page, its other dates, similar events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, FloatField, Q, QuerySet, Value
from pgvector.django import CosineDistance

from events.enums import Publication
from events.models import Event
from events.queries.collection import ELSEWHERE, ONLINE
from events.queries.days import not_over
from events.queries.filtering import OF_A_DATE, public
from events.queries.lists import UNSHOWN, listings_shown

#: A longer chain of merges counts as a loop.
_LONGEST_CHAIN = 10
_SHOWN = (Publication.APPROVED, Publication.ARCHIVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class EventAnswer:
    """The answer for one event.

    Exactly one of `event` (200), `survivor` (301) and `gone` (410, its reason) is set.
    """

    event: Event | None = None
    survivor: Event | None = None
    gone: str | None = None


def find_event(event_id: UUID) -> EventAnswer | None:
    """The event as readers may see it (docs/publication-states.md); None where they may not (404)."""
    # PostgreSQL plans the joins at each request: the category, of which nothing but its slug is shown, is not joined.
    rows = (
        Event.objects.select_related("city", "area", "place", "organizer", "series", "counters", "vector")
        .prefetch_related("images", listings_shown())
        .defer(*UNSHOWN)
    )
    event = next(iter(rows.filter(pk=event_id).order_by()), None)
    if event is None:
        return None
    if event.publication in _SHOWN:
        return EventAnswer(event=event)
    if event.publication == Publication.REMOVED:
        return _gone(event)
    if event.publication == Publication.MERGED:
        survivor = _survivor(event)
        if survivor and survivor.publication == Publication.REMOVED:
            return _gone(survivor)
        return EventAnswer(survivor=survivor) if survivor else None
    return None


def _gone(event: Event) -> EventAnswer:
    return EventAnswer(gone=event.publication_reason or "Removed by a moderator.")


def _survivor(event: Event) -> Event | None:
    """The end of the chain of merges, if it is visible or was removed."""
    following = event.merged_into_id
    for _ in range(_LONGEST_CHAIN):
        if following is None:
            return None
        held = (
            Event.objects.filter(pk=following)
            .only("id", "slug", "publication", "publication_reason", "merged_into")
            .first()
        )
        if held is None or held.publication in _SHOWN or held.publication == Publication.REMOVED:
            return held
        following = held.merged_into_id
    return None


def other_dates(event: Event, *, now: datetime, limit: int = 6) -> QuerySet[Event]:
    """Other upcoming occurrences, in order: of its series, or else with the same title at the same place."""
    if event.series_id:
        same = Q(series_id=event.series_id)
    elif event.place_id:
        same = Q(place_id=event.place_id, title=event.title)
    else:
        return Event.objects.none()
    return (
        public()
        .filter(same, not_over(now))
        .exclude(pk=event.pk)
        .only(*OF_A_DATE)
        .order_by("start_at", "id")[:limit]
    )


class Likeness(NamedTuple):
    """An event beside another: what may be the same, and how unlike their texts are (0 to 2; None where either has no vector)."""

    id: UUID
    category: str
    place: UUID | None
    performers: Sequence[str]
    unlike: float | None


def similar(
    event: Event, *, now: datetime, limit: int = 24, also: Collection[UUID] = ()
) -> tuple[list[Likeness], list[Likeness]]:
    """Similar upcoming events in the same city (or in none, as it is), by meaning; without a vector, those of the same category.

    Then those of `also` that are such events and not among them. None is another date of this one; several may be dates of one event
    (`events.repeats`). One query, one more for `also`.
    """
    others = (
        public().filter(not_over(now)).exclude(pk=event.pk).exclude(happening__in=["cancelled", "postponed"])
    )
    others = (
        others.filter(city_id=event.city_id)
        if event.city_id
        else others.filter(ONLINE if event.online != "no" else ELSEWHERE, city__isnull=True)
    )
    if event.series_id:
        others = others.exclude(series_id=event.series_id)
    others = others.exclude(title=event.title, venue_name=event.venue_name)
    vector = event.vector.embedding if hasattr(event, "vector") else None  # comes with `find_event`
    if vector is None:
        others = others.annotate(unlike=Value(None, output_field=FloatField()))
        closest = others.filter(category_id=event.category_id).order_by("start_at", "id")
    else:
        others = others.annotate(unlike=CosineDistance(F("vector__embedding"), vector))
        closest = others.order_by(F("unlike").asc(nulls_last=True), "start_at")
    found = _likenesses(closest[:limit])
    known = {one.id for one in found}
    missing = [pk for pk in also if pk not in known]
    return found, _likenesses(others.filter(pk__in=missing)) if missing else []


def _likenesses(rows: QuerySet[Any]) -> list[Likeness]:
    columns = rows.values_list("id", "category_id", "place_id", "performers", "unlike")
    return [Likeness(*row) for row in columns]
