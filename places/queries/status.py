"""The current state of places, and which places to refresh next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q

from pipeline.dates.zones import zone_named
from pipeline.hours import is_open, next_change, speaks_of_holidays
from places.enums import Answer, Crowd, Openness, PlaceState, StatusSource
from places.evidence import Evidence, combine
from places.holidays import calendar_of
from places.models import Place, PlaceReport, PlaceStatus
from places.prediction import NEAR, WEEKS, HoursSay, PastReport, by_hours
from places.watched import watched_places

_UNKNOWN: Mapping[Answer, Any] = {
    Answer.OPENNESS: Openness.UNKNOWN.value,
    Answer.CROWD: Crowd.UNKNOWN.value,
    Answer.WAITING: None,
    Answer.SPECIAL: "",
}


def places_now(place_ids: Collection[UUID], *, now: datetime) -> dict[UUID, dict[str, Any]]:
    """The state of each of these places that exists, for the API and the live feed, in two queries."""
    if not place_ids:
        return {}
    places = Place.objects.select_related("city").filter(pk__in=place_ids)
    rows: dict[UUID, list[PlaceStatus]] = {place_id: [] for place_id in place_ids}
    for row in PlaceStatus.objects.filter(place__in=place_ids, valid_until__gt=now, observed_at__lte=now):
        rows[row.place_id].append(row)
    return {place.id: place_now(place, rows[place.id], now=now) for place in places}


def place_now(place: Place, rows: Iterable[PlaceStatus], *, now: datetime) -> dict[str, Any]:
    """The state of a place (with its `city`) from its rows.

    Each answer is that of the weightiest evidence, unknown without any. Opening hours count where no
    prediction is stored.
    """
    return reported(place.id, known_of(place, rows, now=now), now=now)


def known_of(place: Place, rows: Iterable[PlaceStatus], *, now: datetime) -> list[Evidence]:
    """The valid evidence about a place, the weightiest first."""
    held = [one for row in rows if (one := evidence_of(row)).holds(now)]
    predicted = any(one.source is StatusSource.PREDICTION and one.answer is Answer.OPENNESS for one in held)
    hours = None if predicted else hours_say(place, now=now)
    if hours is not None:
        held.append(by_hours(hours, now))
    return sorted(held, key=lambda one: (-one.weight(now), one.source.value, one.answer.value))


def reported(place_id: UUID, evidence: Sequence[Evidence], *, now: datetime) -> dict[str, Any]:
    """`evidence` in the form of the API and the live feed."""
    found = combine(evidence, now)
    best = next((found[answer] for answer in Answer if answer in found), None)
    return {
        "place": str(place_id),
        **{answer.value: found[answer].value if answer in found else _UNKNOWN[answer] for answer in Answer},
        "confidence": best.confidence if best else 0.0,
        "source": best.source.value if best else None,
        "observed_at": best.observed_at.isoformat() if best else None,
        "valid_until": best.valid_until.isoformat() if best else None,
        "answers": {answer.value: _about(found[answer]) if answer in found else None for answer in Answer},
        "evidence": [
            {**{other.value: _UNKNOWN[other] for other in Answer}, one.answer.value: one.value, **_about(one)}
            for one in evidence
        ],
    }


def _about(one: Evidence) -> dict[str, Any]:
    return {
        "source": one.source.value,
        "confidence": one.confidence,
        "observed_at": one.observed_at.isoformat(),
        "valid_until": one.valid_until.isoformat(),
        "basis": one.basis,
    }


def evidence_of(row: PlaceStatus) -> Evidence:
    """A stored row as evidence."""
    return Evidence(
        source=StatusSource(row.source),
        answer=Answer(row.answer),
        value=getattr(row, row.answer),
        confidence=row.confidence,
        observed_at=row.observed_at,
        valid_until=row.valid_until,
        basis=row.basis,
    )


def hours_say(place: Place, *, now: datetime) -> HoursSay | None:
    """The state at `now` by the place's opening hours.

    None if the hours do not give it, or the place has closed. The place's `city` must be selected, for zone
    and holidays.
    """
    city = place.city
    zone = zone_named(place.timezone or (city.timezone if city else ""))
    if not place.opening_hours or zone is None or place.state != PlaceState.ACTIVE:
        return None
    holidays = calendar_of(city.country, city.region) if city else None
    said = is_open(place.opening_hours, now, zone, holidays=holidays)
    if said is None:
        return None
    on_holiday = (
        holidays is not None
        and holidays(now.astimezone(zone).date())
        and not speaks_of_holidays(place.opening_hours)
    )
    return HoursSay(
        openness=Openness.OPEN if said else Openness.CLOSED,
        until=next_change(place.opening_hours, now, zone, holidays=holidays),
        on_holiday=on_holiday,
    )


def past_reports(place_ids: Collection[UUID], *, now: datetime) -> dict[UUID, list[PastReport]]:
    """Reports on these places at this hour of this weekday in past weeks (one query).

    Reports on places merged into them count too.
    """
    windows = Q()
    for week in range(1, WEEKS + 1):
        then = now - timedelta(weeks=week)
        windows |= Q(reported_at__range=(then - NEAR, then + NEAR))
    here = Q(place__in=place_ids) | Q(place__merged_into__in=place_ids)
    rows = PlaceReport.objects.filter(here, windows).exclude(
        crowd=Crowd.UNKNOWN, waiting_minutes__isnull=True
    )
    found: dict[UUID, list[PastReport]] = {}
    for place_id, survivor_id, at, crowd, waiting in rows.values_list(
        "place_id", "place__merged_into_id", "reported_at", "crowd", "waiting_minutes"
    ):
        one = PastReport(day=at.date(), crowd=Crowd(crowd), waiting_minutes=waiting)
        found.setdefault(survivor_id or place_id, []).append(one)
    return found


def known_ids(platform: str, *, city_id: UUID | None = None, limit: int = 500) -> list[str]:
    """Ids of active places at a platform (`google_place_id`).

    Watched places come first, then those with the oldest or no status.
    """
    places = Place.objects.filter(state=PlaceState.ACTIVE, external_ids__has_key=platform)
    if city_id is not None:
        places = places.filter(city=city_id)
    ordered = places.annotate(known=Max("statuses__observed_at")).order_by(
        F("known").asc(nulls_first=True), "id"
    )
    watched = watched_places()
    first = ordered.filter(pk__in=watched) if watched else ordered.none()
    ids = [
        *first.values_list("external_ids", flat=True)[:limit],
        *ordered.exclude(pk__in=watched).values_list("external_ids", flat=True)[:limit],
    ]
    return [str(one[platform]) for one in ids[:limit]]
