"""The only code that writes the weather of a city."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from outbox.records import NewChange
from outbox.services import record
from places.forecast import chance_at, same_weather
from places.models import City, Weather
from places.queries import weather_now
from places.records import WeatherFacts

UPDATE = "weather.update"
#: The limits of a stored forecast: steps, and bytes of one step.
MOST_HOURS: Final = 48
MOST_DAYS: Final = 16
MOST_BYTES: Final = 1_000

_CURRENT: Final = (
    "temperature_c",
    "feels_like_c",
    "condition_code",
    "condition",
    "precipitation",
    "wind_ms",
    "observed_at",
    "valid_until",
)
#: The fields that readers see.
_TOLD: Final = ("temperature_c", "feels_like_c", "condition", "precipitation", "wind_ms", "hourly", "daily")


def record_weather(city_id: UUID, facts: WeatherFacts, *, now: datetime) -> bool:
    """Store the weather of a city and announce it as `weather.update` on `weather:CITY`.

    True where it changed for readers. A change is one that readers see: whole degrees, whole metres a second,
    tenths of probability, words, steps of the forecast (`places.forecast.same_weather`). Without a change the
    figures stay and their validity is extended, unannounced. Older facts than the stored ones change nothing.
    A forecast alone does not replace a valid present weather. If an observation has no probability of rain,
    that of the forecast's present step counts.
    """
    if facts.valid_until <= facts.observed_at:
        return False
    with transaction.atomic():
        city = City.objects.select_for_update().get(pk=city_id)
        row = Weather.objects.filter(city=city).first() or Weather(
            city=city, observed_at=facts.observed_at, valid_until=facts.valid_until
        )
        before = (
            None if row._state.adding else {name: getattr(row, name) for name in (*_TOLD, "condition_code")}
        )
        _apply(row, facts, now, adding=before is None)
        if before is not None and same_weather(before, {name: getattr(row, name) for name in _TOLD}, now=now):
            for name, reported in before.items():
                setattr(row, name, reported)
            row.save()
            return False
        row.save()
        record(
            [
                NewChange(
                    type=UPDATE,
                    object_type="weather",
                    object_id=city.id,
                    topics=(f"weather:{city.slug}",),
                    data=weather_now(row, city.slug),
                )
            ]
        )
    return True


def _apply(row: Weather, facts: WeatherFacts, now: datetime, *, adding: bool) -> None:
    newer = adding or facts.observed_at >= row.observed_at
    holds = not adding and row.temperature_c is not None and row.valid_until > now
    if newer and (facts.temperature_c is not None or not holds):
        for name in _CURRENT:
            setattr(row, name, getattr(facts, name))
    for name, most in (("hourly", MOST_HOURS), ("daily", MOST_DAYS)):
        steps = _bounded(getattr(facts, name), most)
        if steps and _begins(steps) >= _begins(getattr(row, name)):
            setattr(row, name, steps)
    if row.temperature_c is not None and facts.precipitation is None:
        row.precipitation = chance_at(row.hourly, max(now, row.observed_at))
    row.source = facts.source[:120] or row.source
    row.attribution = facts.attribution[:200] or row.attribution


def _bounded(steps: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    return [dict(step) for step in steps if len(json.dumps(dict(step))) <= MOST_BYTES][:most]


def _begins(steps: Sequence[Mapping[str, Any]]) -> str:
    """The time of the first step, in ISO 8601 and UTC, which compares as text."""
    return str(steps[0].get("at", "")) if steps else ""
