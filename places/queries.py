"""Named reads of places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import F, Max

from places.atlas import AreaFact, Atlas, CityFact, aliases_by_slug
from places.enums import CityState, Crowd, Openness, PlaceState
from places.models import Area, City, Place, PlaceStatus, Weather
from places.shapes import shape

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
            timezone=area.city.timezone, shape=shape(area.polygon),
        )
        for area in Area.objects.filter(city__state=CityState.ACTIVE).select_related("city").order_by("slug")
    )  # fmt: skip
    return cities, areas


def place_now(place_id: UUID, evidence: Sequence[PlaceStatus]) -> dict[str, Any]:
    """The state of a place out of its evidence that still holds, the surest first: each answer from the first row that has one, unknown where
    none has."""
    openness = next((row for row in evidence if row.openness != Openness.UNKNOWN), None)
    crowd = next((row for row in evidence if row.crowd != Crowd.UNKNOWN), None)
    best = openness or crowd or (evidence[0] if evidence else None)
    return {
        "place": str(place_id),
        "openness": openness.openness if openness else Openness.UNKNOWN.value,
        "crowd": crowd.crowd if crowd else Crowd.UNKNOWN.value,
        "waiting_minutes": next((row.waiting_minutes for row in evidence if row.waiting_minutes is not None), None),
        "special": next((row.special for row in evidence if row.special), ""),
        "confidence": best.confidence if best else 0.0,
        "observed_at": best.observed_at.isoformat() if best else None,
        "valid_until": best.valid_until.isoformat() if best else None,
        "evidence": [_evidence(row) for row in evidence],
    }


def _evidence(row: PlaceStatus) -> dict[str, Any]:
    return {
        "source": row.source,
        "openness": row.openness,
        "crowd": row.crowd,
        "waiting_minutes": row.waiting_minutes,
        "special": row.special,
        "confidence": row.confidence,
        "observed_at": row.observed_at.isoformat(),
        "valid_until": row.valid_until.isoformat(),
    }


def known_ids(platform: str, *, city_id: UUID | None = None, limit: int = 500) -> list[str]:
    """Ids of active places at a platform (`google_place_id`), those first whose status is the oldest or missing."""
    places = Place.objects.filter(state=PlaceState.ACTIVE, external_ids__has_key=platform)
    if city_id is not None:
        places = places.filter(city=city_id)
    ordered = places.annotate(known=Max("statuses__observed_at")).order_by(F("known").asc(nulls_first=True), "id")
    return [str(ids[platform]) for ids in ordered.values_list("external_ids", flat=True)[:limit]]


def weather_of(city_slug: str) -> Weather | None:
    """What is known of the weather of an active city, stale or not."""
    return Weather.objects.select_related("city").filter(city__slug=city_slug, city__state=CityState.ACTIVE).first()


def weather_now(weather: Weather, city: str) -> dict[str, Any]:
    """The weather of a city (by slug) as the API and the live feed tell it."""
    return {
        "city": city,
        "observed_at": weather.observed_at.isoformat(),
        "valid_until": weather.valid_until.isoformat(),
        "temperature_c": weather.temperature_c,
        "feels_like_c": weather.feels_like_c,
        "condition": weather.condition,
        "condition_code": weather.condition_code,
        "precipitation": weather.precipitation,
        "wind_ms": weather.wind_ms,
        "hourly": list(weather.hourly),
        "daily": list(weather.daily),
        "source": weather.source,
        "attribution": weather.attribution,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherWords:
    """One sentence of weather, and who has to be named with it."""

    words: str
    attribution: str


def weather_words(city_id: UUID, *, now: datetime) -> WeatherWords | None:
    """One sentence of weather for a city's page; None where what is known no longer holds."""
    row = Weather.objects.filter(city=city_id, valid_until__gt=now, observed_at__lte=now, temperature_c__isnull=False).first()
    if row is None or row.temperature_c is None:
        return None
    words = f"{round(row.temperature_c)} °C{f', {row.condition}' if row.condition else ''}"
    rain = (row.precipitation or 0.0) >= 0.5 and "rain" not in row.condition
    return WeatherWords(words=f"{words}, rain likely" if rain else words, attribution=row.attribution)
