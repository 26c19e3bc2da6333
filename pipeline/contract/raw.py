"""What connectors take and give, frozen and free of Django: the whole contract between the outside world and
the pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.fields import SimpleFacts
from pipeline.contract.normalized import Image, OrganizerRef, Recurrence, Venue

#: A moment as the source says it: aware datetime; naive datetime (floating, zone to be found); date (all-day
#: or time unknown); or text still to be read ("Sat 12 Dec, 8pm").
RawTime = datetime | date | str


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPayload:
    """Bytes as they came, and where from. A file counts as fetched from `--base-url`."""

    url: str
    content: bytes
    content_type: str = ""
    status: int = 200
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRecord(SimpleFacts):
    """One occurrence in the source's own words, one field each, not yet cleaned, zoned, located or
    categorized.

    `external_id` is the source's stable id ('' where it has none: `stable_id` False, and a fingerprint
    serves). `raw` is the part of the payload that it was read from. `timezone` is the event's own zone,
    `calendar_timezone` that of its calendar. `last_day_inclusive` says that an all-day `end` already is the
    last day. `opening_hours` (OpenStreetMap syntax) belongs to what goes on for days. `published` dates the
    source's text, for relative dates in prose. `notes` are truncations and guesses, for people.
    """

    external_id: str
    recurrence_id: str = ""
    stable_id: bool = True
    title: str = ""
    description: str = ""
    start: RawTime | None = None
    end: RawTime | None = None
    doors: RawTime | None = None
    duration_seconds: float | None = None
    previous_start: RawTime | None = None
    all_day: bool = False
    opening_hours: str = ""
    last_day_inclusive: bool = True
    timezone: str = ""
    calendar_timezone: str = ""
    recurrence: Recurrence | None = None
    venue: Venue = Venue()
    online: str = ""
    online_url: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    price_text: str = ""
    price_min: str = ""
    price_max: str = ""
    price_currency: str = ""
    is_free: bool | None = None
    url: str = ""
    ticket_url: str = ""
    images: tuple[Image, ...] = ()
    organizer: OrganizerRef | None = None
    performers: tuple[str, ...] = ()
    status: str = ""
    sold_out: bool = False
    capacity: int | None = None
    registration_required: bool = False
    accessibility: Mapping[str, Any] = field(default_factory=dict)
    popularity: Mapping[str, int] = field(default_factory=dict)
    setting: str = ""
    method: ExtractionMethod = ExtractionMethod.STRUCTURED
    metadata: Mapping[str, Any] = field(default_factory=dict)
    published: datetime | None = None
    raw: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A record that cannot become an event: counted by `reason` (a short stable phrase), never in silence.

    `external_id` and `recurrence_id` where they could be read, so that what is merely broken today is not
    called missing."""

    reason: str
    external_id: str = ""
    recurrence_id: str = ""
    title: str = ""
    detail: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceRecord:
    """What a platform says of one place, in its own words. `external_ids` by platform (`google_place_id`, …);
    `opening_hours` in OpenStreetMap's syntax where it could be built; `open_now` None where it is not said;
    `closed_for_good` ends the place; `rating` 0 to 5; `photos` are addresses with their credit. `observed_at`
    aware."""

    name: str
    external_ids: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    address: str = ""
    city: str = ""
    country: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    timezone: str = ""
    phone: str = ""
    website: str = ""
    url: str = ""
    rating: float | None = None
    rating_count: int | None = None
    price_level: int | None = None
    photos: tuple[Image, ...] = ()
    opening_hours: str = ""
    open_now: bool | None = None
    closed_for_good: bool = False
    observed_at: datetime | None = None
    attribution: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherRecord:
    """The weather at a point, as a platform tells it. Temperatures in degrees Celsius, wind in m/s,
    `precipitation` the probability from 0 to 1.

    `condition_code` is the platform's number, `condition` its word in plain English. Without `temperature_c`
    the record is a forecast alone. `hourly` and `daily` are steps of a forecast, each a mapping with `at`
    (ISO 8601) and the fields above, with `min_c` and `max_c` for a day. `observed_at` and `valid_until`
    aware.
    """

    observed_at: datetime
    valid_until: datetime
    lat: float | None = None
    lng: float | None = None
    city: str = ""
    country: str = ""
    temperature_c: float | None = None
    feels_like_c: float | None = None
    condition_code: int | None = None
    condition: str = ""
    precipitation: float | None = None
    wind_ms: float | None = None
    hourly: tuple[Mapping[str, Any], ...] = ()
    daily: tuple[Mapping[str, Any], ...] = ()
    attribution: str = ""
