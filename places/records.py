"""Records that the services of places take: a platform's facts about a place, its current state, and a city's
weather. Free of Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from places.enums import Crowd, Openness, StatusSource


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    """What a source says of one place. Empty values say nothing. `external_ids` by platform; `city` a slug,
    used where the coordinates name no city; `rating` 0 to 5; `photos` {url, credit}; `closed_for_good` ends
    the place."""

    name: str
    external_ids: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    address: str = ""
    city: str = ""
    lat: float | None = None
    lng: float | None = None
    timezone: str = ""
    plus_code: str = ""
    phone: str = ""
    website: str = ""
    rating: float | None = None
    photos: Sequence[Mapping[str, str]] = ()
    opening_hours: str = ""
    closed_for_good: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of a batch of facts. `ids`: the place of each, in order; None for one without a name or
    place on Earth that was known nowhere."""

    ids: tuple[UUID | None, ...]
    new: int = 0
    changed: int = 0

    @property
    def seen(self) -> int:
        """Facts that found or made their place."""
        return sum(1 for one in self.ids if one is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusFacts:
    """Evidence about a place now. `confidence` 0 to 1; it holds from `observed_at` to `valid_until` (aware);
    `basis` says what it rests on."""

    place_id: UUID
    source: StatusSource
    openness: Openness = Openness.UNKNOWN
    crowd: Crowd = Crowd.UNKNOWN
    waiting_minutes: int | None = None
    special: str = ""
    confidence: float
    observed_at: datetime
    valid_until: datetime
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherFacts:
    """The weather of a city. Degrees Celsius, m/s, probability from 0 to 1; without `temperature_c` a
    forecast alone. Steps of `hourly` and `daily` are JSON objects with `at` (ISO 8601)."""

    observed_at: datetime
    valid_until: datetime
    temperature_c: float | None = None
    feels_like_c: float | None = None
    condition_code: int | None = None
    condition: str = ""
    precipitation: float | None = None
    wind_ms: float | None = None
    hourly: Sequence[Mapping[str, Any]] = ()
    daily: Sequence[Mapping[str, Any]] = ()
    source: str = ""
    attribution: str = ""
