"""Queries on reviews and decisions."""

from collections.abc import Collection
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions import Action, digest
from accounts.rights import Actor
from audit.models import Entry
from events.models import Event
from moderation.enums import ReviewState
from moderation.models import Decision, Review
from places.queries.reach import cities_of


def decisions_on(object_id: UUID) -> QuerySet[Decision]:
    """The decisions on one object, newest first.

    For an event also those of rules on batches that contained it.
    """
    return (
        Decision.objects.filter(Q(object_id=object_id) | Q(events__contains=[object_id]))
        .select_related("by", "review")
        .order_by("-at", "-pk")
    )


def reviews_for(by: Actor, rows: QuerySet[Review]) -> QuerySet[Review]:
    """Those of `rows` that lie in the actor's cities with all that they ask about, and with their event as it is now."""
    own = cities_of(by)
    if own is None:
        return rows
    moved = Event.objects.filter(Q(city__isnull=True) | ~Q(city__in=own), pk=OuterRef("object_id"))
    return rows.filter(~Exists(moved), city__in=own, other_cities__contained_by=list(own))


def decisions_for(by: Actor, rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of `rows` on reviews and events of the actor's cities. The rules' are on sources, and not among them."""
    own = cities_of(by)
    if own is None:
        return rows
    asked = reviews_for(by, Review.objects.filter(pk=OuterRef("review_id")))
    direct = Q(review__isnull=True) & Exists(Event.objects.filter(pk=OuterRef("object_id"), city__in=own))
    return rows.filter(direct | Exists(asked))


def count_open_for(by: Actor) -> int:
    """How many open reviews the actor sees."""
    return reviews_for(by, Review.objects.filter(state=ReviewState.OPEN)).count()


def changed_decisions(entry_ids: Collection[UUID]) -> list[UUID]:
    """The decisions of rules that are gone, or whose events are not those that these entries of the log bind."""
    reported = {
        UUID(after["decision"]): after
        for after in map(
            orjson.loads,
            Entry.objects.filter(pk__in=entry_ids, action=Action.VERDICTS_BY_RULES).values_list(
                "after", flat=True
            ),
        )
    }
    held = dict(Decision.objects.filter(pk__in=reported).values_list("pk", "events"))
    return [
        pk for pk, after in reported.items() if pk not in held or digest(held[pk])["rows"] != after["rows"]
    ]
