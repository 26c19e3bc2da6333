"""Google's Geocoding API (developers.google.com/maps/documentation/geocoding/requests-geocoding)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Final

from places.geocoding.base import HttpGeocoder, box_of
from places.geocoding.records import GeocoderError, GeocodingAnswer, Precision, Question

PUBLIC: Final = "https://maps.googleapis.com/maps/api/geocode/json"
_PRECISION: Final[Mapping[str, Precision]] = {
    "ROOFTOP": Precision.BUILDING,
    "RANGE_INTERPOLATED": Precision.BUILDING,
    "GEOMETRIC_CENTER": Precision.STREET,
    "APPROXIMATE": Precision.AREA,
}
_TOWNS: Final = frozenset(
    {"locality", "postal_town", "country", "administrative_area_level_1", "administrative_area_level_2"}
)
_POINTS: Final = frozenset({"establishment", "point_of_interest", "premise", "street_address", "subpremise"})


@dataclass(frozen=True, kw_only=True)
class Google(HttpGeocoder):
    """`key` of the API, `url` of its endpoint.

    Ten requests a second of the fifty permitted; a day's share of the 10,000 free ones a month.
    """

    key: str = field(repr=False)
    url: str = PUBLIC
    name: ClassVar[str] = "google"
    title: ClassVar[str] = "Google"
    #: The terms allow storing coordinates for 30 days.
    keeps: ClassVar[timedelta] = timedelta(days=30)
    credit: ClassVar[str] = "Google"
    rate: ClassVar[int] = 10
    rate_window: ClassVar[float] = 1.0
    a_day: ClassVar[int] = 330
    quota_key: ClassVar[str] = "GEOCODER_KEY"

    def params(self, question: Question) -> dict[str, str]:
        """An address within a box."""
        box = box_of(question)
        country = {"components": f"country:{question.country}"} if question.country else {}
        bounds = f"{box.south:.4f},{box.west:.4f}|{box.north:.4f},{box.east:.4f}"
        return {"address": question.text, "bounds": bounds, "key": self.key, **country}

    def rows(self, body: Any) -> list[dict[str, Any]]:
        """The results. Raises GeocoderError for a status that is neither success nor "no such address"."""
        status = body["status"]
        if status not in ("OK", "ZERO_RESULTS"):
            raise GeocoderError(f"Google refused: {str(status)[:40]}")
        return list(body["results"]) if status == "OK" else []

    def read(self, row: dict[str, Any]) -> GeocodingAnswer:
        """One result."""
        return _read(row)


def _read(row: dict[str, Any]) -> GeocodingAnswer:
    parts = {
        kind: str(part.get("long_name") or "")
        for part in row.get("address_components") or ()
        for kind in part.get("types") or ()
    }
    types = set(row.get("types") or ())
    return GeocodingAnswer(
        lat=float(row["geometry"]["location"]["lat"]),
        lng=float(row["geometry"]["location"]["lng"]),
        precision=_precision(str(row["geometry"].get("location_type") or ""), types),
        label=str(row.get("formatted_address") or ""),
        house=parts.get("street_number", ""),
        street=parts.get("route", ""),
        partial=bool(row.get("partial_match")),
    )


def _precision(said: str, types: set[str]) -> Precision:
    if types & _TOWNS:
        return Precision.CITY
    if types & _POINTS and said != "APPROXIMATE":
        return Precision.BUILDING
    return _PRECISION.get(said, Precision.AREA)
