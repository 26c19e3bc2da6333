"""The place of a venue that an event names: found by its names where nothing contradicts, or made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import slugify

from places.geography import fold_name
from places.likeness import Look, Venue, compare, look
from places.models import City, Place, PlaceAlias
from places.wording import wordings

#: A place of the same name in the same city is the wanted one unless address or distance speak against it as strongly as this allows.
SAME_NAME_AT = 0.5

#: A city's slug and a folded name.
Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedPlace:
    """A venue that an event names in a city (by slug), to be found or made. `told_at`: the point that its source gave (`places.geography.point_key`)."""

    city: str
    name: str
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    told_at: str = ""
    is_sample: bool = False


def ensure_places(wanted: Sequence[WantedPlace]) -> list[UUID | None]:
    """The place of each wanted one, in order: by name or alias within its city, else newly made. None where no city or no name. At most five queries.

    Another branch of a chain, by its address or distance, is another place. Call it under the city's advisory lock, so that two batches do not
    make the same place twice.
    """
    keys = [(want.city, fold_name(want.name)[:200]) for want in wanted]
    usable = {key for key in keys if all(key)}
    if not usable:
        return [None] * len(wanted)
    cities = dict(City.objects.filter(slug__in={city for city, _ in usable}).values_list("slug", "id"))
    texts = {(want.city, text) for want in wanted for text in wordings(want.name, want.address)}
    offered = _offered(usable | texts, cities)
    new: list[Place] = []
    found: list[UUID | None] = []
    for key, want in zip(keys, wanted, strict=True):
        if key not in usable or key[0] not in cities:
            found.append(None)
            continue
        place = _told(want, offered) or _same(want, key[1], offered[key])
        if place is None:
            place = _new_place(want, key[1], cities[key[0]])
            offered[key].append(place)
            new.append(place)
        found.append(place.id)
    Place.objects.bulk_create(new)
    PlaceAlias.objects.bulk_create(_aliases(new), ignore_conflicts=True)
    return found


def _offered(keys: Iterable[Key], cities: dict[str, UUID]) -> dict[Key, list[Place]]:
    """The places that bear these names in their cities, as name or alias; a merged one stands for its survivor."""
    slugs = {pk: slug for slug, pk in cities.items()}
    names = {folded for _, folded in keys}
    found: dict[Key, dict[UUID, Place]] = defaultdict(dict)
    aliases = PlaceAlias.objects.filter(city__in=cities.values(), folded__in=names).select_related("place__merged_into")
    for alias in aliases:
        if alias.city_id is not None:
            place = alias.place.merged_into or alias.place
            found[(slugs[alias.city_id], alias.folded)][place.id] = place
    for place in Place.objects.filter(city__in=cities.values(), folded_name__in=names).select_related("merged_into"):
        if place.city_id is not None:
            kept = place.merged_into or place
            found[(slugs[place.city_id], place.folded_name)][kept.id] = kept
    return defaultdict(list, {key: sorted(places.values(), key=lambda place: place.id) for key, places in found.items()})


def _told(want: WantedPlace, offered: Mapping[Key, Sequence[Place]]) -> Place | None:
    """The place that bears the name and address together: one that was merged away, or whose words a person put right, leads on by these."""
    both = [text for text in wordings(want.name, want.address) if text != fold_name(want.name)]
    return next((place for text in both for place in offered.get((want.city, text), ())), None)


def _same(want: WantedPlace, folded: str, offered: Sequence[Place]) -> Place | None:
    """The likest of the places of that name that nothing speaks against."""
    wanted = _look(folded, want.address, want.lat, want.lng, want.city)
    scored = [(compare(wanted, _look(folded, place.address, place.lat, place.lng, want.city)).score, place) for place in offered]
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
    )


def _aliases(places: Iterable[Place]) -> Iterable[PlaceAlias]:
    """A place's name leads to it, and where another one bears that already, its name with its address."""
    for place in places:
        for folded in wordings(place.name, place.address):
            if folded.startswith(place.folded_name):
                yield PlaceAlias(place=place, city_id=place.city_id, folded=folded)
