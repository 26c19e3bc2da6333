"""Imports a platform's facts about places.

Places are matched by the platform's ids, then by name and distance. Values that a person set are not changed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.text import slugify
from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.dates.zones import zone_named
from pipeline.geography.coordinates import coordinates_problem, haversine_km
from pipeline.geography.gazetteer import Gazetteer
from pipeline.masking import has_secret
from pipeline.text.folding import fold_name
from pipeline.text.sanitize import public_url
from places import queries
from places.enums import PlaceState
from places.models import Area, City, Place, PlaceAlias
from places.records import PlaceFacts, Taken

#: A place with the same name is the same one within the longer distance, one with a similar name (rapidfuzz,
#: 0 to 100) within the shorter.
SAME_NAME_KM: Final = 0.5
LIKE_NAME_KM: Final = 0.15
LIKE_NAME: Final = 88.0
#: A fact is stored again only shortly before it expires; otherwise each fetch would write every row to renew
#: it.
RENEW: Final = timedelta(days=1)
MOST_KINDS: Final = 12
MOST_PHOTOS: Final = 5

_TEXTS: Final = {
    "address": 400,
    "timezone": 64,
    "plus_code": 20,
    "phone": 40,
    "website": 500,
    "opening_hours": 500,
}
_CONTROLS: Final = patterns.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BY_EXTERNAL_ID = "SELECT id, external_ids FROM places_place WHERE external_ids @> ANY(%s::jsonb[])"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taking:
    """One batch: its source, its time, and how long its facts may be stored."""

    by: str
    now: datetime
    until: datetime | None
    cities: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    gazetteer: Gazetteer


def take_places(facts: Sequence[PlaceFacts], *, by: str, keeps_days: int | None, now: datetime) -> Taken:
    """Store what the source `by` (a connector's name) states about places.

    Facts may be stored for `keeps_days`, for ever where that is None. A fact is stored where the place has
    none, or had it from the same source; a field that a person locked is not changed. Ten queries at most,
    whatever the number of places. Call it under the cities' advisory lock.
    """
    clean = [_cleaned(one) for one in facts]
    usable = {number: one for number, one in enumerate(clean) if one.name or one.external_ids}
    if not usable:
        return Taken(ids=(None,) * len(facts))
    gazetteer = queries.gazetteer()
    taking = _Taking(
        by=by,
        now=now,
        until=now + timedelta(days=keeps_days) if keeps_days is not None else None,
        cities=dict(City.objects.values_list("slug", "id")),
        areas=dict(Area.objects.values_list("slug", "id")),
        gazetteer=gazetteer,
    )
    with transaction.atomic():
        found = _matched(usable)
        rows = {
            place.id: place
            for place in Place.objects.select_for_update(of=("self",))
            .filter(pk__in=set(found.values()))
            .order_by("pk")
        }
        changed = _update(rows, {n: usable[n] for n in found}, found, taking)
        new = _create({n: one for n, one in usable.items() if n not in found}, taking)
    found.update(new)
    return Taken(
        ids=tuple(found.get(number) for number in range(len(facts))),
        new=len(set(new.values())),
        changed=changed,
    )


def _cleaned(one: PlaceFacts) -> PlaceFacts:
    """Facts without control characters and lone surrogates, which PostgreSQL refuses, and with web addresses
    only.
    """
    texts: dict[str, Any] = {name: _text(getattr(one, name)) for name in ("name", "city", *_TEXTS)}
    texts["website"] = public_url(texts["website"])
    return replace(
        one,
        **texts,
        external_ids={
            _text(key)[:40]: _text(value)[:200]
            for key, value in one.external_ids.items()
            if _text(key) and _text(value)
        },
        kinds=tuple(kind for kind in (_text(kind)[:40] for kind in one.kinds) if kind),
        photos=[
            {_text(key): _text(value) for key, value in photo.items()}
            for photo in one.photos
            if not has_secret(str(photo.get("url", "")))
        ],
    )


def _text(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


# --- matching ---


def _matched(facts: Mapping[int, PlaceFacts]) -> dict[int, UUID]:
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


# --- writing ---


def _update(
    rows: Mapping[UUID, Place], facts: Mapping[int, PlaceFacts], found: Mapping[int, UUID], taking: _Taking
) -> int:
    told: dict[UUID, list[PlaceFacts]] = {}
    for number, one in facts.items():
        told.setdefault(found[number], []).append(one)
    changed: list[Place] = []
    visibly = 0
    for place in (rows[pk] for pk in told if pk in rows):
        before = {name: getattr(place, name) for name in _COLUMNS}
        for one in told[place.id]:
            _apply(place, one, taking)
        differing = {name for name, old in before.items() if getattr(place, name) != old}
        if differing:
            place.updated_at = taking.now
            changed.append(place)
            visibly += not differing.isdisjoint(_VISIBLE)
    Place.objects.bulk_update(changed, [*_COLUMNS, "updated_at"], batch_size=500)
    return visibly


def _create(facts: Mapping[int, PlaceFacts], taking: _Taking) -> dict[int, UUID]:
    """Create places. Two facts with a common id, or with the same name at the same spot, make one."""
    made: dict[tuple[Any, ...], Place] = {}
    ids: dict[int, UUID] = {}
    for number, one in facts.items():
        keys = _keys(one)
        if not one.name or not keys:
            continue
        place = next((made[key] for key in keys if key in made), None)
        if place is None:
            place = _new(one, taking)
        _apply(place, one, taking)
        made.update(dict.fromkeys(keys, place))
        ids[number] = place.id
    places = list({place.id: place for place in made.values()}.values())
    Place.objects.bulk_create(places)
    PlaceAlias.objects.bulk_create(
        (
            PlaceAlias(place=place, city_id=place.city_id, folded=place.folded_name)
            for place in places
            if place.folded_name
        ),
        ignore_conflicts=True,
    )
    return ids


def _keys(one: PlaceFacts) -> list[tuple[Any, ...]]:
    ids: list[tuple[Any, ...]] = [("id", *pair) for pair in one.external_ids.items()]
    if one.lat is not None and one.lng is not None:
        ids.append(("spot", fold_name(one.name), round(one.lat, 4), round(one.lng, 4)))
    return ids


def _new(one: PlaceFacts, taking: _Taking) -> Place:
    name = one.name[:200]
    return Place(
        slug=slugify(name)[:100] or "venue",
        name=name,
        folded_name=fold_name(name)[:200],
        created_at=taking.now,
    )


#: Columns that facts may change, and those that readers see.
_VISIBLE: Final = (
    *_TEXTS,
    "kinds",
    "lat",
    "lng",
    "external_ids",
    "rating",
    "photos",
    "state",
    "city_id",
    "area_id",
)
_COLUMNS: Final = (*_VISIBLE, "provided", "provided_until", "rating_expires_at")


def _apply(place: Place, one: PlaceFacts, taking: _Taking) -> None:
    provided = {name: dict(entry) for name, entry in place.provided.items()}
    for name, value in _values(one).items():
        if _may(place, provided, name, taking.by, empty=getattr(place, name) in ("", None, [])):
            setattr(place, name, value)
            _note(provided, name, taking)
    _apply_point(place, one, provided, taking)
    _apply_rating(place, one, provided, taking)
    _apply_state(place, one, provided, taking)
    if "kinds" not in place.locked_fields:
        place.kinds = list(dict.fromkeys([*place.kinds, *one.kinds]))[:MOST_KINDS]
    place.external_ids = {**place.external_ids, **one.external_ids}
    place.provided = provided
    place.provided_until = min(
        (datetime.fromisoformat(entry["until"]) for entry in provided.values() if entry.get("until")),
        default=None,
    )
    _locate(place, one, taking)


def _values(one: PlaceFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: text for name in _TEXTS if len(text := getattr(one, name)) <= _TEXTS[name]
    }
    values["address"] = one.address[: _TEXTS["address"]]
    zone = zone_named(values.get("timezone", ""))
    values["timezone"] = zone.key if zone else ""
    values["photos"] = [dict(photo) for photo in one.photos][:MOST_PHOTOS]
    return {name: value for name, value in values.items() if value}


def _apply_point(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: _Taking) -> None:
    if one.lat is None or one.lng is None or coordinates_problem(one.lat, one.lng):
        return
    if not {"lat", "lng"} & set(place.locked_fields) and _may(
        place, provided, "lat", taking.by, empty=place.lat is None
    ):
        place.lat, place.lng = one.lat, one.lng
        _note(provided, "lat", taking)


def _apply_rating(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: _Taking) -> None:
    if (
        one.rating is not None
        and 0 <= one.rating <= 5
        and _may(place, provided, "rating", taking.by, empty=place.rating is None)
    ):
        place.rating = Decimal(str(round(one.rating, 2)))
        _note(provided, "rating", taking)
        until = provided["rating"].get("until")
        place.rating_expires_at = datetime.fromisoformat(until) if until else None


def _apply_state(place: Place, one: PlaceFacts, provided: dict[str, Any], taking: _Taking) -> None:
    """Close a place where the source states so; open it again where the same source no longer does."""
    if place.state == PlaceState.MERGED or "state" in place.locked_fields:
        return
    if one.closed_for_good:
        place.state = PlaceState.CLOSED.value
        provided["state"] = {"by": taking.by}
    elif provided.get("state", {}).get("by") == taking.by:
        place.state = PlaceState.ACTIVE.value
        provided.pop("state")


def _may(place: Place, provided: Mapping[str, Any], name: str, by: str, *, empty: bool) -> bool:
    return name not in place.locked_fields and (empty or provided.get(name, {}).get("by") == by)


def _note(provided: dict[str, Any], name: str, taking: _Taking) -> None:
    entry = provided.get(name, {})
    fresh = (
        entry.get("by") == taking.by
        and entry.get("until")
        and datetime.fromisoformat(entry["until"]) > taking.now
    )
    if taking.until is None:
        provided[name] = {"by": taking.by}
    elif not fresh or taking.until - datetime.fromisoformat(entry["until"]) >= min(
        RENEW, (taking.until - taking.now) / 4
    ):
        provided[name] = {"by": taking.by, "until": taking.until.isoformat()}


def _locate(place: Place, one: PlaceFacts, taking: _Taking) -> None:
    """Set city and area by the coordinates, where the place has none."""
    if place.city_id is None:
        here = (
            taking.gazetteer.city_at(place.lat, place.lng)
            if place.lat is not None and place.lng is not None
            else None
        )
        slug = here.slug if here else one.city
        place.city_id = taking.cities.get(slug)
    if place.area_id is None and place.lat is not None and place.lng is not None:
        area = taking.gazetteer.area_at(place.lat, place.lng)
        place.area_id = taking.areas.get(area.slug) if area else None
