"""What search engines are told of: events by city and month, with the last change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncMonth
from redis.exceptions import RedisError

from events.models import Event
from events.queries.filtering import public

#: Events are listed for so long after their last day.
AFTERWARDS: Final = timedelta(days=30)
_KEY, _SECONDS = "sitemap:months", 600

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The events of a city (slug, '' for none) that begin in a month (its first day): how many, and when one changed last."""

    city: str
    month: date
    count: int
    changed_at: datetime


def months_with_events(*, now: datetime) -> list[Month]:
    """The months of all cities, in one query every ten minutes at most: it reads every upcoming event."""
    try:
        held: list[Month] | None = cache.get(_KEY)
        if held is None:
            held = _months(now)
            cache.set(_KEY, held, _SECONDS)
        return held
    except RedisError as error:
        log.warning("sitemap_not_cached", error=str(error))
        return _months(now)


def _months(now: datetime) -> list[Month]:
    rows = (
        _listed(now)
        .order_by()
        .annotate(month=TruncMonth("start_date"))
        .values_list("city__slug", "month")
        .annotate(count=Count("id"), changed_at=Max("updated_at"))
        .order_by("city__slug", "month")
    )
    return [
        Month(city=city or "", month=month, count=count, changed_at=at) for city, month, count, at in rows
    ]


def events_of_month(
    city: str, month: date, *, now: datetime, offset: int, limit: int
) -> Iterator[tuple[UUID, str, datetime]]:
    """Id, slug and last change of the events of a month, in one query and a bounded piece of memory."""
    after = (month + timedelta(days=31)).replace(day=1)
    events = _listed(now).filter(start_date__gte=month, start_date__lt=after)
    events = events.filter(city__slug=city) if city else events.filter(city__isnull=True)
    rows = events.order_by("start_date", "id").values_list("id", "slug", "updated_at")
    return rows[offset : offset + limit].iterator(chunk_size=1000)


def _listed(now: datetime) -> QuerySet[Event]:
    return public().filter(is_sample=False, end_date__gte=(now - AFTERWARDS).date())
