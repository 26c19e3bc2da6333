"""What steps may ask: cities and areas, known places, identities that are already held. One question answers for a whole batch.

The steps know only the Protocol. `MemoryLookups` serves commands and tests that need no database; `sources/db_lookups.py` asks the database.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import fuzz, process

from places.atlas import Atlas, fixture_atlas
from places.geography import fold_name

if TYPE_CHECKING:
    from sources.matching.records import Candidate
    from sources.steps.match import Wanted

#: (external id, recurrence id) within one source.
Identity = tuple[str, str]

#: From this likeness of folded names on (0 to 100, rapidfuzz's ratio) a place is offered as a near one.
NEAR_NAME = 88.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFact:
    """A place that is known: `names` are its name and aliases, folded by `places.geography.fold_name`; `city` and `area` are slugs."""

    id: str
    name: str
    names: tuple[str, ...]
    city: str = ""
    area: str = ""
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    timezone: str = ""


class Lookups(Protocol):
    """The questions of the steps. Each is asked once for a batch, so that the number of queries does not depend on its length."""

    def atlas(self) -> Atlas:
        """All active cities and areas. The same object as long as nothing changed."""
        ...

    def places(self, names: Collection[str]) -> Mapping[str, tuple[PlaceFact, ...]]:
        """For each folded name, the places that bear it, as name or alias, or one much like it (trigram or ratio); the likest first, at
        most 5. Which of them is meant is for the step to decide."""
        ...

    def held(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """Those of the source's identities that are already held with an event: a past occurrence of these is updated, not dropped."""
        ...

    def candidates(self, wanted: "Sequence[Wanted]", *, source_key: str) -> "list[Candidate]":
        """Present events that may be one of `wanted` (`sources.steps.match.CandidateLookups`)."""
        ...


@dataclass(slots=True)
class MemoryLookups:
    """Everything in memory: the atlas of the project's own fixture, and what a test puts in."""

    cities: Atlas = field(default_factory=fixture_atlas)
    known_places: tuple[PlaceFact, ...] = ()
    held_identities: AbstractSet[tuple[str, Identity]] = frozenset()
    present: "tuple[Candidate, ...]" = ()

    def atlas(self) -> Atlas:
        """The atlas given at the start."""
        return self.cities

    def places(self, names: Collection[str]) -> Mapping[str, tuple[PlaceFact, ...]]:
        """Exact names and aliases first, then near ones."""
        if not self.known_places:
            return {}
        by_name: dict[str, list[PlaceFact]] = {}
        for place in self.known_places:
            for name in place.names or (fold_name(place.name),):
                by_name.setdefault(name, []).append(place)
        found: dict[str, tuple[PlaceFact, ...]] = {}
        for name in names:
            near = process.extract(name, by_name.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_NAME, limit=5)
            offered = {place.id: place for match, _, _ in near for place in by_name[match]}
            if offered:
                found[name] = tuple(offered.values())[:5]
        return found

    def held(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """As given at the start: pairs of a source's key and an identity."""
        return {identity for identity in identities if (source_key, identity) in self.held_identities}

    def candidates(self, wanted: "Sequence[Wanted]", *, source_key: str) -> "list[Candidate]":
        """All that were given at the start, whatever is wanted: the matcher tells them apart."""
        return list(self.present)
