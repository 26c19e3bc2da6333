"""Finds or creates the place of an event's venue.

A place with that name and without contradicting facts is used, otherwise a new one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.text import slugify
from django.utils.timezone import now

from outbox import rows as table
from pipeline.geography.likeness import Look, Venue, compare, look
from pipeline.geography.wording import wordings
from pipeline.text.folding import fold_name
from places.models import City, Place, PlaceAlias

#: A place with the same name in the same city is the wanted one unless address or distance contradict it more
#: strongly than this.
SAME_NAME_AT = 0.5

#: A city's slug and a folded name.
Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedPlace:
    """A venue that an event names in a city (by slug).

    `told_at`: the point by its source (`pipeline.geography.coordinates.point_key`).
    """

    city: str
    name: str
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    told_at: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """The fields of a place that are compared."""

    id: UUID
    address: str
    lat: float | None
    lng: float | None


#: The places with a name in a city, as name or alias; a merged one stands for its survivor. Queried in pairs,
#: so that a name of one city is not searched in another.
_OFFERED: Final = """
WITH asked AS MATERIALIZED (
    SELECT pair.slug, city.id AS city_id, pair.folded
    FROM unnest(%s::text[], %s::text[]) AS pair(slug, folded) JOIN places_city city ON city.slug = pair.slug
)
SELECT DISTINCT hit.slug, hit.folded, kept.id, kept.address, kept.lat, kept.lng
FROM (
    SELECT asked.slug, asked.folded, own.id FROM asked
    JOIN places_place own ON own.city_id = asked.city_id AND own.folded_name = asked.folded
    UNION ALL
    SELECT asked.slug, asked.folded, alias.place_id FROM asked
    JOIN places_placealias alias ON alias.city_id = asked.city_id AND alias.folded = asked.folded
) hit
JOIN places_place own ON own.id = hit.id
JOIN places_place kept ON kept.id = coalesce(own.merged_into_id, own.id)
ORDER BY kept.id
"""


def ensure_places(wanted: Sequence[WantedPlace]) -> list[UUID | None]:
    """The place of each wanted one, in order: found by name or alias within its city, else created.

    None without a city or a name. At most four queries. Another branch of a chain, by its address or
    distance, is another place. Call it under the city's advisory lock, so that two batches do not create the
    same place.
    """
    keys = [(want.city, fold_name(want.name)[:200]) for want in wanted]
    usable = {key for key in keys if all(key)}
    if not usable:
        return [None] * len(wanted)
    cities = dict(City.objects.filter(slug__in={city for city, _ in usable}).values_list("slug", "id"))
    texts = {(want.city, text) for want in wanted for text in wordings(want.name, want.address)}
    offered = _offered(usable | texts)
    new: list[Place] = []
    found: list[UUID | None] = []
    for key, want in zip(keys, wanted, strict=True):
        if key not in usable or key[0] not in cities:
            found.append(None)
            continue
        known = _reported(want, offered) or _same(want, key[1], offered[key])
        if known is None:
            place = _new_place(want, key[1], cities[key[0]])
            new.append(place)
            known = _Known(place.id, place.address, place.lat, place.lng)
            offered[key].append(known)
        found.append(known.id)
    table.insert(new)
    table.insert(list(_aliases(new)), but_not_known=True)
    return found


def _offered(keys: Iterable[Key]) -> dict[Key, list[_Known]]:
    """The places with these names in their cities (one query)."""
    pairs = sorted(keys)
    found: dict[Key, list[_Known]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, [[city for city, _ in pairs], [folded for _, folded in pairs]])
        for city, folded, *place in cursor.fetchall():
            found[(city, folded)].append(_Known(*place))
    return found


def _reported(want: WantedPlace, offered: Mapping[Key, Sequence[_Known]]) -> _Known | None:
    """The place with both name and address as an alias: a merged one, or one that a moderator corrected."""
    both = [text for text in wordings(want.name, want.address) if text != fold_name(want.name)]
    return next((place for text in both for place in offered.get((want.city, text), ())), None)


def _same(want: WantedPlace, folded: str, offered: Sequence[_Known]) -> _Known | None:
    """The most similar of the places with that name that nothing contradicts."""
    wanted = _look(folded, want.address, want.lat, want.lng, want.city)
    scored = [
        (compare(wanted, _look(folded, place.address, place.lat, place.lng, want.city)).score, place)
        for place in offered
    ]
    likely = [pair for pair in scored if pair[0] >= SAME_NAME_AT]
    return max(likely, key=lambda pair: pair[0])[1] if likely else None


def _look(name: str, address: str, lat: float | None, lng: float | None, city: str) -> Look:
    return look(Venue(name=name, address=address, lat=lat, lng=lng, city=city))


def _new_place(want: WantedPlace, folded: str, city_id: UUID) -> Place:
    return Place(
        slug=slugify(want.name)[:100] or "venue",
        name=want.name[:200],
        folded_name=folded,
        city_id=city_id,
        address=want.address[:400],
        lat=want.lat,
        lng=want.lng,
        plus_code=want.plus_code[:20],
        told_at=want.told_at,
        is_sample=want.is_sample,
        updated_at=now(),
    )


def _aliases(places: Iterable[Place]) -> Iterable[PlaceAlias]:
    """The aliases of new places: the name, and where another place has it, the name with the address."""
    for place in places:
        for folded in wordings(place.name, place.address):
            if folded.startswith(place.folded_name):
                yield PlaceAlias(place=place, city_id=place.city_id, folded=folded)
