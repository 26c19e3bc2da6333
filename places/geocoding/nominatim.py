"""Nominatim's search, at OpenStreetMap's server or another one.

nominatim.org/release-docs/latest/api/Search
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from places.geocoding.base import HttpGeocoder, box_of
from places.geocoding.records import GeocodingAnswer, Precision, Question

PUBLIC: Final = "https://nominatim.openstreetmap.org"
_ROADS: Final = ("road", "pedestrian", "footway", "square", "path", "residential")
_AREAS: Final = frozenset(
    {
        "suburb",
        "neighbourhood",
        "quarter",
        "city_district",
        "borough",
        "postcode",
        "hamlet",
        "village",
        "park",
    }
)


@dataclass(frozen=True, kw_only=True)
class Nominatim(HttpGeocoder):
    """`url` of the server without `/search`.

    Its usage policy: at most one request a second, an honest User-Agent, a cache, the attribution.
    """

    url: str = PUBLIC
    name: ClassVar[str] = "nominatim"
    title: ClassVar[str] = "Nominatim"
    #: ODbL allows storing answers; addresses change, so they are requested again after half a year.
    keeps: ClassVar[timedelta] = timedelta(days=180)
    credit: ClassVar[str] = "© OpenStreetMap contributors"
    rate: ClassVar[int] = 1
    rate_window: ClassVar[float] = 1.1
    a_day: ClassVar[int] = 5_000
    quota_key: ClassVar[str] = "NOMINATIM"

    def endpoint(self) -> str:
        """The address of its search."""
        return f"{self.url.rstrip('/')}/search"

    def params(self, question: Question) -> dict[str, str]:
        """A free-form search."""
        box = box_of(question)
        country = {"countrycodes": question.country.lower()} if question.country else {}
        viewbox = f"{box.west:.4f},{box.south:.4f},{box.east:.4f},{box.north:.4f}"
        return {
            "q": question.text,
            "format": "jsonv2",
            "addressdetails": "1",
            "limit": "1",
            "viewbox": viewbox,
            **country,
        }

    def rows(self, body: Any) -> list[dict[str, Any]]:
        """The results; the answer is a list."""
        return list(body)

    def read(self, row: dict[str, Any]) -> GeocodingAnswer:
        """One result."""
        return _read(row)


def _read(row: dict[str, Any]) -> GeocodingAnswer:
    address = row.get("address") or {}
    house, street = (
        str(address.get("house_number") or ""),
        str(next((address[name] for name in _ROADS if address.get(name)), "")),
    )
    return GeocodingAnswer(
        lat=float(row["lat"]),
        lng=float(row["lon"]),
        precision=_precision(row, house),
        label=str(row.get("display_name") or ""),
        house=house,
        street=street,
    )


def _precision(row: dict[str, Any], house: str) -> Precision:
    """The precision by place rank.

    30 is a house or a point of interest, 26 and 27 streets, 17 to 25 parts of a town. Lower ranks are towns
    and larger areas.
    """
    if house:
        return Precision.BUILDING
    kind, rank = str(row.get("addresstype") or row.get("type") or ""), int(row.get("place_rank") or 0)
    if kind in _AREAS or 17 <= rank <= 25:
        return Precision.AREA
    if rank >= 30:
        return Precision.BUILDING
    return Precision.STREET if rank >= 26 else Precision.CITY
