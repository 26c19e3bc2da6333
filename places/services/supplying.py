"""Writes a platform's facts to a place.

It fills empty fields and updates those from the same platform; it never changes a field that a person locked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from pipeline.dates.zones import zone_named
from pipeline.geography.coordinates import coordinates_problem
from pipeline.geography.gazetteer import Gazetteer
from places.enums import PlaceState
from places.models import Place
from places.records import PlaceFacts

#: A fact is stored again only shortly before it expires; otherwise each fetch would write every row to renew
#: it.
RENEW: Final = timedelta(days=1)
MOST_KINDS: Final = 12
MOST_PHOTOS: Final = 5
TEXT_LIMITS: Final = {
    "address": 400,
    "timezone": 64,
    "plus_code": 20,
    "phone": 40,
    "website": 500,
    "opening_hours": 500,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """One batch: its source, its time, and how long its facts may be stored."""

    by: str
    now: datetime
    until: datetime | None
    cities: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    gazetteer: Gazetteer


#: Columns that facts may change, and those that readers see.
VISIBLE: Final = (
    *TEXT_LIMITS,
    "kinds",
    "lat",
    "lng",
    "external_ids",
    "rating",
    "photos",
    "state",
    "city_id",
    "area_id",
)
COLUMNS: Final = (*VISIBLE, "provided", "provided_until", "rating_expires_at")


def supply(place: Place, one: PlaceFacts, taking: Taking) -> None:
    """Write one fact to `place`, with who provided it and until when it may be kept. Not saved."""
    provided = {name: dict(entry) for name, entry in place.provided.items()}
    for name, value in _values(one).items():
        if _may(place, provided, name, taking.by, empty=getattr(place, name) in ("", None, [])):
            setattr(place, name, value)
            _note(provided, name, taking)
    _apply_point(place, one, provided, taking)
    _apply_rating(place, one, provided, taking)
    _apply_state(place, one, provided, taking)
    if "kinds" not in place.locked_fields:
        place.kinds = list(dict.fromkeys([*place.kinds, *one.kinds]))[:MOST_KINDS]
    place.external_ids = {**place.external_ids, **one.external_ids}
    place.provided = provided
    place.provided_until = min(
        (datetime.fromisoformat(entry["until"]) for entry in provided.values() if entry.get("until")),
        default=None,
    )
    _locate(place, one, taking)


def _values(one: PlaceFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: text for name in TEXT_LIMITS if len(text := getattr(one, name)) <= TEXT_LIMITS[name]
    }
    values["address"] = one.address[: TEXT_LIMITS["address"]]
    zone = zone_named(values.get("timezone", ""))
    values["timezone"] = zone.key if zone else ""
    values["photos"] = [dict(photo) for photo in one.photos][:MOST_PHOTOS]
    return {name: value for name, value in values.items() if value}


def _apply_point(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: Taking) -> None:
    if one.lat is None or one.lng is None or coordinates_problem(one.lat, one.lng):
        return
    if not {"lat", "lng"} & set(place.locked_fields) and _may(
        place, provided, "lat", taking.by, empty=place.lat is None
    ):
        place.lat, place.lng = one.lat, one.lng
        _note(provided, "lat", taking)


def _apply_rating(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: Taking) -> None:
    if (
        one.rating is not None
        and 0 <= one.rating <= 5
        and _may(place, provided, "rating", taking.by, empty=place.rating is None)
    ):
        place.rating = Decimal(str(round(one.rating, 2)))
        _note(provided, "rating", taking)
        until = provided["rating"].get("until")
        place.rating_expires_at = datetime.fromisoformat(until) if until else None


def _apply_state(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: Taking) -> None:
    """Close a place where the source states so; open it again where the same source no longer does."""
    if place.state == PlaceState.MERGED or "state" in place.locked_fields:
        return
    if one.closed_for_good:
        place.state = PlaceState.CLOSED.value
        provided["state"] = {"by": taking.by}
    elif provided.get("state", {}).get("by") == taking.by:
        place.state = PlaceState.ACTIVE.value
        provided.pop("state")


def _may(place: Place, provided: Mapping[str, Any], name: str, by: str, *, empty: bool) -> bool:
    return name not in place.locked_fields and (empty or provided.get(name, {}).get("by") == by)


def _note(provided: dict[str, Any], name: str, taking: Taking) -> None:
    entry = provided.get(name, {})
    fresh = (
        entry.get("by") == taking.by
        and entry.get("until")
        and datetime.fromisoformat(entry["until"]) > taking.now
    )
    if taking.until is None:
        provided[name] = {"by": taking.by}
    elif not fresh or taking.until - datetime.fromisoformat(entry["until"]) >= min(
        RENEW, (taking.until - taking.now) / 4
    ):
        provided[name] = {"by": taking.by, "until": taking.until.isoformat()}


def _locate(place: Place, one: PlaceFacts, taking: Taking) -> None:
    """Set city and area by the coordinates, where the place has none."""
    if place.city_id is None:
        here = (
            taking.gazetteer.city_at(place.lat, place.lng)
            if place.lat is not None and place.lng is not None
            else None
        )
        slug = here.slug if here else one.city
        place.city_id = taking.cities.get(slug)
    if place.area_id is None and place.lat is not None and place.lng is not None:
        area = taking.gazetteer.area_at(place.lat, place.lng)
        place.area_id = taking.areas.get(area.slug) if area else None
