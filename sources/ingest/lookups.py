"""`Lookups` from the database, each with one query for a batch."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from accounts.crypto import contact_key
from events.queries.copies import same_texts
from pipeline.contract.lookups import Alike, Copied, Correction, Identity, PlaceFact, Wanted, WantedVenue
from pipeline.geography.gazetteer import Gazetteer
from places.queries import Asked, NearPlace, corrections, gazetteer, places_for, venues_named_at
from sources.queries.alike import Ahead, candidates


class DatabaseLookups:
    """Lookups for one source and one batch.

    `held` comes from the caller, who has read the staged rows already. `ahead` has the results of earlier
    lookups.
    """

    def __init__(self, *, source_id: UUID, held: AbstractSet[Identity], ahead: Ahead | None = None) -> None:
        self.source_id = source_id
        self._held, self._ahead = held, ahead
        self.contact_key = contact_key()

    def gazetteer(self) -> Gazetteer:
        """All active cities and areas."""
        return gazetteer()

    def places(self, wanted: Collection[WantedVenue]) -> Mapping[WantedVenue, tuple[PlaceFact, ...]]:
        """Known places by name, alias or similarity."""
        ones = list(wanted)
        found = places_for(
            [Asked(name=one.name, city=one.city, lat=one.lat, lng=one.lng, exact=one.exact) for one in ones]
        )
        return {
            one: tuple(_fact(near) for near in offered)
            for one, offered in zip(ones, found, strict=True)
            if offered
        }

    def corrections(self, texts: Collection[str]) -> Mapping[str, tuple[Correction, ...]]:
        """Moderators' corrections of these texts."""
        said: dict[str, list[Correction]] = {}
        for city, near in corrections(texts):
            said.setdefault(near.wanted, []).append(Correction(city=city, place=_fact(near)))
        return {text: tuple(ones) for text, ones in said.items()}

    def venues_at(self, points: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Addresses of known places for which a source gave these points."""
        reported: dict[str, list[str]] = {}
        for point, address in venues_named_at(points):
            reported.setdefault(point, []).append(address)
        return {point: tuple(addresses) for point, addresses in reported.items()}

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        """Present events near the wanted ones in title, place or address (`sources.queries.alike`)."""
        return candidates(wanted, source_key=source_key, ahead=self._ahead)

    def copies(self, keys: Collection[int], *, source_key: str) -> Mapping[int, Sequence[Copied]]:
        """Events of other sources with the same descriptions."""
        return same_texts(keys, but_not_of=[self.source_id])

    def existing(self, source_key: str, identities: Collection[Identity]) -> AbstractSet[Identity]:
        """The identities that are linked to an event already."""
        return {identity for identity in identities if identity in self._held}


def _fact(near: NearPlace) -> PlaceFact:
    return PlaceFact(
        id=str(near.id), name=near.name, names=(near.folded_name, *near.aliases), city=near.city, area=near.area, address=near.address,
        lat=near.lat, lng=near.lng, timezone=near.timezone,
    )  # fmt: skip
