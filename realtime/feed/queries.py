"""Queries of a hub on the outbox."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from outbox.enums import Audience
from outbox.models import Change
from outbox.queries import Position
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS

#: One row without a change where there is none. By hand, since a hub asks for each change: two queries of the ORM take three times as long.
_NEWS_SQL = """
SELECT change.*, here.epoch AS here, here.last_number, here.pruned_to FROM outbox_epoch AS here LEFT JOIN LATERAL (
    SELECT * FROM outbox_change WHERE number > %s ORDER BY number LIMIT %s
) AS change ON true WHERE here.id = 1 ORDER BY change.number
"""


class News(NamedTuple):
    """The position of the outbox and the changes after an offset; `more` where there are further ones."""

    position: Position
    changes: list[Change]
    more: bool


def news(after: int, limit: int = 1000) -> News:
    """Changes of every audience after `after`, with the position of the same moment (1 query)."""
    found = list(Change.objects.raw(_NEWS_SQL, [after, limit]))
    here = Position(found[0].here, found[0].last_number, found[0].pruned_to)  # type: ignore[attr-defined]
    changes = [change for change in found if change.number is not None]
    return News(here, changes, len(changes) == limit)


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
