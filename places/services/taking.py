"""Imports a platform's facts about places.

Places are matched by the platform's ids, then by name and distance. Values that a person set are not changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from pipeline import patterns
from pipeline.masking import has_secret
from pipeline.text.folding import fold_name
from pipeline.text.sanitize import public_url
from places import queries
from places.models import Area, City, Place, PlaceAlias
from places.records import PlaceFacts, Taken
from places.services.recognizing import recognized
from places.services.supplying import COLUMNS, TEXT_LIMITS, VISIBLE, Taking, supply

_CONTROLS: Final = patterns.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    taking = Taking(
        by=by,
        now=now,
        until=now + timedelta(days=keeps_days) if keeps_days is not None else None,
        cities=dict(City.objects.values_list("slug", "id")),
        areas=dict(Area.objects.values_list("slug", "id")),
        gazetteer=gazetteer,
    )
    with transaction.atomic():
        found = recognized(usable)
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
    """Facts that PostgreSQL accepts, with web addresses only.

    Control characters and lone surrogates are removed.
    """
    texts: dict[str, Any] = {name: _text(getattr(one, name)) for name in ("name", "city", *TEXT_LIMITS)}
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


def _update(
    rows: Mapping[UUID, Place], facts: Mapping[int, PlaceFacts], found: Mapping[int, UUID], taking: Taking
) -> int:
    reported: dict[UUID, list[PlaceFacts]] = {}
    for number, one in facts.items():
        reported.setdefault(found[number], []).append(one)
    changed: list[Place] = []
    visibly = 0
    for place in (rows[pk] for pk in reported if pk in rows):
        before = {name: getattr(place, name) for name in COLUMNS}
        for one in reported[place.id]:
            supply(place, one, taking)
        differing = {name for name, old in before.items() if getattr(place, name) != old}
        if differing:
            place.updated_at = taking.now
            changed.append(place)
            visibly += not differing.isdisjoint(VISIBLE)
    Place.objects.bulk_update(changed, [*COLUMNS, "updated_at"], batch_size=500)
    return visibly


def _create(facts: Mapping[int, PlaceFacts], taking: Taking) -> dict[int, UUID]:
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
        supply(place, one, taking)
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


def _new(one: PlaceFacts, taking: Taking) -> Place:
    name = one.name[:200]
    return Place(
        slug=slugify(name)[:100] or "venue",
        name=name,
        folded_name=fold_name(name)[:200],
        created_at=taking.now,
    )
