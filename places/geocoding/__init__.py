"""Finds the point of an address with the configured geocoder. Without one no request is sent."""

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

#: The attribution beside a point, by the name of the geocoder.
CREDITS = {kind.name: kind.credit for kind in (Nominatim, Google)}


def credit_of(provided: Mapping[str, Any]) -> str:
    """The attribution for a place's point, by the origins of its fields (`Place.provided`).

    '' without a geocoder.
    """
    return CREDITS.get(str((provided.get("lat") or {}).get("by", "")), "")


def geocoder_named(name: str, *, url: str = "", key: str = "") -> Geocoder | None:
    """The geocoder with that name; None for ''.

    Raises ValueError for an unknown name. nominatim (at `url`, else OpenStreetMap's own server) or google
    (needs `key`).
    """
    if not name:
        return None
    if name == "nominatim":
        return Nominatim(url=url) if url else Nominatim()
    if name == "google":
        if not key:
            raise ValueError("GEOCODER=google needs GEOCODER_KEY.")
        return Google(key=key, url=url) if url else Google(key=key)
    raise ValueError(f"GEOCODER={name[:20]} is not known: use nominatim or google.")
