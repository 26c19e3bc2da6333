"""Corrects the venue of an event for a moderator.

The event gets its place, and the venue words of its sources mean that place from then on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actions import Action, digest, record_action, target_of
from accounts.rights import Actor, require
from events.models import Event, Listing
from events.services import placing
from events.services.publication import CHANGE
from pipeline.contract.fields import LOCKS
from pipeline.geography.wording import speaks_of, wordings
from places.models import City, Place, PlaceAlias
from places.queries.reach import may_in, narrowed, require_city
from places.services import (
    WantedPlace,
    correct_place,
    ensure_places,
    forget_words,
    learn_words,
    uncorrect_place,
    unlearn_words,
)
from places.services.correcting import LearnedWord

#: (name, address, city's id) of a venue as the source wrote it.
Words = tuple[str, str, UUID | None]

_POINT = ("address", "lat", "lng", "plus_code")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The effect of a place's corrections on existing events.

    `events` would move, `locked` would not, and by which words.
    """

    place: Place
    events: tuple[UUID, ...]
    locked: int
    words: tuple[str, ...]


def learn(
    event: Event, before: Mapping[str, Any], *, by: Actor, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Further changes that follow from a moderator's change of the venue, and what was learned for later events.

    The first is {column: value}, the second JSON from which `unlearn` takes the correction back. The changed
    columns are set already; `before` has their former values. Another place sets all venue fields. Another name
    finds or creates a place. A corrected address or point is stored for the place. In each case the words of the
    event's sources become aliases of the place. Raises RightMissing: corrections of a place need the right to
    change places.
    """
    if not set(before) & set(LOCKS["venue"]):
        return {}, {}
    said = [words for words in _said(event, before) if words[2] is None or may_in(by, words[2])]
    learned: dict[str, Any] = {}
    follows: dict[str, Any] = {}
    if "place_id" in before:
        place = _place_of(event)
        if place:
            venue = placing.venue_of(place, event)
            follows = {name: value for name, value in venue.items() if name not in before}
    elif "venue_name" in before:
        place = _named(event)
        follows = {"place_id": place.id} if place else {}
    else:
        place, learned = None, {}
        if event.place_id:
            place, learned = _corrected(event, event.place_id, before, by=by, now=now)
    if place is not None and (words := learn_words(place, said, by=by)):
        learned["words"] = [_noted(word, place) for word in words]
    return follows, learned


def unlearn(learned: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Take one correction back, as `learn` noted it. Raises RightMissing."""
    if learned.get("words"):
        unlearn_words(learned["words"], by=by)
    if learned.get("place"):
        uncorrect_place(UUID(learned["place"]["id"]), learned["place"], by=by, now=now)


def _corrected(
    event: Event, place_id: UUID, before: Mapping[str, Any], *, by: Actor, now: datetime
) -> tuple[Place, dict[str, Any]]:
    """The event's place with the corrected address and point, and what was changed there."""
    wanted = {name: getattr(event, name) for name in _POINT if name in before}
    former = Place.objects.get(pk=place_id)
    place = correct_place(former.pk, wanted, by=by, now=now)
    changed = {
        name: [getattr(former, name), value]
        for name, value in wanted.items()
        if getattr(former, name) != value
    }
    locks = [name for name in place.locked_fields if name not in former.locked_fields]
    return place, {"place": {"id": str(place.id), "columns": changed, "locks": locks}} if changed else {}


def _noted(word: LearnedWord, place: Place) -> dict[str, Any]:
    return {
        "alias": str(word.alias.pk),
        "place": str(place.pk),
        "former": str(word.former_place) if word.former_place else None,
        "was_by_person": word.was_by_person,
    }


def preview_spread(place_id: UUID, *, by: Actor) -> Spread:
    """The existing events in the actor's cities that the corrections towards a place would move.

    Raises Place.DoesNotExist; RightMissing for a place of another city.
    """
    place = Place.objects.select_related("city").get(pk=place_id)
    require_city(by, place.city_id)
    words: dict[str, set[UUID | None]] = {}
    for folded, city_id in PlaceAlias.objects.filter(place=place, by_person=True).values_list(
        "folded", "city_id"
    ):
        words.setdefault(folded, set()).add(city_id)
    if not words:
        return Spread(place=place, events=(), locked=0, words=())
    cities = {city for ones in words.values() for city in ones} | {place.city_id, None}
    rows = Event.objects.filter(merged_into__isnull=True).exclude(place=place)
    rows = rows.filter(city__in=[city for city in cities if city]) | rows.filter(city__isnull=True)
    moving, locked = [], 0
    for pk, name, address, city_id, locks in (
        narrowed(rows, by, "city")
        .values_list("id", "venue_name", "address", "city_id", "locked_fields")
        .iterator()
    ):
        if _is_meant(name, address, city_id, words, place):
            locked += "venue" in locks
            moving += [] if "venue" in locks else [pk]
    return Spread(place=place, events=tuple(moving), locked=locked, words=tuple(sorted(words)))


def spread(place_id: UUID, *, by: Actor, now: datetime) -> list[UUID]:
    """Apply a place's corrections to existing events, in batches.

    Returns the ids of those that moved. Locked venues are not changed. Raises RightMissing.
    """
    require(by, CHANGE)
    found = preview_spread(place_id, by=by)
    _log(Action.VENUES_CORRECTED, found.place, found.events, by=by)
    return placing.move_to(found.events, found.place, now=now)


def take_back(place_id: UUID, *, by: Actor, now: datetime) -> list[UUID]:
    """Delete the corrections towards a place, and restore the venues by the events' sources.

    Returns their ids. Locked venues are not changed. Raises RightMissing.
    """
    require(by, CHANGE)
    place = Place.objects.get(pk=place_id)
    texts = set(PlaceAlias.objects.filter(place=place, by_person=True).values_list("folded", flat=True))
    here = narrowed(Event.objects.filter(place=place), by, "city")
    moved = [event for event in here if _words_of_listings(event) & texts]
    ids = [event.id for event in moved]
    _log(Action.VENUES_RESTORED, place, ids, by=by)
    forget_words(place, by=by)
    return placing.tell_venue_anew(ids, now=now)


def _log(action: Action, place: Place, events: Collection[UUID], *, by: Actor) -> None:
    """One entry that binds all the events."""
    record_action(by, action, target=target_of(place), after=digest(events))


def _place_of(event: Event) -> Place | None:
    return Place.objects.select_related("city").get(pk=event.place_id) if event.place_id else None


def _said(event: Event, before: Mapping[str, Any]) -> list[Words]:
    """The venue as the event's sources wrote it; without a listing, as it was before the change."""
    found: list[Words] = []
    former_id = before.get("place_id", event.place_id)
    former = (
        Place.objects.filter(pk=former_id).values_list("address", flat=True).first() if former_id else None
    )
    listings = list(Listing.objects.filter(event=event).values_list("facts", flat=True))
    slugs = {slug for facts in listings if (slug := (facts.get("located") or {}).get("city"))}
    cities = dict(City.objects.filter(slug__in=slugs).values_list("slug", "id"))
    for facts in listings:
        venue, located = facts.get("venue") or {}, facts.get("located") or {}
        name, address, city_id = (
            venue.get("name") or "",
            venue.get("address") or "",
            cities.get(located.get("city") or ""),
        )
        found.append((name, address, city_id))
        if name and address and address == former:  # the wrong place may have given its address
            found.append((name, "", city_id))
    if not found:
        was = {name: before.get(name, getattr(event, name)) for name in ("venue_name", "address", "city_id")}
        found.append((was["venue_name"], was["address"], was["city_id"]))
    return list(dict.fromkeys(found))


def _named(event: Event) -> Place | None:
    """The place with the name that a moderator entered."""
    city = (
        City.objects.filter(pk=event.city_id).values_list("slug", flat=True).first()
        if event.city_id
        else None
    )
    if not city or not event.venue_name:
        return None
    (place_id,) = ensure_places(
        [WantedPlace(city=city, name=event.venue_name, address=event.address, lat=event.lat, lng=event.lng)]
    )
    return Place.objects.get(pk=place_id) if place_id else None


def _is_meant(
    name: str, address: str, city_id: UUID | None, words: Mapping[str, Collection[UUID | None]], place: Place
) -> bool:
    """Whether a correction applies, as in `pipeline.refinement.steps.locate`.

    It applies in the city that it was made in, in the place's own, and where no city is known.
    """
    return any(
        text in words
        and (city_id is None or city_id == place.city_id or city_id in words[text])
        and speaks_of(text, name=name, address=address, place_address=place.address)
        for text in wordings(name, address)
    )


def _words_of_listings(event: Event) -> set[str]:
    return {text for name, address, _ in _said(event, {}) for text in wordings(name, address)}
