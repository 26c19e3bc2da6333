"""Pages of the most popular events, in the order in which the first page found them.

Scores change every few minutes (`events.services.trends`). What a score was is kept for a while, so that each page is read
by the scores of one moment, which is told by the number of the last refresh.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from events.filters import EventFilter
from events.models import EventFormerScore
from events.queries.filtering import upcoming

#: The pages behind a first one can be read for so long.
KEPT: Final = timedelta(minutes=30)


@dataclass(frozen=True, order=True, slots=True)
class Popular:
    """An event as the list orders it: `unpopular` is the score below zero."""

    unpopular: float
    start_at: datetime
    event_id: UUID


def number_of(moment: datetime) -> int:
    """The number of a refresh at `moment`: microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def last_refresh() -> int:
    """The number of the last refresh that changed a score; 0 where none is kept."""
    return EventFormerScore.objects.aggregate(last=Max("number"))["last"] or 0


def most_popular(
    wanted: EventFilter, *, now: datetime, number: int, behind: Popular | None, limit: int
) -> list[Popular]:
    """Upcoming events that match `wanted`, the most popular as of refresh `number` first, then those without a score by start.

    At most `limit`, those behind `behind`. Three queries at most: of scores that stand, of such that have changed since, of
    none; only the last looks at more than was looked at by readers, and follows the index by start.
    """
    some = upcoming(wanted.without("ordering"), now=now).order_by()
    since = EventFormerScore.objects.filter(event=OuterRef("pk"), number__gt=number)
    found: list[Popular] = []
    if behind is None or behind.unpopular < 0:
        standing = some.filter(~Exists(since), trend__score__gt=0).annotate(popular=F("trend__score"))
        changed = some.filter(
            pk__in=EventFormerScore.objects.filter(number__gt=number, score__gt=0).values("event")
        )
        changed = changed.annotate(popular=_then(since)).filter(popular__gt=0)
        # what changes between the two is found by the second one, as it was
        found = [*_read(standing, behind, limit), *_read(changed, behind, limit)]
        found = sorted({row.event_id: row for row in found}.values())[:limit]
    if missing := limit - len(found):
        scoreless = some.annotate(popular=Coalesce(_then(since), F("trend__score"), Value(0.0))).filter(
            popular=0
        )
        found += _read(scoreless, behind if behind and not behind.unpopular else None, missing)
    return found


def _then(since: QuerySet[EventFormerScore]) -> Subquery:
    """The score as of a refresh, of what has changed since: what it was until the first of these changes."""
    return Subquery(since.order_by("number").values("score")[:1], output_field=FloatField())


def _read(events: QuerySet[Any], behind: Popular | None, limit: int) -> list[Popular]:
    if behind is not None:
        score, start, pk = -behind.unpopular, behind.start_at, behind.event_id
        later = Q(start_at__gt=start) | Q(start_at=start, id__gt=pk)
        # where all have the same score, the start is repeated for the index
        scored = Q(popular__lt=score) | (Q(popular=score) & later)
        events = events.filter(scored) if score else events.filter(later, start_at__gte=start)
    rows = events.order_by("-popular", "start_at", "id").values_list("popular", "start_at", "id")[:limit]
    return [Popular(-score, start, pk) for score, start, pk in rows]
