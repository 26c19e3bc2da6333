"""Queries on the weather."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from outbox.renderings.rows import KeptRows
from places.enums import CityState
from places.forecast import STALE
from places.models import City, Weather

#: By id and slug of the city, until its topic has a change.
_ROWS: Final[KeptRows[tuple[UUID, str], Weather | None]] = KeptRows(
    lambda city: f"weather:{city[1]}", most=1_000
)


def weather_of(city_slug: str) -> Weather | None:
    """The weather of an active city, expired or not."""
    return (
        Weather.objects.select_related("city")
        .filter(city__slug=city_slug, city__state=CityState.ACTIVE)
        .first()
    )


def weather_now(weather: Weather, city: str) -> dict[str, Any]:
    """The weather of a city (by slug) in the form of the API and the live feed."""
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


def weather_states(slugs: Collection[str], *, now: datetime) -> dict[str, dict[str, Any]]:
    """The weather of each of these active cities (by slug), in one query.

    Expired weather counts as unknown.
    """
    if not slugs:
        return {}
    cities = City.objects.filter(slug__in=slugs, state=CityState.ACTIVE).select_related("weather")
    found = {}
    for city in cities:
        held = getattr(city, "weather", None)
        found[city.slug] = (
            weather_now(held, city.slug)
            if held is not None and held.valid_until > now
            else _nothing(city.slug)
        )
    return found


def _nothing(slug: str) -> dict[str, Any]:
    names = (
        "observed_at",
        "valid_until",
        "temperature_c",
        "feels_like_c",
        "condition_code",
        "precipitation",
        "wind_ms",
    )
    return {
        "city": slug,
        **dict.fromkeys(names),
        "condition": "",
        "hourly": [],
        "daily": [],
        "source": "",
        "attribution": "",
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class CityWeather:
    """The weather of a city for its pages.

    One sentence about now ("" without valid data), the forecast, the attribution.
    """

    words: str
    attribution: str
    hourly: Sequence[Mapping[str, Any]] = ()
    daily: Sequence[Mapping[str, Any]] = ()


def weather_by_city(cities: Iterable[City], *, now: datetime) -> dict[UUID, CityWeather]:
    """The weather for pages of these cities by their ids, in one query at most (none for no city).

    A forecast not renewed for twelve hours is left out.
    """
    rows = _ROWS.take(((city.id, city.slug) for city in cities), _read)
    return {
        row.city_id: CityWeather(
            words=_words(row, now), attribution=row.attribution, hourly=row.hourly, daily=row.daily
        )
        for row in rows.values()
        if row and row.observed_at > now - STALE
    }


def _read(cities: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], Weather | None]:
    """The rows of cities by id and slug; None where there is none, which is kept, too."""
    rows = {row.city_id: row for row in Weather.objects.filter(city__in=[city for city, _ in cities])}
    return {city: rows.get(city[0]) for city in cities}


def _words(row: Weather, now: datetime) -> str:
    if row.temperature_c is None or not row.observed_at <= now < row.valid_until:
        return ""
    words = f"{round(row.temperature_c)} °C{f', {row.condition}' if row.condition else ''}"
    rain = (row.precipitation or 0.0) >= 0.5 and "rain" not in row.condition
    return f"{words}, rain likely" if rain else words
