"""Merges two places, reversibly.

The survivor gets names, evidence and events; `unmerge_places` restores them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, is_person, require
from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.wording import wordings
from places.enums import PlaceState
from places.exceptions import PlaceMergeRefused
from places.models import Place, PlaceAlias, PlaceMatch, PlaceStatus
from places.queries.reach import require_city
from places.services.choosing import CHOOSABLE, show_chosen, unlock
from places.services.status import announce
from places.signals import merged, unmerged

#: The right to merge places and to mark them as different.
MERGE: Final = "places.merge_place"
#: Besides, for values that a person chooses.
CHANGE: Final = "places.change_place"
#: Fields that the survivor takes from the child where its own are empty. `lat` and `lng` go together.
_LENT: Final = ("address", "timezone", "plus_code", "phone", "website", "opening_hours", "city_id", "area_id")


def merge_places(
    survivor_id: UUID,
    child_id: UUID,
    *,
    by: Actor,
    reasons: str = "",
    similarity: float = 1.0,
    chosen: Mapping[str, UUID] | None = None,
    now: datetime | None = None,
) -> Place:
    """Merge `child` into `survivor`, and return the survivor.

    In one transaction:

    1. both rows are locked in id order. Refused are a merge into itself or of a merged place and, unless a
       person asks, of a pair that is stored as different or whose locked fields contradict each other;
    2. the child's names become aliases of the survivor. What was merged into the child before points to the
       survivor too, so that chains never grow;
    3. the survivor's empty fields are filled, except locked ones. The fields of `chosen`, {field: id of the
       place that has the value} (`choosing.CHOOSABLE`), show that value and are locked. Evidence about now moves where the survivor
       has none of that source;
    4. the child becomes `merged`, and its page answers 301 to the survivor;
    5. other apps (events) follow by `signals.merged`. The PlaceMatch stores all that `unmerge_places` needs.

    Raises RightMissing, PlaceMergeRefused, Place.DoesNotExist.
    """
    require(by, MERGE, *([CHANGE] if chosen else []))
    moment = now or clock()
    with transaction.atomic():
        survivor, child = _lock_two(survivor_id, child_id)
        former = wordings(survivor.name, survivor.address)
        require_city(by, survivor.city_id, child.city_id)
        _refuse_senseless(survivor, child, by=by)
        undo: dict[str, Any] = {
            "survivor": str(survivor.id),
            "state": child.state,
            "aliases": [str(pk) for pk in child.aliases.values_list("pk", flat=True)],
            "children": [
                str(pk) for pk in Place.objects.filter(merged_into=child).values_list("pk", flat=True)
            ],
            **_take(survivor, child, chosen or {}),
        }
        undo["statuses"] = _move_statuses(survivor, child, moment)
        PlaceAlias.objects.filter(place=child).update(place=survivor)
        undo["named"] = _name_after(survivor, [*former, *wordings(child.name, child.address)])
        Place.objects.filter(merged_into=child).update(merged_into=survivor, updated_at=moment)
        child.state, child.merged_into, child.updated_at = PlaceState.MERGED.value, survivor, moment
        child.save(update_fields=["state", "merged_into", "updated_at"])
        survivor.updated_at = moment
        survivor.save()
        reported = merged.send(sender=Place, survivor_id=survivor.id, child_id=child.id, now=moment)
        undo["followers"] = {
            _name_of(receiver): answer for receiver, answer in reported if answer is not None
        }
        _remember(survivor, child, by=by, reasons=reasons, similarity=similarity, undo=undo, now=moment)
        note, after = reasons if is_person(by) else "", {"merged_into": survivor.id}
        record_action(by, Action.PLACES_MERGED, target=target_of(child), after=after, note=note)
    return survivor


def unmerge_places(child_id: UUID, *, by: Actor, now: datetime | None = None) -> Place:
    """Undo the merge of `child`: names, evidence, state and events are restored.

    The survivor loses what it took, and the pair is stored as different. Raises RightMissing;
    PlaceMergeRefused where the place is not merged or nothing was stored; Place.DoesNotExist.
    """
    require(by, MERGE)
    moment = now or clock()
    with transaction.atomic():
        child = Place.objects.get(pk=child_id)
        if child.state != PlaceState.MERGED or child.merged_into_id is None:
            raise PlaceMergeRefused("The place is not merged.")
        survivor, child = _lock_two(child.merged_into_id, child_id)
        require_city(by, survivor.city_id, child.city_id)
        match = _match_of(child)
        undo = match.undo
        PlaceAlias.objects.filter(pk__in=undo["named"]).delete()
        PlaceAlias.objects.filter(pk__in=undo["aliases"], place=survivor).update(place=child)
        if PlaceStatus.objects.filter(pk__in=undo["statuses"], place=survivor).update(place=child):
            announce([survivor.id, child.id], moment)
        Place.objects.filter(pk__in=undo["children"], merged_into=survivor).update(
            merged_into=child, updated_at=moment
        )
        _give_back(UUID(undo["survivor"]), survivor, undo, moment)
        child.state, child.merged_into, child.updated_at = undo["state"], None, moment
        child.save(update_fields=["state", "merged_into", "updated_at"])
        unmerged.send(
            sender=Place,
            survivor_id=survivor.id,
            child_id=child.id,
            undo=undo.get("followers", {}),
            now=moment,
        )
        match.outcome, match.by_person, match.undone_at, match.undo = (
            PlaceVerdict.DIFFERENT.value,
            is_person(by),
            moment,
            {},
        )
        match.save(update_fields=["outcome", "by_person", "undone_at", "undo"])
        before = {"merged_into": survivor.id}
        record_action(by, Action.PLACES_PARTED, target=target_of(child), before=before)
    return child


def mark_places_different(first_id: UUID, second_id: UUID, *, by: Actor, reasons: str = "") -> PlaceMatch:
    """Store that two places are different, so that they are never matched again. Raises RightMissing."""
    require(by, MERGE)
    first, second = sorted([first_id, second_id])
    require_city(by, *Place.objects.filter(pk__in=(first, second)).values_list("city_id", flat=True))
    said = {"outcome": PlaceVerdict.DIFFERENT.value, "by_person": is_person(by), "reasons": reasons[:500]}
    with transaction.atomic():
        match, _ = PlaceMatch.objects.update_or_create(
            first_id=first, second_id=second, defaults=said, create_defaults={**said, "similarity": 0.0}
        )
        note, after = reasons if is_person(by) else "", {"different_from": second}
        record_action(by, Action.PLACES_DIFFERENT, target=f"places.place:{first}", after=after, note=note)
    return match


def survivor_of(one: Place, other: Place) -> tuple[Place, Place]:
    """(survivor, child).

    The survivor is the one that a person edited, else the one with platform ids, with a point, the older one.
    """

    def precedence(place: Place) -> tuple[Any, ...]:
        return (
            len(place.locked_fields) > 0,
            len(place.external_ids) > 0,
            place.lat is not None,
            -place.created_at.timestamp(),
            str(place.id),
        )

    return (one, other) if precedence(one) >= precedence(other) else (other, one)


def locks_contradict(one: Place, other: Place) -> bool:
    """Whether people locked a field of both with different values: then only a person may merge them."""
    both = set(one.locked_fields) & set(other.locked_fields)
    return any(getattr(one, name, None) != getattr(other, name, None) for name in both)


def _lock_two(survivor_id: UUID, child_id: UUID) -> tuple[Place, Place]:
    rows = Place.objects.select_for_update(of=("self",)).filter(pk__in=[survivor_id, child_id]).order_by("pk")
    found = {place.id: place for place in rows}
    for place_id in (survivor_id, child_id):
        if place_id not in found:
            raise Place.DoesNotExist(f"There is no place {place_id}.")
    return found[survivor_id], found[child_id]


def _refuse_senseless(survivor: Place, child: Place, *, by: Actor) -> None:
    if survivor.id == child.id:
        raise PlaceMergeRefused("A place cannot be merged into itself.")
    if PlaceState.MERGED in (survivor.state, child.state):
        raise PlaceMergeRefused("One of the two is merged already: merge its survivor.")
    if is_person(by):
        return
    if locks_contradict(survivor, child):
        raise PlaceMergeRefused("Users set different values for a field of the two: merge them in the admin.")
    first, second = sorted([survivor.id, child.id])
    if PlaceMatch.objects.filter(first_id=first, second_id=second, outcome=PlaceVerdict.DIFFERENT).exists():
        raise PlaceMergeRefused("The two venues are marked as different.")


def _take(survivor: Place, child: Place, chosen: Mapping[str, UUID]) -> dict[str, Any]:
    """Fill the survivor's empty fields, and show the chosen values.

    Returns what undoes it: `taken`, {column: [before, after]} as JSON, and the new `locks`.
    """
    columns = {column for names in CHOOSABLE.values() for column in names}
    columns |= {*_LENT, "lat", "lng", "kinds", "external_ids", "provided", "photos"}
    before = {name: getattr(survivor, name) for name in sorted(columns)}
    _take_what_lacks(survivor, child)
    locks = show_chosen(survivor, child, before, chosen)
    ends = [entry["until"] for entry in survivor.provided.values() if entry.get("until")]
    survivor.provided_until = min(map(datetime.fromisoformat, ends), default=None)
    taken = {
        name: [_plain(old), _plain(getattr(survivor, name))]
        for name, old in before.items()
        if getattr(survivor, name) != old
    }
    return {"taken": taken, "locks": locks}


def _take_what_lacks(survivor: Place, child: Place) -> None:
    """Fill the survivor's empty fields."""
    for name in _LENT:
        if name not in survivor.locked_fields and not getattr(survivor, name) and getattr(child, name):
            setattr(survivor, name, getattr(child, name))
            _credit(survivor, child, name)
    if survivor.lat is None and child.lat is not None and not {"lat", "lng"} & set(survivor.locked_fields):
        survivor.lat, survivor.lng = child.lat, child.lng
        _credit(survivor, child, "lat")
    if not survivor.photos and child.photos and "photos" not in survivor.locked_fields:
        survivor.photos = list(child.photos)
        _credit(survivor, child, "photos")
    if "kinds" not in survivor.locked_fields:
        survivor.kinds = list(dict.fromkeys([*survivor.kinds, *child.kinds]))[:12]
    survivor.external_ids = {**child.external_ids, **survivor.external_ids}


def _credit(survivor: Place, child: Place, name: str) -> None:
    """Copy the origin of a fact, and how long it may be stored."""
    if name in child.provided:
        survivor.provided = {**survivor.provided, name: child.provided[name]}


def _give_back(original_id: UUID, present: Place, undo: Mapping[str, Any], now: datetime) -> None:
    """Restore the survivor's fields that nobody changed since."""
    survivor = (
        present
        if present.id == original_id
        else Place.objects.select_for_update(of=("self",)).get(pk=original_id)
    )
    kept = {name: _plain(getattr(survivor, name)) != after for name, (_, after) in undo["taken"].items()}
    for name, (before, _) in undo["taken"].items():
        if not kept[name]:
            setattr(survivor, name, UUID(before) if name.endswith("_id") and before else before)
    locks = undo.get("locks", [])
    unlock(survivor, locks, restored=[name for name in locks if not kept.get(name)])
    ends = [entry["until"] for entry in survivor.provided.values() if entry.get("until")]
    survivor.provided_until = min(map(datetime.fromisoformat, ends), default=None)
    survivor.updated_at = now
    survivor.save()


def _move_statuses(survivor: Place, child: Place, now: datetime) -> list[str]:
    """Move answers of sources that the survivor has none of. Returns the ids of the rows."""
    held = set(PlaceStatus.objects.filter(place=survivor).values_list("source", "answer"))
    rows = PlaceStatus.objects.filter(place=child).values_list("pk", "source", "answer")
    moving = [pk for pk, source, answer in rows if (source, answer) not in held]
    if moving:
        PlaceStatus.objects.filter(pk__in=moving).update(place=survivor)
        announce([survivor.id, child.id], now)
    return [str(pk) for pk in moving]


def _name_after(survivor: Place, texts: Iterable[str]) -> list[str]:
    """Make the names that the two had, alone and with their addresses, aliases of the survivor.

    Returns the new ids. Names of another place in the survivor's city are left out, and its own.
    """
    made = []
    for text in dict.fromkeys(texts):
        if text in wordings(survivor.name, survivor.address):
            continue
        if not PlaceAlias.objects.filter(city=survivor.city, folded=text).exists():
            made.append(
                str(PlaceAlias.objects.create(place=survivor, city_id=survivor.city_id, folded=text).pk)
            )
    return made


def _remember(
    survivor: Place,
    child: Place,
    *,
    by: Actor,
    reasons: str,
    similarity: float,
    undo: dict[str, Any],
    now: datetime,
) -> None:
    first, second = sorted([survivor.id, child.id])
    said = {
        "outcome": PlaceVerdict.MERGE.value,
        "by_person": is_person(by),
        "survivor": survivor,
        "undo": undo,
        "undone_at": None,
        "similarity": similarity,
        "reasons": reasons[:500],
        "created_at": now,
    }
    PlaceMatch.objects.update_or_create(first_id=first, second_id=second, defaults=said)


def _match_of(child: Place) -> PlaceMatch:
    """The newest merge of this child. Its survivor may itself have been merged since."""
    matches = PlaceMatch.objects.select_for_update(of=("self",)).filter(
        outcome=PlaceVerdict.MERGE, undone_at__isnull=True
    )
    found = (
        (matches.filter(first=child) | matches.filter(second=child))
        .exclude(survivor=child)
        .order_by("-created_at")
        .first()
    )
    if found is None or not found.undo:
        raise PlaceMergeRefused("This merge cannot be undone: the former state was not stored.")
    return found


def _name_of(receiver: Any) -> str:
    return f"{receiver.__module__}.{receiver.__qualname__}"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
