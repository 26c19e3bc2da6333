"""Queries on the outbox."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from outbox.enums import Audience
from outbox.models import Change, Cursor, Epoch


class Position(NamedTuple):
    """A place in the outbox: `epoch` and the newest `number`; below or at `pruned_to` nothing is kept."""

    epoch: str
    number: int
    pruned_to: int


def position() -> Position:
    """Where the outbox stands now (one query)."""
    return Position(*Epoch.objects.values_list("epoch", "last_number", "pruned_to").get(pk=1))


def changes_after(
    number: int,
    *,
    limit: int = 1000,
    topics: Sequence[str] = (),
    audiences: Sequence[Audience] = (Audience.PUBLIC,),
) -> QuerySet[Change]:
    """Numbered changes after `number`, in order, at most `limit`; of `topics` alone where some are given."""
    changes = Change.objects.filter(number__gt=number, audience__in=audiences).order_by("number")
    if topics:
        changes = changes.filter(topics__overlap=list(topics))
    return changes[:limit]


def cursor(name: str) -> int:
    """How far consumer `name` has read; 0 before its first time."""
    return Cursor.objects.filter(name=name).values_list("number", flat=True).first() or 0


def newest_of_each(topic: str, *, types: Sequence[str], since: int, most: int) -> list[Change]:
    """Of the newest `most` public changes of `types` that `topic` heard after number `since`, the newest of
    each object; newest first (one query).

    `since` bounds the work: a topic that nobody tells anything must not cost a walk through the whole
    outbox."""
    heard = Change.objects.filter(
        number__gt=since, audience=Audience.PUBLIC, type__in=types, topics__contains=[topic]
    )
    newest: dict[UUID, Change] = {}
    for change in heard.order_by("-number").defer("request_id")[:most]:
        newest.setdefault(change.object_id, change)
    return list(newest.values())
