"""Finds places that may be the same among those that changed.

Sure pairs are merged, others become reviews. A pair that was marked as different is never proposed again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.rights import PIPELINE
from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.likeness import Look, Venue, VenueLikeness, compare, look
from pipeline.geography.rooms import venue_of_room
from places.enums import PlaceState
from places.exceptions import PlaceMergeRefused
from places.models import Place, PlaceMatch
from places.services.merging import locks_contradict, merge_places, survivor_of
from places.signals import asked

#: Above this score, and with an agreeing point or address, two places are merged automatically.
MERGE_ALONE: Final = 0.97
#: Places compared at once.
BATCH: Final = 500
#: A name similar to more places of a city than this is no evidence.
MOST_LIKE: Final = 20

#: Places of the same city, or within about a kilometre, with a similar name; or with the same telephone
#: number. Merged ones are left out.
_PAIRS: Final = """
SELECT DISTINCT one.id, other.id
FROM places_place one
JOIN LATERAL (
    SELECT near.id FROM places_place near
    WHERE near.folded_name %% one.folded_name AND near.state = 'active' AND near.id <> one.id
      AND (near.city_id = one.city_id OR (near.lat BETWEEN one.lat - 0.01 AND one.lat + 0.01 AND near.lng BETWEEN one.lng - 0.02 AND one.lng + 0.02))
    ORDER BY similarity(near.folded_name, one.folded_name) DESC, near.id
    LIMIT %s
) other ON true
WHERE one.id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likened:
    """The result: pairs merged, and pairs filed for review."""

    merged: int = 0
    asked: int = 0


def liken_places(*, since: datetime, now: datetime) -> Likened:
    """Compare places that changed after `since` with similar ones. Idempotent."""
    changed = Place.objects.filter(state=PlaceState.ACTIVE, updated_at__gte=since, is_sample=False).order_by(
        "updated_at", "id"
    )
    ids = list(changed.values_list("id", flat=True))
    merged = asking = 0
    for begin in range(0, len(ids), BATCH):
        done = _liken(ids[begin : begin + BATCH], now)
        merged, asking = merged + done.merged, asking + done.asked
    return Likened(merged=merged, asked=asking)


def _liken(ids: Sequence[UUID], now: datetime) -> Likened:
    pairs = _pairs(ids)
    places = Place.objects.select_related("city").in_bulk({place_id for pair in pairs for place_id in pair})
    looks = {place_id: _look(place) for place_id, place in places.items()}
    found = [
        (pair, compare(looks[pair[0]], looks[pair[1]]))
        for pair in pairs
        if all(one in places for one in pair)
    ]
    merged, asking, gone = 0, [], set[UUID]()
    for (first, second), likeness in sorted(found, key=lambda row: (-row[1].score, row[0])):
        if likeness.outcome is PlaceVerdict.DIFFERENT or gone & {first, second}:
            continue
        one, other = places[first], places[second]
        if _is_sure(one, other, likeness) and (child := _merge(one, other, likeness, now)):
            merged += 1
            gone.add(child)
        else:
            asking.append(_ask(one, other, likeness, now))
    fresh = [match_id for match_id in asking if match_id is not None]
    if fresh:
        asked.send(sender=PlaceMatch, match_ids=fresh)
    return Likened(merged=merged, asked=len(fresh))


def _pairs(ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Ordered pairs without a verdict or an open question."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [MOST_LIKE, list(ids)])
        pairs = {(min(row), max(row)) for row in cursor.fetchall()}
    pairs |= set(_same_phone(ids))
    known = Q(first__in={first for first, _ in pairs}) & Q(second__in={second for _, second in pairs})
    return sorted(pairs - set(PlaceMatch.objects.filter(known).values_list("first_id", "second_id")))


def _same_phone(ids: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
    phones = dict(Place.objects.filter(pk__in=ids).exclude(phone="").values_list("id", "phone"))
    if phones:
        others = Place.objects.filter(phone__in=set(phones.values()), state=PlaceState.ACTIVE).values_list(
            "id", "phone"
        )
        yield from (
            (min(a, b), max(a, b))
            for a, mine in phones.items()
            for b, theirs in others
            if mine == theirs and a != b
        )


def likeness_of(one: Place, other: Place) -> VenueLikeness:
    """The similarity of two places, with reasons."""
    return compare(_look(one), _look(other))


def _look(place: Place) -> Look:
    return look(
        Venue(
            name=place.name, address=place.address, city=place.city.slug if place.city else "", country=place.city.country if place.city else "",
            phone=place.phone, website=place.website, lat=place.lat, lng=place.lng,
        )
    )  # fmt: skip


def _is_sure(one: Place, other: Place, likeness: VenueLikeness) -> bool:
    """Whether they may be merged automatically.

    They are surely one, at one spot, no room of a venue, without different ids of one platform or
    contradicting locks.
    """
    placed = likeness.fields.get("address") == 1.0 or float(likeness.fields.get("distance_m", 1e9)) <= 100
    same_platform = one.external_ids.keys() & other.external_ids.keys()
    return (
        likeness.outcome is PlaceVerdict.MERGE
        and likeness.score >= MERGE_ALONE
        and placed
        and all(one.external_ids[key] == other.external_ids[key] for key in same_platform)
        and venue_of_room(one.name) == one.name
        and venue_of_room(other.name) == other.name
        and not locks_contradict(one, other)
    )


def _merge(one: Place, other: Place, likeness: VenueLikeness, now: datetime) -> UUID | None:
    """The place that was merged, None where the services refuse."""
    survivor, child = survivor_of(one, other)
    try:
        merge_places(
            survivor.id, child.id, by=PIPELINE, reasons=likeness.reasons, similarity=likeness.score, now=now
        )
    except PlaceMergeRefused:
        return None
    return child.id


def _ask(one: Place, other: Place, likeness: VenueLikeness, now: datetime) -> UUID | None:
    """Store the doubtful pair; None where it is known already."""
    match, made = PlaceMatch.objects.get_or_create(
        first_id=min(one.id, other.id),
        second_id=max(one.id, other.id),
        defaults={
            "similarity": likeness.score, "match_fields": dict(likeness.fields), "reasons": likeness.reasons[:500],
            "outcome": PlaceVerdict.ASK.value, "created_at": now,
        },
    )  # fmt: skip
    return match.id if made else None
