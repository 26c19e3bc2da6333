"""The Protocol of the steps' lookups: cities and areas, known places, existing identities.

Each lookup serves a whole batch. `MemoryLookups` serves commands and tests without a database;
`sources/ingest/lookups.py` queries the database.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz import fuzz, process

from pipeline.contract.candidates import Candidate
from pipeline.contract.lookups import Alike, Copied, Correction, Identity, PlaceFact, Wanted, WantedVenue
from pipeline.geography.coordinates import haversine_km
from pipeline.geography.fixture import fixture_gazetteer
from pipeline.geography.gazetteer import Gazetteer
from pipeline.text.folding import fold_name

#: A place is offered as similar from this similarity of folded names on (0 to 100, rapidfuzz's ratio).
NEAR_NAME = 88.0
#: A place is offered for a venue without a city within this distance, in kilometres.
NEAR_KM = 1.0


class Lookups(Protocol):
    """The lookups of the steps.

    Each is called once for a batch, so that the number of queries does not depend on its length.
    `contact_key` is the key for hashing the address of a private organizer; b'' where there is none.
    """

    contact_key: bytes

    def gazetteer(self) -> Gazetteer:
        """All active cities and areas. Returns the same object as long as nothing changed."""
        ...

    def places(self, wanted: Collection[WantedVenue]) -> Mapping[WantedVenue, tuple[PlaceFact, ...]]:
        """For each venue, up to 5 places with its name, an alias or a similar name.

        They lie in its city or near its point. The most similar come first; the step chooses. A venue with
        neither city nor point has none.
        """
        ...

    def corrections(self, texts: Collection[str]) -> Mapping[str, tuple[Correction, ...]]:
        """For each folded text, the places that moderators assigned to it."""
        ...

    def venues_at(self, points: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """For each point, up to ten addresses of known places for which a source gave that point.

        Points are keys of `pipeline.geography.coordinates.point_key`; those without an address are left out.
        """
        ...

    def existing(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """Those of the source's identities that have an event already.

        A past occurrence of these is updated, not dropped.
        """
        ...

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        """Present events that may be the same as one of `wanted` (see `CandidateLookups`)."""
        ...

    def copies(self, keys: Collection[int], *, source_key: str) -> Mapping[int, Sequence[Copied]]:
        """For each key of a description, the other sources' events that have it.

        Keys are those of `pipeline.text.copies.text_key`; those without events are left out.
        """
        ...


@dataclass(slots=True)
class MemoryLookups:
    """Lookups in memory: the gazetteer of the project's own fixture, and what a test adds."""

    cities: Gazetteer = field(default_factory=fixture_gazetteer)
    known_places: tuple[PlaceFact, ...] = ()
    said: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    told_at: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    existing_identities: AbstractSet[tuple[str, Identity]] = frozenset()
    present: tuple[Candidate, ...] = ()
    texts: Mapping[int, Sequence[Copied]] = field(default_factory=dict)
    contact_key: bytes = b""

    def gazetteer(self) -> Gazetteer:
        """The gazetteer given at the start."""
        return self.cities

    def places(self, wanted: Collection[WantedVenue]) -> Mapping[WantedVenue, tuple[PlaceFact, ...]]:
        """Exact names and aliases first, then near ones."""
        if not self.known_places:
            return {}
        by_name: dict[str, list[PlaceFact]] = {}
        for place in self.known_places:
            for name in place.names or (fold_name(place.name),):
                by_name.setdefault(name, []).append(place)
        found: dict[WantedVenue, tuple[PlaceFact, ...]] = {}
        for one in wanted:
            near = process.extract(
                one.name,
                by_name.keys(),
                scorer=fuzz.ratio,
                score_cutoff=100 if one.exact else NEAR_NAME,
                limit=5,
            )
            offered = {
                place.id: place for match, _, _ in near for place in by_name[match] if _may_be(place, one)
            }
            if offered:
                found[one] = tuple(offered.values())[:5]
        return found

    def corrections(self, texts: Collection[str]) -> Mapping[str, tuple[Correction, ...]]:
        """As given at the start."""
        return {text: self.said[text] for text in texts if text in self.said}

    def venues_at(self, points: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """As given at the start."""
        return {point: self.told_at[point] for point in points if point in self.told_at}

    def existing(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """As given at the start: pairs of a source's key and an identity."""
        return {identity for identity in identities if (source_key, identity) in self.existing_identities}

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        """All that were given at the start, whatever is wanted: the matcher compares them."""
        return Alike(events=self.present)

    def copies(self, keys: Collection[int], *, source_key: str) -> Mapping[int, Sequence[Copied]]:
        """As given at the start."""
        return {key: self.texts[key] for key in keys if key in self.texts}


def _may_be(place: PlaceFact, wanted: WantedVenue) -> bool:
    """Whether the place may be the venue: it is in the same city, or near its point where a city is missing."""
    if place.city and wanted.city:
        return place.city == wanted.city
    near = None not in (place.lat, place.lng, wanted.lat, wanted.lng)
    return near and haversine_km(place.lat or 0, place.lng or 0, wanted.lat or 0, wanted.lng or 0) <= NEAR_KM
