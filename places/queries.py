"""Named reads of places."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.db import connection

from places.atlas import AreaFact, Atlas, CityFact, aliases_by_slug
from places.enums import CityState
from places.models import Area, City

_ATLAS_SECONDS = 60
_ATLAS_KEY = "places.atlas"

#: Likeness of folded names (pg_trgm) from which a place is offered as a near one.
NEAR_NAME = 0.55

_NEAR = """
SELECT wanted.name, place.id, place.name, place.folded_name, city.slug, area.slug, place.address, place.lat, place.lng, place.timezone,
       max(similarity(alias.folded, wanted.name)) AS likeness, array_agg(DISTINCT alias.folded)
FROM unnest(%s::text[]) AS wanted(name)
JOIN places_placealias alias ON alias.folded %% wanted.name
JOIN places_place place ON place.id = alias.place_id
LEFT JOIN places_city city ON city.id = place.city_id
LEFT JOIN places_area area ON area.id = place.area_id
WHERE place.state = 'active' AND similarity(alias.folded, wanted.name) >= %s
GROUP BY wanted.name, place.id, city.slug, area.slug
ORDER BY wanted.name, likeness DESC
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NearPlace:
    """A place whose name is like a wanted one; slugs of its city and area; `aliases` are those of its folded names that are like it."""

    wanted: str
    id: UUID
    name: str
    folded_name: str
    city: str
    area: str
    address: str
    lat: float | None
    lng: float | None
    timezone: str
    aliases: tuple[str, ...] = ()


def atlas() -> Atlas:
    """All active cities and areas, read again when an operator changed one (within a minute)."""
    rows = cache.get(_ATLAS_KEY)
    if rows is None:
        rows = _atlas_rows()
        cache.set(_ATLAS_KEY, rows, _ATLAS_SECONDS)
    return _atlas_of(rows)


def forget_atlas() -> None:
    """A city or an area changed."""
    cache.delete(_ATLAS_KEY)


def places_like(names: Collection[str]) -> list[NearPlace]:
    """Active places whose name or alias is like one of the folded `names`, the likest first (one query, by the trigram index)."""
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [list(names), NEAR_NAME])
        return [
            NearPlace(
                wanted=wanted, id=pk, name=name, folded_name=folded, city=city or "", area=area or "", address=address, lat=lat, lng=lng, timezone=zone,
                aliases=tuple(aliases),
            )
            for wanted, pk, name, folded, city, area, address, lat, lng, zone, _, aliases in cursor.fetchall()
        ]  # fmt: skip


_Rows = tuple[tuple[CityFact, ...], tuple[AreaFact, ...]]
_built: dict[_Rows, Atlas] = {}


def _atlas_of(rows: _Rows) -> Atlas:
    """The index over the rows, built once per process and content: building takes longer than asking."""
    if rows not in _built:
        _built.clear()
        _built[rows] = Atlas(cities=rows[0], areas=rows[1])
    return _built[rows]


def _atlas_rows() -> _Rows:
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
            timezone=area.city.timezone,
        )
        for area in Area.objects.filter(city__state=CityState.ACTIVE).select_related("city").order_by("slug")
    )  # fmt: skip
    return cities, areas
