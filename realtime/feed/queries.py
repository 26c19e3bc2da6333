"""Queries of a hub on the outbox."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from outbox.enums import Audience
from outbox.models import Change
from outbox.queries import Position, changes_after, position
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS

EVERYONE = tuple(Audience)


class News(NamedTuple):
    """The position of the outbox and the changes after an offset; `more` where there are further ones."""

    position: Position
    changes: list[Change]
    more: bool


def news(after: int, limit: int = 1000) -> News:
    """Changes of every audience after `after` (2 queries).

    The position is read first, so that it is never newer than the rows.
    """
    here = position()
    rows = list(changes_after(after, limit=limit, audiences=EVERYONE)) if here.number > after else []
    return News(here, rows, len(rows) == limit)


def latest_changes(
    after: int, upto: int, *, topics: Collection[str], user_id: UUID | None, limit: int
) -> list[Change]:
    """For each object that changed after `after`, its newest change in `topics`, if not beyond `upto`.

    In order.
    """
    heard = _heard(topics, user_id)
    newer = Change.objects.filter(
        heard,
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        number__gt=OuterRef("number"),
    )
    found = Change.objects.filter(heard, ~Exists(newer), number__gt=after, number__lte=upto).order_by(
        "number"
    )
    return list(found[:limit])


def _heard(topics: Collection[str], user_id: UUID | None) -> Q:
    """The rule of `protocol.keys_of` for the database."""
    open_to_all = [topic for topic in topics if topic != OWN_TOPIC]
    heard = Q(audience=Audience.PUBLIC, topics__overlap=open_to_all)
    if staff := [topic for topic in open_to_all if topic.startswith(STAFF_TOPICS)]:
        heard |= Q(audience=Audience.STAFF, topics__overlap=staff)
    if OWN_TOPIC in topics and user_id:
        heard |= Q(audience=Audience.USER, user_id=user_id)
    return heard
