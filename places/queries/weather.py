"""Named reads of the weather."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from places.enums import CityState
from places.models import Weather


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
