"""Deletes data whose storage time is limited by a provider's terms."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from places.models import Place

BATCH: Final = 500
_EMPTY: Final[dict[str, Any]] = {"rating": None, "photos": [], "lat": None, "lng": None}


def forget_expired(*, now: datetime) -> int:
    """Empty expired fields.

    Returns how many places lost some. Names, ids and locked fields stay.
    """
    total = 0
    while True:
        with transaction.atomic():
            due = (
                Place.objects.select_for_update(skip_locked=True)
                .filter(provided_until__lte=now)
                .order_by("provided_until")
            )
            places = list(due[:BATCH])
            for place in places:
                _forget(place, now)
            columns = ["provided", "provided_until", "rating_expires_at", "updated_at", *_COLUMNS]
            Place.objects.bulk_update(places, columns)
        total += len(places)
        if len(places) < BATCH:
            return total


_COLUMNS: Final = (
    "address",
    "timezone",
    "plus_code",
    "phone",
    "website",
    "opening_hours",
    "photos",
    "rating",
    "lat",
    "lng",
)


def _forget(place: Place, now: datetime) -> None:
    kept = {}
    for name, entry in place.provided.items():
        until = entry.get("until")
        if not until or datetime.fromisoformat(until) > now:
            kept[name] = entry
        elif name not in place.locked_fields:
            for column in ("lat", "lng") if name == "lat" else (name,):
                setattr(place, column, _EMPTY.get(column, ""))
    if "rating" not in kept and "rating" in place.provided:
        place.rating_expires_at = None
    place.provided = kept
    place.provided_until = min(
        (datetime.fromisoformat(entry["until"]) for entry in kept.values() if entry.get("until")),
        default=None,
    )
    place.updated_at = now
