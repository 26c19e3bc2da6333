"""Finds the point of an address with the geocoder that the settings name. Without one nothing is
requested."""

from collections.abc import Mapping
from typing import Any

from places.geocoding.checking import doubt
from places.geocoding.google import Google
from places.geocoding.nominatim import Nominatim
from places.geocoding.records import Geocoder, GeocoderError, GeocodingAnswer, Precision, Question

__all__ = [
    "Geocoder",
    "GeocoderError",
    "GeocodingAnswer",
    "Google",
    "Nominatim",
    "Precision",
    "Question",
    "credit_of",
    "doubt",
    "geocoder_named",
]

#: What is shown beside a point, by the name of who found it.
CREDITS = {kind.name: kind.credit for kind in (Nominatim, Google)}


def credit_of(provided: Mapping[str, Any]) -> str:
    """Who must be named where a place's point is shown, by where its fields come from (`Place.provided`); ''
    where no geocoder found it."""
    return CREDITS.get(str((provided.get("lat") or {}).get("by", "")), "")


def geocoder_named(name: str, *, url: str = "", key: str = "") -> Geocoder | None:
    """The geocoder of that name: nominatim (at `url`, else OpenStreetMap's own) or google (needs `key`); None
    for ''. ValueError for another."""
    if not name:
        return None
    if name == "nominatim":
        return Nominatim(url=url) if url else Nominatim()
    if name == "google":
        if not key:
            raise ValueError("GEOCODER=google needs GEOCODER_KEY.")
        return Google(key=key, url=url) if url else Google(key=key)
    raise ValueError(f"GEOCODER={name[:20]} is not known: use nominatim or google.")
