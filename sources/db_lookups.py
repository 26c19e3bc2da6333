"""`Lookups` answered by the database, each question once for a batch."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from accounts.crypto import contact_key
from places.atlas import Atlas
from places.queries import atlas, places_like
from sources.lookups import Identity, PlaceFact
from sources.matching.records import Candidate
from sources.queries import candidates
from sources.steps.match import Wanted

#: As many near places are offered for a name.
OFFERED = 5


class DatabaseLookups:
    """For one source and one batch. `held` is given by the caller, who knows the staged rows already."""

    def __init__(self, *, source_id: UUID, held: AbstractSet[Identity]) -> None:
        self.source_id = source_id
        self._held = held
        self.contact_key = contact_key()

    def atlas(self) -> Atlas:
        """All active cities and areas."""
        return atlas()

    def places(self, names: Collection[str]) -> Mapping[str, tuple[PlaceFact, ...]]:
        """Known places by name, alias or likeness."""
        found: dict[str, list[PlaceFact]] = {}
        for near in places_like(names):
            offered = found.setdefault(near.wanted, [])
            if len(offered) < OFFERED:
                offered.append(
                    PlaceFact(
                        id=str(near.id), name=near.name, names=(near.folded_name, *near.aliases), city=near.city, area=near.area, address=near.address,
                        lat=near.lat, lng=near.lng, timezone=near.timezone,
                    )
                )  # fmt: skip
        return {name: tuple(places) for name, places in found.items()}

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> list[Candidate]:
        """Present events near the wanted ones in title, place or address, of the same city and within a day."""
        return candidates(wanted, source_key=source_key)

    def held(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """Those that feed an event already."""
        return {identity for identity in identities if identity in self._held}
