"""Queries on the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from outbox.enums import Audience
from outbox.models import Change, Cursor, Epoch


class Position(NamedTuple):
    """A position in the outbox: `epoch` and the newest `number`. Numbers up to `pruned_to` were deleted."""

    epoch: str
    number: int
    pruned_to: int


def position() -> Position:
    """The present position of the outbox (one query)."""
    return Position(*Epoch.objects.values_list("epoch", "last_number", "pruned_to").get(pk=1))


def changes_after(
    number: int,
    *,
    limit: int = 1000,
    topics: Sequence[str] = (),
    types: Sequence[str] = (),
    audiences: Sequence[Audience] = (Audience.PUBLIC,),
) -> QuerySet[Change]:
    """Numbered changes after `number`, in order, at most `limit`; with `topics` or `types` only theirs."""
    changes = Change.objects.filter(number__gt=number, audience__in=audiences).order_by("number")
    if types:
        changes = changes.filter(type__in=types)
    if topics:
        changes = changes.filter(topics__overlap=list(topics))
    return changes[:limit]


def cursor(name: str) -> int:
    """How far consumer `name` has read; 0 before its first read."""
    return Cursor.objects.filter(name=name).values_list("number", flat=True).first() or 0


class Unnumbered(NamedTuple):
    """Changes that are committed and have no number yet: how many, and when the oldest was written."""

    waiting: int
    oldest: datetime | None

    def seconds(self, *, now: datetime) -> float:
        """How long the oldest waits; 0 where there is none."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


def unnumbered() -> Unnumbered:
    """What waits for its number (one query, by an index of these alone)."""
    found = Change.objects.filter(number__isnull=True).aggregate(count=Count("pk"), oldest=Min("at"))
    return Unnumbered(found["count"], found["oldest"])


class Heard(NamedTuple):
    """What a change said, of which object, and when."""

    object_id: UUID
    type: str
    at: datetime
    data: dict[str, Any]


def newest_of_each(topic: str, *, types: Sequence[str], since: int, most: int) -> list[Heard]:
    """The newest change of each object in `topic`, newest first (one query).

    Only public changes of `types` after number `since`, of which the newest `most` are read. `since` bounds
    the work: a topic without news must not cost a scan of the whole outbox.
    """
    heard = Change.objects.filter(
        number__gt=since, audience=Audience.PUBLIC, type__in=types, topics__contains=[topic]
    )
    newest: dict[UUID, Heard] = {}
    for row in heard.order_by("-number").values_list(*Heard._fields)[:most]:
        change = Heard(*row)
        newest.setdefault(change.object_id, change)
    return list(newest.values())
