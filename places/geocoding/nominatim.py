"""Nominatim's search (nominatim.org/release-docs/latest/api/Search), of OpenStreetMap's own server or another one."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from egress.records import Door, DoorPolicy, Quota
from places.geocoding.records import Answer, GeocoderError, Precision, Question

#: Its usage policy: one request a second at most, an honest User-Agent, a cache, the attribution.
PUBLIC: Final = "https://nominatim.openstreetmap.org"
_ROADS: Final = ("road", "pedestrian", "footway", "square", "path", "residential")
_AREAS: Final = frozenset({"suburb", "neighbourhood", "quarter", "city_district", "borough", "postcode", "hamlet", "village", "park"})


@dataclass(frozen=True, kw_only=True)
class Nominatim:
    """`url` of the server without `/search`."""

    url: str = PUBLIC
    name: ClassVar[str] = "nominatim"
    #: ODbL lets it be kept; addresses change, so it is asked again after half a year.
    keeps: ClassVar[timedelta] = timedelta(days=180)
    credit: ClassVar[str] = "© OpenStreetMap contributors"

    @property
    def policy(self) -> DoorPolicy:
        """One request a second, which the door's shared limits hold for all processes together."""
        return DoorPolicy(
            rate=1, rate_window=1.1, host_rate=1, host_window=1.1, obey_robots=False, total_timeout=20.0,
            quota_key="NOMINATIM", quotas=(Quota(requests=5_000, seconds=86_400),),
        )  # fmt: skip

    def ask(self, question: Question, door: Door) -> Answer | None:
        """The first result of a free-form search within the country, the city's box preferred."""
        reach = question.radius_km / 111.2
        params = {
            "q": question.text,
            "format": "jsonv2",
            "addressdetails": "1",
            "limit": "1",
            "viewbox": f"{question.lng - 2 * reach:.4f},{question.lat - reach:.4f},{question.lng + 2 * reach:.4f},{question.lat + reach:.4f}",
        }
        if question.country:
            params["countrycodes"] = question.country.lower()
        answer = door.get(f"{self.url.rstrip('/')}/search", params=params, headers={"Accept": "application/json"})
        try:
            found = json.loads(answer.content)
            return _read(found[0]) if found else None
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise GeocoderError("Nominatim's answer is not of its format") from error


def _read(row: dict[str, Any]) -> Answer:
    address = row.get("address") or {}
    house, street = str(address.get("house_number") or ""), str(next((address[name] for name in _ROADS if address.get(name)), ""))
    return Answer(
        lat=float(row["lat"]),
        lng=float(row["lon"]),
        precision=_precision(row, house),
        label=str(row.get("display_name") or ""),
        house=house,
        street=street,
    )


def _precision(row: dict[str, Any], house: str) -> Precision:
    """Place ranks: 30 is a house or a point of interest, 26 and 27 streets, 17 to 25 parts of a town; what is above is the town."""
    if house:
        return Precision.BUILDING
    kind, rank = str(row.get("addresstype") or row.get("type") or ""), int(row.get("place_rank") or 0)
    if kind in _AREAS or 17 <= rank <= 25:
        return Precision.AREA
    if rank >= 30:
        return Precision.BUILDING
    return Precision.STREET if rank >= 26 else Precision.CITY
