"""Google's Geocoding API (developers.google.com/maps/documentation/geocoding/requests-geocoding)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Final

from egress.records import Door, DoorPolicy, Quota
from places.geocoding.records import Answer, GeocoderError, Precision, Question

PUBLIC: Final = "https://maps.googleapis.com/maps/api/geocode/json"
_PRECISION: Final[Mapping[str, Precision]] = {
    "ROOFTOP": Precision.BUILDING,
    "RANGE_INTERPOLATED": Precision.BUILDING,
    "GEOMETRIC_CENTER": Precision.STREET,
    "APPROXIMATE": Precision.AREA,
}
_TOWNS: Final = frozenset({"locality", "postal_town", "country", "administrative_area_level_1", "administrative_area_level_2"})
_POINTS: Final = frozenset({"establishment", "point_of_interest", "premise", "street_address", "subpremise"})


@dataclass(frozen=True, kw_only=True)
class Google:
    """`key` of the API, `url` of its endpoint."""

    key: str = field(repr=False)
    url: str = PUBLIC
    name: ClassVar[str] = "google"
    #: Its terms let coordinates be kept for 30 days.
    keeps: ClassVar[timedelta] = timedelta(days=30)
    credit: ClassVar[str] = "Google"

    @property
    def policy(self) -> DoorPolicy:
        """Ten requests a second of the fifty that are granted; a day's share of the 10,000 a month that cost nothing."""
        return DoorPolicy(
            rate=10, rate_window=1.0, host_rate=10, host_window=1.0, obey_robots=False, total_timeout=20.0,
            quota_key="GEOCODER_KEY", quotas=(Quota(requests=330, seconds=86_400),),
        )  # fmt: skip

    def ask(self, question: Question, door: Door) -> Answer | None:
        """The first result within the country, the city's box preferred."""
        reach = question.radius_km / 111.2
        params = {
            "address": question.text,
            "bounds": f"{question.lat - reach:.4f},{question.lng - 2 * reach:.4f}|{question.lat + reach:.4f},{question.lng + 2 * reach:.4f}",
            "key": self.key,
        }
        if question.country:
            params["components"] = f"country:{question.country}"
        answer = door.get(self.url, params=params)
        try:
            found = json.loads(answer.content)
            status = found["status"]
            if status not in ("OK", "ZERO_RESULTS"):
                raise GeocoderError(f"Google refused: {str(status)[:40]}")
            return _read(found["results"][0]) if status == "OK" and found["results"] else None
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise GeocoderError("Google's answer is not of its format") from error


def _read(row: dict[str, Any]) -> Answer:
    parts = {kind: str(part.get("long_name") or "") for part in row.get("address_components") or () for kind in part.get("types") or ()}
    types = set(row.get("types") or ())
    return Answer(
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
