"""Where an event takes place: coordinates, and a venue out of the parts of its address."""

import math
from collections.abc import Iterable
from typing import Any

from pipeline.connectors.support.values.fields import html_lines, postal
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import Online
from pipeline.contract.normalized import Venue


def coordinates(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """Both as numbers in degrees (WGS 84); None for both where either is no number, out of range, or both are
    zero."""
    try:
        lat, lng = float(str(latitude).strip()), float(str(longitude).strip())
    except ValueError:
        return None, None
    if not (math.isfinite(lat) and math.isfinite(lng)) or abs(lat) > 90 or abs(lng) > 180 or lat == lng == 0:
        return None, None
    return lat, lng


def pair(text: str) -> tuple[float | None, float | None]:
    """Coordinates of "52.5;13.4", "52.5, 13.4" or "52.5 13.4": latitude first."""
    parts = text.replace(";", " ").replace(",", " ").split()
    return coordinates(parts[0], parts[1]) if len(parts) == 2 else (None, None)


def venue(
    *,
    name: str,
    city: str = "",
    country: str = "",
    street: str = "",
    area: Iterable[str] = (),
    address: str = "",
    parts: Iterable[Any] = (),
    point: tuple[Any, Any] = ("", ""),
    **ids: str,
) -> Venue:
    """A venue. Its address is `address`, else its `parts` as sites give them in HTML, else `street` and what of
    `area` it does not say already; '' without a street. `point` is latitude and longitude as they came; `ids`
    what platforms call it, by their names."""
    lat, lng = coordinates(*point)
    return Venue(
        name=name,
        address=address or ", ".join(html_lines(parts)) or (postal(street, *area) if street else ""),
        city=city,
        country=country,
        lat=lat,
        lng=lng,
        external_ids={platform: own[:200] for platform, own in ids.items() if own},
    )


def attendance(online: bool, place: object) -> str:
    """How one takes part in what is `online`: there alone, or at its place too; '' for what is not."""
    return str(Online.BOTH if online and place else Online.YES if online else "")


def middle(lat: float | None, lng: float | None, params: FetchParams) -> tuple[float, float] | None:
    """The point that is asked about, as (latitude, longitude): the configured one, else the source's city's;
    None where neither is known."""
    here = params.lat if lat is None else lat
    there = params.lng if lng is None else lng
    return None if here is None or there is None else (here, there)


def circle(given: str, params: FetchParams) -> str:
    """The middle of a circle as "latitude,longitude": the `given` one, else the source's city's; '' where
    neither is known."""
    if given or params.lat is None or params.lng is None:
        return given
    return f"{params.lat},{params.lng}"
