"""The gazetteer from the database: all active cities and areas."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

from pipeline.geography.fixture import aliases_by_slug
from pipeline.geography.gazetteer import AreaFact, CityFact, Gazetteer
from pipeline.geography.shapes import shape
from places.enums import CityState
from places.models import Area, City

_GAZETTEER_SECONDS = 60
#: The cached value is pickled with the names of its classes: change the key when these move.
_GAZETTEER_KEY = "places.gazetteer"


def gazetteer() -> Gazetteer:
    """All active cities and areas. An operator's change takes effect within a minute."""
    return _gazetteer_of(_cached_rows() or _rows_anew())


def forget_gazetteer() -> None:
    """Drop the cached gazetteer after a change. Without Valkey it expires by itself."""
    with suppress(RedisError):
        cache.delete(_GAZETTEER_KEY)


_Rows = tuple[tuple[CityFact, ...], tuple[AreaFact, ...]]
_built: dict[_Rows, Gazetteer] = {}


def _cached_rows() -> "_Rows | None":
    with suppress(RedisError):
        rows: _Rows | None = cache.get(_GAZETTEER_KEY)
        return rows
    return None


def _rows_anew() -> "_Rows":
    rows = _gazetteer_rows()
    with suppress(RedisError):
        cache.set(_GAZETTEER_KEY, rows, _GAZETTEER_SECONDS)
    return rows


def _gazetteer_of(rows: _Rows) -> Gazetteer:
    """The index over the rows, built once per process and content, since building takes longer than a query."""
    if rows not in _built:
        _built.clear()
        _built[rows] = Gazetteer(cities=rows[0], areas=rows[1])
    return _built[rows]


def _gazetteer_rows() -> _Rows:
    aliases = aliases_by_slug()
    cities = tuple(
        CityFact(
            slug=city.slug, name=city.name, country=city.country, region=city.region, lat=city.lat, lng=city.lng,
            radius_km=city.radius_km, timezone=city.timezone, aliases=aliases.get(city.slug, ()),
        )
        for city in City.objects.filter(state=CityState.ACTIVE).order_by("slug")
    )  # fmt: skip
    areas = tuple(
        AreaFact(
            slug=area.slug, name=area.name, city=area.city.slug, lat=area.lat, lng=area.lng, radius_km=area.radius_km,
            timezone=area.city.timezone, shape=shape(area.polygon),
        )
        for area in Area.objects.filter(city__state=CityState.ACTIVE).select_related("city").order_by("slug")
    )  # fmt: skip
    return cities, areas
