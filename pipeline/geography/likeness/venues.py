"""Input and output records of the comparison. Free of Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.contract.enums import PlaceVerdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Venue:
    """One source's facts about a venue.

    Everything but the name may be empty, and is then no evidence. `lat`, `lng` in WGS 84 degrees; `source`
    separates lists that are free of duplicates; `country` is an ISO 3166 code.
    """

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
    """The probability (0 to 1) that two venues are the same, the verdict, and the reasons.

    The reasons are given as text and by field.
    """

    score: float
    outcome: PlaceVerdict
    reasons: str
    fields: Mapping[str, str | float] = field(default_factory=dict)
