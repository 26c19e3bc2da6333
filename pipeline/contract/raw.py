"""Frozen input and output of connectors: the contract between the outside world and the pipeline.

Free of Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.fields import SimpleFacts
from pipeline.contract.normalized import Image, OrganizerRef, Recurrence, Venue

#: A time as the source gives it: aware datetime; naive datetime (floating, its zone still to be found); date
#: (all-day or time unknown); or unread text ("Sat 12 Dec, 8pm").
RawTime = datetime | date | str


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPayload:
    """Bytes as they were received, and their address. A file counts as fetched from `--base-url`."""

    url: str
    content: bytes
    content_type: str = ""
    status: int = 200
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRecord(SimpleFacts):
    """One occurrence in the source's words, by field: not yet cleaned, zoned, located or categorized.

    `external_id` is the source's stable id; where it has none it is '', `stable_id` is False, and a
    fingerprint is used. `raw` is the part of the payload that the record was read from. `timezone` is the
    event's own zone, `calendar_timezone` that of its calendar. With `last_day_inclusive` an all-day `end` is
    the last day itself. `opening_hours` (OpenStreetMap syntax) belongs to ongoing events. `published` dates
    the source's text, for relative dates in prose; `read_at` is when times in words were first read, since
    "20 October" means another year a month later. `notes` are truncations and guesses, for people.
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
    offers: tuple[str, ...] = ()
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
    read_at: datetime | None = None
    raw: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A record that cannot become an event.

    It is counted by `reason`, a short stable phrase. `external_id` and `recurrence_id` are set where they
    could be read, so that an event whose record is broken today does not count as missing.
    """

    reason: str
    external_id: str = ""
    recurrence_id: str = ""
    title: str = ""
    detail: str = ""
    raw: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceRecord:
    """A platform's facts about one place, in its own words.

    `external_ids` by platform (`google_place_id`, …). `opening_hours` in OpenStreetMap syntax, where it could
    be built. `open_now` is None where unknown. `closed_for_good` ends the place. `rating` is 0 to 5. `photos`
    are addresses with their credit. `observed_at` is aware.
    """

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
    """A platform's weather report for a point.

    Temperatures in degrees Celsius, wind in m/s, `precipitation` as probability from 0 to 1. `condition_code`
    is the platform's number, `condition` its meaning in plain English. Without `temperature_c` the record is
    only a forecast. `hourly` and `daily` are steps of a forecast: mappings with `at` (ISO 8601) and the
    fields above, for a day with `min_c` and `max_c`. `observed_at` and `valid_until` are aware.
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
