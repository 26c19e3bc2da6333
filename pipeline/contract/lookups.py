"""Questions about what is already known, and their answers, as records. The questions themselves are
`pipeline.refinement.lookups.Lookups`."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from pipeline.contract.candidates import Candidate

#: (external id, recurrence id) within one source.
Identity = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFact:
    """A place that is known: `names` are its name and aliases, folded by `pipeline.text.folding.fold_name`; `city`
    and `area` are slugs."""

    id: str
    name: str
    names: tuple[str, ...]
    city: str = ""
    area: str = ""
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    timezone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedVenue:
    """A venue to look for: its folded name, the slug of its city ('' where unknown), its point where it has
    one. `exact`: nothing merely like it."""

    name: str
    city: str = ""
    lat: float | None = None
    lng: float | None = None
    exact: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A person said, of an event in `city` (a slug, '' for none), that these words mean `place`."""

    city: str
    place: PlaceFact


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to look for: `city` slug ('' where unknown), the event's own day, whether that is all that is
    known of its start, folded title, place and addresses."""

    city: str
    day: date
    title: str
    dated: bool = False
    place_id: str = ""
    url: str = ""
    ticket_url: str = ""
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What the asking source lists already: its identity, its start in ISO 8601, the series that it belongs
    to ('' for none), and whether it goes on for days and can be visited."""

    external_id: str
    recurrence_id: str = ""
    start: str = ""
    series: str = ""
    ongoing: bool = False

    def is_another(self, other: "Own") -> bool:
        """Whether one source that lists both means two: occurrences of one series, starts that are not the
        same, or a whole run and its first day."""
        one_series = self.external_id == other.external_id or bool(
            self.series and self.series == other.series
        )
        return (
            self.start != other.start
            or self.ongoing != other.ongoing
            or (one_series and self.recurrence_id != other.recurrence_id)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """Present events that may be those of a batch. `own`: by event what the asking source lists of it
    already; `apart`: pairs of events that were said to be different."""

    events: Sequence[Candidate] = ()
    own: Mapping[str, tuple[Own, ...]] = field(default_factory=dict)
    apart: AbstractSet[frozenset[str]] = frozenset()


class CandidateLookups(Protocol):
    """What the step asks, once for a batch."""

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        """Present events that may be one of `wanted`: of a similar title in the same city (or, outside all
        cities, near by) within the days that the matcher compares, at the same place, or of the same address.
        `id` is the event's; `source` is `source_key` where that source lists it already, else the key of the
        one that gave its start."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """Another event that has the same words or picture: `organizer` and `venue` are names, '' where there are
    none."""

    event_id: UUID
    title: str
    organizer: str = ""
    venue: str = ""
    start: date
    performers: tuple[str, ...] = ()
