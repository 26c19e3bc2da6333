"""A pattern that a source repeats in its titles or descriptions, as it is kept with the source."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

#: So many records must fit a pattern.
LEAST_RECORDS: Final = 5
#: From so many values in the records' own fields on, the share that agrees is the confidence, and this one is needed.
LEAST_TOLD: Final = 3
AGREEING: Final = 0.8
#: The confidence in a pattern that no field confirms is that share of the records that fit.
UNTOLD: Final = 0.85


class Role(StrEnum):
    """What the parts of a column are. `PLACE` is a venue and its town: "House, Town"."""

    DAY = "day"
    TOWN = "town"
    VENUE = "venue"
    PLACE = "venue, town"
    PERFORMERS = "performers"
    OTHER = "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePattern:
    """A pattern of one line, "title" or "description". `fits` of `records` records have it; `told` values of their own
    fields can be compared, `agreeing` of these are the same; `sample` is a line with it."""

    line: str
    separator: str
    roles: tuple[Role, ...]
    fits: int
    records: int
    reported: int
    agreeing: int
    sample: str

    @property
    def confidence(self) -> float:
        """The share of told values that agree; without enough of them that of the records that fit, lowered."""
        if self.reported >= LEAST_TOLD:
            return round(self.agreeing / self.reported, 3)
        return round(UNTOLD * self.fits / self.records, 3)

    @property
    def used(self) -> bool:
        """Whether the pattern fills fields: it agrees with what is told, or a day or a town confirms its form."""
        if self.reported >= LEAST_TOLD:
            return self.confidence >= AGREEING
        return self.fits >= LEAST_RECORDS and bool({Role.DAY, Role.TOWN, Role.PLACE} & {*self.roles})

    @property
    def shown(self) -> dict[str, Any]:
        """The pattern as the lab shows it."""
        return {
            "line": self.line,
            "pattern": self.separator.join(self.roles),
            "share": round(self.fits / self.records, 3),
            "confidence": self.confidence,
            "used": self.used,
            "sample": self.sample,
        }

    def to_json(self) -> dict[str, Any]:
        """The pattern as it is kept with its source."""
        return {**asdict(self), "roles": [str(role) for role in self.roles]}

    @classmethod
    def from_json(cls, reported: Mapping[str, Any]) -> "LinePattern":
        """What `to_json` gave."""
        return cls(**{**reported, "roles": tuple(Role(role) for role in reported["roles"])})
