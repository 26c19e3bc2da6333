"""A moderator's corrections of venues, stored as aliases, which take precedence over automatic matching."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of, values_of
from accounts.rights import Actor, require
from outbox.renderings.changed import void_all
from pipeline.geography.wording import wordings
from places.models import Place, PlaceAlias
from places.queries.reach import require_city

#: The right to correct places.
CHANGE = "places.change_place"
#: The fields of a place that a correction may set.
_SETTABLE = frozenset({"address", "lat", "lng", "plus_code", "phone", "website"})


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """An alias that a moderator's correction set, and what it was: a place's id and who said so; None for new."""

    alias: PlaceAlias
    former_place: UUID | None
    was_by_person: bool = False


def learn_words(place: Place, said: Iterable[tuple[str, str, Any]], *, by: Actor) -> list[LearnedWord]:
    """Make these words mean `place`.

    Returns the aliases with what they were. Raises RightMissing. For each (name, address, city's id or None) as a source wrote
    it, its wordings become aliases by a moderator. Where there is an address, the bare name becomes one only
    if no other place of that city has it: "Town Hall, 9 Elm St" may be corrected while the other "Town Hall"
    stays. An alias of another place is moved.
    """
    require(by, CHANGE)
    said = list(said)
    require_city(by, place.city_id, *(city_id for _, _, city_id in said if city_id))
    learned = []
    with transaction.atomic():
        for name, address, city_id in said:
            texts = wordings(name, address)
            for number, text in enumerate(texts):
                if number and _is_borne(text, city_id, place):
                    continue
                learned.append(_learn(text, city_id, place))
        if learned:
            after = {"learned": [one.alias.pk for one in learned]}
            record_action(by, Action.PLACE_WORDS_CHANGED, target=target_of(place), after=after)
    return learned


def unlearn_words(learned: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Undo one correction of words: each alias is again what it was, unless somebody has moved it since.

    `learned` is [{"alias": id, "place": id, "former": id or None, "was_by_person": bool}], as JSON. Returns how
    many. Raises RightMissing.
    """
    require(by, CHANGE)
    undone = 0
    with transaction.atomic():
        for one in learned:
            now = PlaceAlias.objects.filter(pk=one["alias"], place=one["place"], by_person=True)
            require_city(by, *now.values_list("place__city_id", flat=True)) if now else None
            if one["former"] is None:
                undone += now.delete()[0]
            else:
                undone += now.update(place=one["former"], by_person=one["was_by_person"])
        if undone:
            before = {"learned": [one["alias"] for one in learned]}
            target = f"{Place._meta.label_lower}:{learned[0]['place']}"
            record_action(by, Action.PLACE_WORDS_CHANGED, target=target, before=before)
    return undone


def forget_words(place: Place, *, by: Actor) -> int:
    """Undo a moderator's corrections towards `place`.

    Returns how many. Raises RightMissing. A place whose own name was reassigned gets it back.
    """
    require(by, CHANGE)
    require_city(by, place.city_id)
    with transaction.atomic():
        aliases = list(PlaceAlias.objects.select_for_update().filter(place=place, by_person=True))
        own = [alias.pk for alias in aliases if alias.folded == place.folded_name]
        PlaceAlias.objects.filter(pk__in=own).update(by_person=False)
        gone = [alias for alias in aliases if alias.pk not in own]
        PlaceAlias.objects.filter(pk__in=[alias.pk for alias in gone]).delete()
        if aliases:
            before = {"learned": [alias.pk for alias in aliases]}
            record_action(by, Action.PLACE_WORDS_CHANGED, target=target_of(place), before=before)
        for alias in gone:
            former = (
                Place.objects.filter(city=alias.city, folded_name=alias.folded, merged_into__isnull=True)
                .order_by("created_at")
                .first()
            )
            if former is not None:
                PlaceAlias.objects.get_or_create(
                    city=alias.city, folded=alias.folded, defaults={"place": former}
                )
    return len(aliases)


def correct_place(place_id: UUID, values: dict[str, Any], *, by: Actor, now: datetime | None = None) -> Place:
    """Set fields of a place and lock them against sources. Raises RightMissing, Place.DoesNotExist."""
    require(by, CHANGE)
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).get(pk=place_id)
        require_city(by, place.city_id)
        differing = {
            name: value
            for name, value in values.items()
            if name in _SETTABLE and getattr(place, name) != value
        }
        if differing:
            place.team_fields = [name for name in place.team_fields if name not in differing]
            store_said(place, differing, by=by, now=now or clock())
    return place


def store_said(place: Place, said: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Store what a person said of a place, which is locked, so that no source changes it. In the caller's transaction."""
    place.locked_fields = sorted({*place.locked_fields, *said})
    _store(place, said, by=by, now=now)


def _store(place: Place, values: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    former = {name: getattr(place, name) for name in values}
    for name, value in values.items():
        setattr(place, name, value)
    place.updated_at = now
    place.save()
    transaction.on_commit(void_all, robust=True)
    record_action(
        by,
        Action.PLACE_CHANGED,
        target=target_of(place),
        before=values_of(Place, former),
        after=values_of(Place, dict(values)),
    )


def uncorrect_place(place_id: UUID, note: Mapping[str, Any], *, by: Actor, now: datetime) -> Place | None:
    """Undo one correction of a place: values that nobody changed since, and the locks that it set.

    `note` is {"columns": {name: [before, after]}, "locks": [name]}. None where the place is gone. Raises
    RightMissing.
    """
    require(by, CHANGE)
    with transaction.atomic():
        place = Place.objects.select_for_update(of=("self",)).filter(pk=place_id).first()
        if place is None:
            return None
        require_city(by, place.city_id)
        back = {
            name: before
            for name, (before, after) in note["columns"].items()
            if name in _SETTABLE and getattr(place, name) == after
        }
        gone = {name for name in note["locks"] if name in back}
        place.locked_fields = [name for name in place.locked_fields if name not in gone]
        _store(place, back, by=by, now=now)
    return place


def _learn(text: str, city_id: Any, place: Place) -> LearnedWord:
    """Make one folded text mean `place` in a city."""
    former = PlaceAlias.objects.select_for_update().filter(city_id=city_id, folded=text).first()
    alias, _ = PlaceAlias.objects.update_or_create(
        city_id=city_id, folded=text, defaults={"place": place, "by_person": True}
    )
    return LearnedWord(alias, former.place_id if former else None, bool(former and former.by_person))


def _is_borne(text: str, city_id: Any, place: Place) -> bool:
    """Whether another established place of the city has this name.

    One with an address, a point or a platform's id.
    """
    others = Place.objects.filter(city_id=city_id, folded_name=text, merged_into__isnull=True).exclude(
        pk=place.pk
    )
    return any(
        other.lat is not None or other.external_ids or other.locked_fields or other.address
        for other in others
    )
