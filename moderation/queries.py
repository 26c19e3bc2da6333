"""Queries on reviews and decisions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions import Action, digest
from accounts.rights import Actor
from audit.models import Entry
from events.models import Event
from moderation.enums import OptOutKind, OptOutState, ReviewState, Verdict
from moderation.models import Decision, OptOut, Review
from places.queries.reach import cities_of

#: Verdicts that keep an event from readers.
AGAINST: Final = (Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG)


def decisions_on(object_id: UUID) -> QuerySet[Decision]:
    """The decisions on one object, newest first.

    For an event also those of rules on batches that contained it.
    """
    # by two indexes: for one condition with OR the planner reads all decisions from the newest on
    own, batches = (
        Decision.objects.filter(which).values("pk")
        for which in (Q(object_id=object_id), Q(events__contains=[object_id]))
    )
    rows = Decision.objects.filter(pk__in=own.union(batches, all=True))
    return rows.select_related("by", "review").order_by("-at", "-pk")


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


def against_rules(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of `rows` by which a person refused what a rule had let through before, and that still hold."""
    earlier = Decision.objects.filter(
        automatic=True, events__contains=[OuterRef("object_id")], at__lt=OuterRef("at")
    )
    return rows.filter(Exists(earlier), automatic=False, verdict__in=AGAINST, undone__isnull=True)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What owners asked us not to list, as long as it stands."""

    domains: frozenset[str]
    sources: frozenset[str]
    organizers: frozenset[str]

    def is_below(self, host: str) -> bool:
        """Whether a host lies at one of the domains."""
        parts = host.split(".")
        return any(".".join(parts[start:]) in self.domains for start in range(len(parts)))


def standing_opt_outs() -> Standing:
    """The wishes that the pipeline obeys (one query)."""
    rows = OptOut.objects.filter(state=OptOutState.STANDING).order_by()
    found: dict[str, set[str]] = {}
    for kind, value in rows.values_list("kind", "value"):
        found.setdefault(kind, set()).add(value)
    return Standing(
        domains=frozenset(found.get(OptOutKind.DOMAIN, ())),
        sources=frozenset(found.get(OptOutKind.SOURCE, ())),
        organizers=frozenset(found.get(OptOutKind.ORGANIZER, ())),
    )


def overdue_opt_outs(now: datetime) -> list[OptOut]:
    """The wishes that should be decided and carried out by now, the oldest first."""
    waiting = OptOut.objects.filter(done_at__isnull=True, due_at__lt=now)
    return list(waiting.filter(state__in=(OptOutState.ASKED, OptOutState.STANDING)).order_by("due_at")[:50])
