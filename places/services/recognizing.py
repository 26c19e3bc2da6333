"""Recognizes the places that a platform returns: by its ids, then by name and distance."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import connection
from rapidfuzz import fuzz

from pipeline.geography.coordinates import haversine_km
from pipeline.text.folding import fold_name
from places import queries
from places.models import Place
from places.records import PlaceFacts

#: A place with the same name is the same one within the longer distance, one with a similar name (rapidfuzz,
#: 0 to 100) within the shorter.
SAME_NAME_KM: Final = 0.5
LIKE_NAME_KM: Final = 0.15
LIKE_NAME: Final = 88.0
_BY_EXTERNAL_ID = "SELECT id, external_ids FROM places_place WHERE external_ids @> ANY(%s::jsonb[])"


def recognized(facts: Mapping[int, PlaceFacts]) -> dict[int, UUID]:
    """The ids of the places that `facts` describe, by the keys of `facts`; unknown places are left out."""
    found = _by_external_id(facts)
    rest = {number: one for number, one in facts.items() if number not in found and one.name}
    return {**found, **_by_name(rest)}


def _by_external_id(facts: Mapping[int, PlaceFacts]) -> dict[int, UUID]:
    wanted = {
        (key, value): number for number, one in facts.items() for key, value in one.external_ids.items()
    }
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_EXTERNAL_ID, [[json.dumps({key: value}) for key, value in wanted]])
        rows = [(pk, ids if isinstance(ids, dict) else json.loads(ids)) for pk, ids in cursor.fetchall()]
    known = {(key, value): pk for pk, ids in rows for key, value in ids.items()}
    pairs = (
        (number, known.get((key, value)))
        for number, one in facts.items()
        for key, value in one.external_ids.items()
    )
    return _survivors({number: pk for number, pk in pairs if pk is not None})


def _by_name(facts: Mapping[int, PlaceFacts]) -> dict[int, UUID]:
    """Match by a name or alias and by distance.

    Without coordinates on both sides nothing is certain enough: the branches of a chain have one name.
    """
    folded = {
        number: fold_name(one.name)[:200]
        for number, one in facts.items()
        if one.lat is not None and one.lng is not None
    }
    near = queries.places_for(
        [
            queries.Asked(name=name, lat=facts[number].lat, lng=facts[number].lng)
            for number, name in folded.items()
        ]
    )
    found = {}
    for (number, name), offered in zip(folded.items(), near, strict=True):
        one = facts[number]
        ranked = sorted(
            (_distance(one, place), str(place.id), place) for place in offered if place.lat is not None
        )
        same = next((place for km, _, place in ranked if km <= _reach(name, place)), None)
        if same is not None:
            found[number] = same.id
    return found


def _distance(one: PlaceFacts, place: queries.NearPlace) -> float:
    if one.lat is None or one.lng is None or place.lat is None or place.lng is None:
        return float("inf")
    return haversine_km(one.lat, one.lng, place.lat, place.lng)


def _reach(name: str, place: queries.NearPlace) -> float:
    names = {place.folded_name, *place.aliases}
    if name in names:
        return SAME_NAME_KM
    return LIKE_NAME_KM if max(fuzz.ratio(name, other) for other in names) >= LIKE_NAME else -1.0


def _survivors(found: dict[int, UUID]) -> dict[int, UUID]:
    merged = dict(
        Place.objects.filter(pk__in=set(found.values()), merged_into__isnull=False).values_list(
            "id", "merged_into_id"
        )
    )
    return {number: merged.get(pk, pk) for number, pk in found.items()}
