"""What is known of places now, and whose state to ask for next."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Max

from places.enums import Crowd, Openness, PlaceState
from places.models import Place, PlaceStatus


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
