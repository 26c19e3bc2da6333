"""What search engines are told of: events by city and month, with the last change, and the pages that list events.

What only samples name is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet, UUIDField
from django.db.models.functions import Cast, TruncMonth
from redis.exceptions import RedisError

from events import addresses
from events.enums import NameKind
from events.models import Event, Organizer, SearchName
from events.queries.filtering import AFTERWARDS, public
from pipeline.contract.enums import OrganizerType
from places.enums import PlaceState
from places.models import Place

_KEY, _COUNTS, _SECONDS = "sitemap:months", "sitemap:collections", 600
#: The files of pages that list events, and what the vocabulary calls what they are about; it has no series.
COLLECTIONS: Final = {
    "venues": NameKind.VENUE,
    "organizers": NameKind.ORGANIZER,
    "performers": NameKind.PERFORMER,
    "tags": NameKind.TAG,
    "series": None,
}

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


def collection_paths(section: str, *, now: datetime, offset: int, limit: int) -> list[str]:
    """The pages of a section of COLLECTIONS that have coming events, in a fixed order, in one query that reads no names behind `limit`."""
    rows = _keys(section, now)[offset : offset + limit]
    if section == "series":
        return [addresses.series_path(pk, title) for pk, title in rows]
    if section == "venues":
        places = Place.objects.filter(pk__in=_as_ids(rows), state=PlaceState.ACTIVE)
        return [addresses.venue_path(*row) for row in places.order_by("pk").values_list("pk", "slug")]
    if section == "organizers":
        # without private persons, whose pages search engines are asked to leave out
        found = Organizer.objects.filter(pk__in=_as_ids(rows)).exclude(type=OrganizerType.INDIVIDUAL)
        return [addresses.organizer_path(*row) for row in found.order_by("pk").values_list("pk", "name")]
    path = addresses.performer_path if section == "performers" else addresses.tag_path
    return list(dict.fromkeys(address for _, name in rows if (address := path(name))))


def _keys(section: str, now: datetime) -> QuerySet[Any, tuple[Any, Any]]:
    """What the pages of a section are about, each once, with a name."""
    if section == "series":
        return _series(now)
    key = _key(section)
    return _names(section).order_by(key).distinct(key).values_list(key, "name")


def _names(section: str) -> QuerySet[SearchName]:
    names = SearchName.objects.filter(kind=COLLECTIONS[section], real__gt=0)
    return names.filter(target__gt="") if _key(section) == "target" else names


def _key(section: str) -> str:
    """What makes a name of a section another one: the id of a row, or the folded name itself."""
    return "target" if section in ("venues", "organizers") else "folded"


def _as_ids(keys: QuerySet[Any, tuple[Any, Any]]) -> QuerySet[Any, Any]:
    return keys.annotate(row=Cast("target", UUIDField())).values("row")


def _series(now: datetime) -> QuerySet[Event, tuple[UUID, str]]:
    """The series with two dates to come or more."""
    coming = public().filter(series__isnull=False, start_at__gte=now, is_sample=False).order_by()
    found = (
        coming.values("series_id").annotate(dates=Count("id"), title=Max("series__title")).filter(dates__gt=1)
    )
    return found.order_by("series_id").values_list("series_id", "title")


def collection_counts(*, now: datetime) -> dict[str, int]:
    """How many pages each section of COLLECTIONS has, in a query each every ten minutes at most."""
    try:
        held: dict[str, int] | None = cache.get(_COUNTS)
        if held is None:
            held = _counts(now)
            cache.set(_COUNTS, held, _SECONDS)
        return held
    except RedisError as error:
        log.warning("sitemap_not_cached", error=str(error))
        return _counts(now)


def _counts(now: datetime) -> dict[str, int]:
    counts = {"series": _series(now).count()}
    for section in COLLECTIONS.keys() - counts:
        counts[section] = _names(section).order_by().values(_key(section)).distinct().count()
    return {section: counts[section] for section in COLLECTIONS}
