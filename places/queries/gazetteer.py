"""The gazetteer from the database: all active cities and areas."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS
from redis.exceptions import RedisError

from pipeline.geography.fixture import aliases_by_slug
from pipeline.geography.gazetteer import AreaFact, CityFact, Gazetteer
from pipeline.geography.shapes import shape
from places.enums import CityState
from places.models import Area, City

_GAZETTEER_SECONDS = 60
#: The cached value is pickled with the names of its classes: change the key when these move.
_GAZETTEER_KEY = "places.gazetteer.rows"
#: The mark of the cached value: a process that has read it asks for this alone.
_MARK_KEY = "places.gazetteer.mark"

_Rows = tuple[tuple[CityFact, ...], tuple[AreaFact, ...]]
_by_mark: dict[str, Gazetteer] = {}
_by_rows: dict[_Rows, Gazetteer] = {}


def gazetteer() -> Gazetteer:
    """All active cities and areas. An operator's change takes effect within a minute."""
    built = _by_mark.get(_cached(_MARK_KEY) or "")
    if built is not None:
        return built
    mark, rows = _cached(_GAZETTEER_KEY) or _anew()
    built = _gazetteer_of(rows)
    _by_mark.clear()
    _by_mark[mark] = built
    return built


def forget_gazetteer() -> None:
    """Drop the cached gazetteer after a change. Without Valkey it expires by itself."""
    with suppress(RedisError):
        cache.delete_many([_MARK_KEY, _GAZETTEER_KEY])


def _cached(key: str) -> Any:
    with suppress(RedisError):
        return cache.get(key)
    return None


def _anew() -> tuple[str, _Rows]:
    made = uuid4().hex, _gazetteer_rows()
    with suppress(RedisError):
        cache.set(_GAZETTEER_KEY, made, _GAZETTEER_SECONDS)
        cache.set(_MARK_KEY, made[0], _GAZETTEER_SECONDS)
    return made


def _gazetteer_of(rows: _Rows) -> Gazetteer:
    """The index over the rows, built once per process and content, since building takes longer than a query."""
    if rows not in _by_rows:
        _by_rows.clear()
        _by_rows[rows] = Gazetteer(cities=rows[0], areas=rows[1])
    return _by_rows[rows]


def _gazetteer_rows() -> _Rows:
    """Read from the primary, also for readers: what is kept for a minute after a change must show it."""
    aliases = aliases_by_slug()
    cities = tuple(
        CityFact(
            slug=city.slug, name=city.name, country=city.country, region=city.region, lat=city.lat, lng=city.lng,
            radius_km=city.radius_km, timezone=city.timezone, aliases=aliases.get(city.slug, ()),
        )
        for city in City.objects.using(DEFAULT_DB_ALIAS).filter(state=CityState.ACTIVE).order_by("slug")
    )  # fmt: skip
    areas = tuple(
        AreaFact(
            slug=area.slug, name=area.name, city=area.city.slug, lat=area.lat, lng=area.lng, radius_km=area.radius_km,
            timezone=area.city.timezone, shape=shape(area.polygon),
        )
        for area in Area.objects.using(DEFAULT_DB_ALIAS).filter(city__state=CityState.ACTIVE).select_related("city").order_by("slug")
    )  # fmt: skip
    return cities, areas
