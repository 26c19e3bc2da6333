"""Input records of the services of places.

Free of Django. A platform's facts about a place, its current state, and a city's weather.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from places.enums import Crowd, Openness, StatusSource


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    """A source's facts about one place.

    Empty values mean unknown. `external_ids` by platform; `city` is a slug, used where the coordinates lie in
    no city; `rating` is 0 to 5; `photos` are {url, credit}; `closed_for_good` ends the place.
    """

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
    """The result for a batch of facts.

    `ids`: the place of each, in order; None for an unknown one without a name or coordinates.
    """

    ids: tuple[UUID | None, ...]
    new: int = 0
    changed: int = 0

    @property
    def seen(self) -> int:
        """How many facts matched or created a place."""
        return sum(1 for one in self.ids if one is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusFacts:
    """Evidence about a place now.

    `confidence` is 0 to 1; it is valid from `observed_at` to `valid_until` (aware); `basis` describes it.
    """

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
    """The weather of a city.

    Degrees Celsius, m/s, probability from 0 to 1; without `temperature_c` only a forecast. Steps of `hourly`
    and `daily` are JSON objects with `at` (ISO 8601).
    """

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
