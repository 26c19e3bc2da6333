"""How many upcoming events each city has: counted once in an hour, and at once where an event of a city changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from redis.exceptions import RedisError

from events.queries.filtering import public
from outbox.renderings.changed import CHANGED

log = structlog.get_logger(__name__)
#: Counts are good for so long while nothing changes: what began meanwhile is still counted.
KEPT: Final = timedelta(hours=1)
_KEY: Final = "events:city-tally"


@dataclass(frozen=True, slots=True)
class _Tally:
    """The count of a city, made at `at` after the outbox was read at `number`."""

    count: int
    epoch: str
    number: int
    edition: int
    at: datetime


def tally(cities: Mapping[UUID, str], *, now: datetime) -> dict[UUID, int]:
    """The number of upcoming events of each of `cities` (slugs by id); at most one query, of cities with changes."""
    if not settings.PAGE_CACHE:
        return _counted(cities, now)
    CHANGED.look()
    held = _held()
    void = [pk for pk, slug in cities.items() if not _is_good(held.get(pk), slug, now)]
    if void:
        epoch, number, edition, *_ = CHANGED.reached()
        counts = _counted(void, now)
        fresh = {pk: _Tally(counts.get(pk, 0), epoch, number, edition, now) for pk in void}
        held = {**held, **fresh}
        _keep(held)
    return {pk: held[pk].count for pk in cities}


def _is_good(held: _Tally | None, slug: str, now: datetime) -> bool:
    return (
        held is not None
        and timedelta(0) <= now - held.at < KEPT
        and CHANGED.holds(
            epoch=held.epoch, number=held.number, edition=held.edition, topics=(f"events:city:{slug}",)
        )
    )


def _counted(cities: Collection[UUID], now: datetime) -> dict[UUID, int]:
    events = public().filter(start_at__gte=now, city__in=list(cities)).order_by()
    return dict(events.values_list("city_id").annotate(Count("id")))


def _held() -> dict[UUID, _Tally]:
    try:
        found: dict[UUID, _Tally] | None = cache.get(_KEY)
    except (RedisError, AttributeError, TypeError):  # the latter two: kept by another version of the code
        return {}
    return found or {}


def _keep(held: Mapping[UUID, _Tally]) -> None:
    try:
        cache.set(_KEY, dict(held), KEPT.total_seconds())
    except RedisError as error:
        log.warning("city_tally_not_kept", error=str(error))
