"""What is compared, and what comes of it. Free of Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.contract.enums import PlaceVerdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Venue:
    """What one source says of a venue. Everything but the name may be empty, and then speaks for neither
    side.

    `lat`, `lng` in WGS 84 degrees; `source` parts lists that are each free of doubles; `country` an ISO 3166
    code."""

    id: str = ""
    name: str
    address: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    website: str = ""
    lat: float | None = None
    lng: float | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VenueLikeness:
    """How sure it is (0 to 1) that two are one venue, what follows from it, and why: in words, and by field
    for whoever shows it."""

    score: float
    outcome: PlaceVerdict
    reasons: str
    fields: Mapping[str, str | float] = field(default_factory=dict)
