"""Stores what the pages of a run state about places and the weather, through `places`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from pipeline.connectors import registry
from pipeline.contract.raw import PlaceRecord, WeatherRecord
from pipeline.dates.zones import zone_named
from pipeline.geography.coordinates import timezone_at
from pipeline.hours import is_open, next_change
from places import queries
from places.enums import Openness, StatusSource
from places.holidays import calendar_of
from places.models import City
from places.records import PlaceFacts, StatusFacts, WeatherFacts
from places.services import SAID_BY, record_statuses, record_weather, take_places
from sources.ingest.locks import lock_cities
from sources.models import FetchRun, Source

#: So many places are stored at once.
BATCH: Final = 500
#: How long a statement about now holds: at most while the known hours reach, and without hours.
HOURS_HOLD: Final = timedelta(hours=24)
BARE_HOLDS: Final = timedelta(hours=2)
#: Confidence: the platform's statement where hours agree, without hours, against the hours (a holiday), and
#: hours alone.
AGREED, BARE, AGAINST, HOURS_ONLY = 0.95, 0.85, 0.7, 0.6

_STATUS_SOURCES: Final = {"google_places": StatusSource.GOOGLE}


def take_in(
    run: FetchRun, places: Sequence[PlaceRecord], weather: Sequence[WeatherRecord], *, now: datetime
) -> dict[str, Any]:
    """Store the places and the weather of a run's pages.

    Returns counts for the run's steps. `places` {seen, new, changed, statuses} and `weather` {seen, changed},
    each only where there was something. `unplaced` counts places that could not be told apart or located.
    """
    counts: dict[str, Any] = {}
    if places:
        counts["places"] = _take_places(run.source, places, now=now)
    if weather:
        counts["weather"] = _take_weather(run.source, weather, now=now)
    return counts


# --- places ---


def _take_places(source: Source, records: Sequence[PlaceRecord], *, now: datetime) -> dict[str, int]:
    keeps = registry.get(source.connector).metadata.keeps_days
    counts: Counter[str] = Counter()
    for begin in range(0, len(records), BATCH):
        batch = records[begin : begin + BATCH]
        with transaction.atomic():
            lock_cities({source.city.slug} if source.city else {"places"})
            taken = take_places(
                [_facts(one, source) for one in batch], by=source.connector, keeps_days=keeps, now=now
            )
            statuses = [
                status
                for one, place_id in zip(batch, taken.ids, strict=True)
                if place_id is not None and (status := _status(one, place_id, source, now)) is not None
            ]
            counts.update(
                seen=len(batch),
                new=taken.new,
                changed=taken.changed,
                statuses=record_statuses(statuses, now=now),
                unplaced=len(batch) - taken.seen,
            )
    return {name: counts[name] for name in ("seen", "new", "changed", "statuses", "unplaced")}


def _facts(record: PlaceRecord, source: Source) -> PlaceFacts:
    return PlaceFacts(
        name=record.name,
        external_ids=record.external_ids,
        kinds=record.kinds,
        address=record.address,
        city=source.city.slug if source.city and record.lat is None else "",
        lat=record.lat,
        lng=record.lng,
        timezone=_zone(record),
        plus_code=record.plus_code,
        phone=record.phone,
        website=record.website,
        rating=record.rating,
        photos=[{"url": image.url, "credit": image.credit or record.attribution} for image in record.photos],
        opening_hours=record.opening_hours,
        closed_for_good=record.closed_for_good,
    )


def _zone(record: PlaceRecord) -> str:
    if record.timezone and zone_named(record.timezone) is not None:
        return record.timezone
    return timezone_at(record.lat, record.lng) if record.lat is not None and record.lng is not None else ""


def _status(record: PlaceRecord, place_id: UUID, source: Source, now: datetime) -> StatusFacts | None:
    """Whether the place is open now: by the platform's statement, else by its weekly hours, else None.

    Never a guess.
    """
    at = min(record.observed_at or now, now)
    zone = _zone(record) or (source.city.timezone if source.city else "")
    holidays = calendar_of(source.city.country, source.city.region) if source.city else None
    by_hours = (
        is_open(record.opening_hours, at, zone, holidays=holidays) if record.opening_hours and zone else None
    )
    said = False if record.closed_for_good else record.open_now
    is_google = source.connector in _STATUS_SOURCES
    if said is None and by_hours is None:
        return None
    until = at + BARE_HOLDS
    if by_hours is not None and said in (None, by_hours):
        change = next_change(record.opening_hours, at, zone, holidays=holidays)
        until = min(change or at + HOURS_HOLD, at + HOURS_HOLD)
    confidence = (
        HOURS_ONLY if said is None else BARE if by_hours is None else AGREED if said == by_hours else AGAINST
    )
    openness = Openness.OPEN if (by_hours if said is None else said) else Openness.CLOSED
    return StatusFacts(
        place_id=place_id,
        source=_STATUS_SOURCES[source.connector] if is_google else StatusSource.PREDICTION,
        openness=openness,
        confidence=confidence,
        observed_at=at,
        valid_until=until,
        basis="opening hours"
        if said is None
        else f"{SAID_BY}{registry.get(source.connector).metadata.title}",
    )


# --- weather ---


def _take_weather(source: Source, records: Sequence[WeatherRecord], *, now: datetime) -> dict[str, int]:
    by_city: dict[UUID, list[WeatherRecord]] = {}
    unplaced = 0
    for record in records:
        city_id = _city_of(record, source)
        if city_id is None:
            unplaced += 1
        else:
            by_city.setdefault(city_id, []).append(record)
    changed = sum(
        record_weather(city_id, _merged(known, source), now=now) for city_id, known in by_city.items()
    )
    return {"seen": len(records), "changed": changed, "unplaced": unplaced}


def _city_of(record: WeatherRecord, source: Source) -> UUID | None:
    """The city around the point of the record; without a point the source's city."""
    if record.lat is None or record.lng is None:
        return source.city_id
    here = queries.gazetteer().city_at(record.lat, record.lng)
    return City.objects.filter(slug=here.slug).values_list("id", flat=True).first() if here else None


def _merged(records: Iterable[WeatherRecord], source: Source) -> WeatherFacts:
    """One fact from all answers about one city: the newest weather, and the longest forecasts."""
    ordered = sorted(records, key=lambda one: (one.temperature_c is not None, one.observed_at))
    base = ordered[-1]
    hourly = max((one.hourly for one in ordered), key=len)
    daily = max((one.daily for one in ordered), key=len)
    whole = replace(base, hourly=hourly, daily=daily)
    return WeatherFacts(
        observed_at=whole.observed_at,
        valid_until=whole.valid_until,
        temperature_c=whole.temperature_c,
        feels_like_c=whole.feels_like_c,
        condition_code=whole.condition_code,
        condition=whole.condition,
        precipitation=whole.precipitation,
        wind_ms=whole.wind_ms,
        hourly=whole.hourly,
        daily=whole.daily,
        source=source.name,
        attribution=whole.attribution,
    )
