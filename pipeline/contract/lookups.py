"""Records for lookups: questions about what is stored already, and their answers.

`pipeline.refinement.lookups.Lookups` has the lookups themselves.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from pipeline.contract.candidates import Candidate

#: (external id, recurrence id) within one source.
Identity = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFact:
    """A known place.

    `city` and `area` are slugs.

    `names` are its name and aliases, folded by `pipeline.text.folding.fold_name`.
    """

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
    """A venue to look up.

    Its folded name, the slug of its city ('' where unknown), and its point, if it has one. With `exact`,
    similar names do not count.
    """

    name: str
    city: str = ""
    lat: float | None = None
    lng: float | None = None
    exact: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A moderator's correction: of an event in `city` (a slug, '' for none), these words mean `place`."""

    city: str
    place: PlaceFact


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to look up for one draft.

    `city` slug ('' where unknown), the event's own day, whether only the day of its start is known, folded
    title, place and addresses. `start` is its moment (aware), None where only the day is known.
    """

    city: str
    day: date
    title: str
    dated: bool = False
    place_id: str = ""
    url: str = ""
    ticket_url: str = ""
    lat: float | None = None
    lng: float | None = None
    start: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """A listing that the asking source has already.

    Its identity, its start in ISO 8601, the id of its series ('' for none), and whether it is an ongoing
    event, which lasts for days and can be visited.
    """

    external_id: str
    recurrence_id: str = ""
    start: str = ""
    series: str = ""
    ongoing: bool = False

    def is_another(self, other: "Own") -> bool:
        """Whether one source that lists both means two events.

        It does for two occurrences of one series, for different starts, and for an ongoing event and its
        first day.
        """
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
    """Present events that may be those of a batch.

    `own`: by event, the listings of the asking source. `apart`: pairs of events that were declared different.
    """

    events: Sequence[Candidate] = ()
    own: Mapping[str, tuple[Own, ...]] = field(default_factory=dict)
    apart: AbstractSet[frozenset[str]] = frozenset()


class CandidateLookups(Protocol):
    """The lookups of the step, once for a batch."""

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        """Present events that may be the same as one of `wanted`.

        Those with a similar title in the same city (or near by, outside all cities) within the days that the
        matcher compares, at the same place, or with the same address. `id` is the event's. `source` is
        `source_key` where that source lists the event already, else the key of the source that gave its
        start.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """Another event with the same description or picture.

    `organizer` and `venue` are names, '' where there are none.
    """

    event_id: UUID
    title: str
    organizer: str = ""
    venue: str = ""
    start: date
    performers: tuple[str, ...] = ()
