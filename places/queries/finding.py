"""Finds places by name: exact names, similar names, or words that a moderator assigned to a place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

#: A place is offered as similar from this similarity of folded names on (pg_trgm).
NEAR_NAME: Final = 0.55
#: At most so many places are offered for a name.
OFFERED: Final = 5
#: A place is offered for a venue without a city within this distance of its point, in degrees (about a
#: kilometre).
NEAR_DEGREES: Final = 0.012


@dataclass(frozen=True, kw_only=True, slots=True)
class NearPlace:
    """A place with a name similar to the wanted one.

    With slugs of its city and area; `aliases` are its similar folded names.
    """

    wanted: str
    id: UUID
    name: str
    folded_name: str
    city: str
    area: str
    address: str
    lat: float | None
    lng: float | None
    timezone: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A folded name to look up, in a city (by slug, '' where unknown) or near a point.

    With `exact`, similar names do not count.
    """

    name: str
    city: str = ""
    lat: float | None = None
    lng: float | None = None
    exact: bool = False


_COLUMNS: Final = "place.id, place.name, place.folded_name, city.slug, area.slug, place.address, place.lat, place.lng, place.timezone"
_JOINS: Final = """
JOIN places_place place ON place.id = hit.place_id AND place.state = 'active'
LEFT JOIN places_city city ON city.id = place.city_id
LEFT JOIN places_area area ON area.id = place.area_id
"""
_ASKED: Final = "unnest(%s::int[], %s::text[], %s::text[], %s::float[], %s::float[]) AS asked(number, name, city, lat, lng)"
_HERE: Final = (
    f"(city.slug = hit.city OR ((place.city_id IS NULL OR hit.city = '') AND place.lat BETWEEN hit.lat - {NEAR_DEGREES} AND hit.lat + {NEAR_DEGREES}"
    f" AND place.lng BETWEEN hit.lng - 2 * {NEAR_DEGREES} AND hit.lng + 2 * {NEAR_DEGREES}))"
)
#: The matches are found before the join with their places: without statistics the planner would search for
#: them once for each place. Of a chain's branches the nearest come first.
_NEARNESS: Final = "(place.lat - hit.lat) ^ 2 + (place.lng - hit.lng) ^ 2 NULLS LAST"

#: The exact name, as name or alias.
_EXACT: Final = f"""
WITH hit AS MATERIALIZED (
    SELECT asked.*, names.place_id FROM {_ASKED}
    JOIN LATERAL (
        SELECT alias.place_id FROM places_placealias alias WHERE alias.folded = asked.name
        UNION SELECT own.id FROM places_place own WHERE own.folded_name = asked.name
    ) names ON true
)
SELECT hit.number, {_COLUMNS}, ARRAY[hit.name]
FROM hit
{_JOINS}
WHERE {_HERE}
ORDER BY hit.number, {_NEARNESS}, place.id
"""  # noqa: S608 (made of constants)

#: Names and aliases of places in a city, or near a point, so that no name is searched in the whole world.
_NAMES_WHERE: Final = """
SELECT own.id AS place_id, own.folded_name AS folded FROM places_place own WHERE {where} AND own.folded_name %% asked.name
UNION SELECT own.id, alias.folded FROM places_place own JOIN places_placealias alias ON alias.place_id = own.id
WHERE {where} AND alias.folded %% asked.name
"""
_BOX: Final = (
    f"own.lat BETWEEN asked.lat - {NEAR_DEGREES} AND asked.lat + {NEAR_DEGREES}"
    f" AND own.lng BETWEEN asked.lng - 2 * {NEAR_DEGREES} AND asked.lng + 2 * {NEAR_DEGREES}"
)
#: Three separate queries, since each has its own index.
_WHERES: Final = (
    "own.city_id = asked.city_id",
    f"own.city_id IS NULL AND {_BOX}",
    f"asked.city = '' AND {_BOX}",
)

#: Similar names, by the trigram indexes; the most similar first.
_NEAR: Final = f"""
WITH asked AS MATERIALIZED (SELECT asked.*, named.id AS city_id FROM {_ASKED} LEFT JOIN places_city named ON named.slug = asked.city),
hit AS MATERIALIZED (
    SELECT asked.*, names.place_id, names.folded, similarity(names.folded, asked.name) AS likeness
    FROM asked JOIN LATERAL ({" UNION ".join(_NAMES_WHERE.format(where=where) for where in _WHERES)}) names ON true
)
SELECT hit.number, {_COLUMNS}, array_agg(DISTINCT hit.folded)
FROM hit
{_JOINS}
WHERE hit.likeness >= %s
GROUP BY hit.number, hit.lat, hit.lng, place.id, city.slug, area.slug
ORDER BY hit.number, max(hit.likeness) DESC, {_NEARNESS}, place.id
"""  # noqa: S608 (made of constants)

_CORRECTIONS: Final = f"""
SELECT hit.folded, coalesce(said_in.slug, ''), {_COLUMNS}
FROM places_placealias hit
LEFT JOIN places_city said_in ON said_in.id = hit.city_id
{_JOINS}
WHERE hit.by_person AND hit.folded = ANY(%s)
ORDER BY hit.folded, place.id
"""  # noqa: S608 (made of constants)

#: A few addresses at each point, enough to see whether they differ.
_ADDRESSES_AT_POINTS: Final = """
SELECT asked.point, house.address
FROM unnest(%s::text[]) AS asked(point)
JOIN LATERAL (
    SELECT DISTINCT place.address FROM places_place place
    WHERE place.told_at = asked.point AND place.told_at <> '' AND place.address <> '' AND place.state = 'active' LIMIT 10
) house ON true
"""


def places_for(asked: Sequence[Asked]) -> list[list[NearPlace]]:
    """For each name the active places with that name, or, without any, with a similar one: at most five.

    Two queries, whatever the number of names and places. A name with neither city nor point finds nothing,
    since names are not unique.
    """
    found: list[list[NearPlace]] = [[] for _ in asked]
    usable = [number for number, one in enumerate(asked) if one.name and (one.city or one.lat is not None)]
    if not usable:
        return found
    _fill(found, _EXACT, asked, usable)
    _fill(
        found,
        _NEAR,
        asked,
        [number for number in usable if not found[number] and not asked[number].exact],
        NEAR_NAME,
    )
    return found


def _fill(
    found: list[list[NearPlace]], query: str, asked: Sequence[Asked], numbers: Sequence[int], *more: float
) -> None:
    ones = [asked[number] for number in numbers]
    columns: list[Any] = [
        list(numbers),
        [one.name for one in ones],
        [one.city for one in ones],
        [one.lat for one in ones],
        [one.lng for one in ones],
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, [*columns, *more])
        for number, *values in cursor.fetchall():
            if len(found[number]) < OFFERED:
                found[number].append(_near(asked[number].name, *values))


def _near(
    wanted: str, pk: UUID, name: str, folded: str, city: str | None, area: str | None, address: str, lat: float | None, lng: float | None,
    zone: str, aliases: Sequence[str] = (),
) -> NearPlace:  # fmt: skip
    return NearPlace(
        wanted=wanted, id=pk, name=name, folded_name=folded, city=city or "", area=area or "", address=address, lat=lat, lng=lng, timezone=zone,
        aliases=tuple(aliases),
    )  # fmt: skip


def corrections(texts: Collection[str]) -> list[tuple[str, NearPlace]]:
    """Moderators' corrections of these folded texts.

    As (slug of the city of the correction, '' for none; the place, with the text as `wanted`).
    """
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTIONS, [list(texts)])
        return [(said_in, _near(text, *values)) for text, said_in, *values in cursor.fetchall()]


def venues_named_at(points: Collection[str]) -> list[tuple[str, str]]:
    """(point, address) of known places for which a source gave that point; at most ten for a point.

    Points are keys of `pipeline.geography.coordinates.point_key`.
    """
    if not points:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES_AT_POINTS, [list(points)])
        return [(point, address) for point, address in cursor.fetchall()]
