"""The place of a venue that an event names: found by its names, or made."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import slugify

from places.geography import fold_name
from places.models import City, Place, PlaceAlias


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedPlace:
    """A venue that an event names in a city (by slug), to be found or made."""

    city: str
    name: str
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    plus_code: str = ""
    is_sample: bool = False


def ensure_places(wanted: Sequence[WantedPlace]) -> list[UUID | None]:
    """The place of each wanted one, in order: by alias within its city, else newly made. None where no city or no name. At most four queries.

    Call it under the city's advisory lock, so that two batches do not make the same place twice.
    """
    keys = [(want.city, fold_name(want.name)[:200]) for want in wanted]
    usable = {key: want for key, want in zip(keys, wanted, strict=True) if all(key)}
    if not usable:
        return [None] * len(wanted)
    cities = dict(City.objects.filter(slug__in={city for city, _ in usable}).values_list("slug", "id"))
    found = _by_alias(usable, cities)
    new = {key: _new_place(want, key[1], cities[key[0]]) for key, want in usable.items() if key not in found and key[0] in cities}
    Place.objects.bulk_create(new.values())
    PlaceAlias.objects.bulk_create(
        (PlaceAlias(place=place, city_id=place.city_id, folded=folded) for (_, folded), place in new.items()), ignore_conflicts=True
    )
    found.update({key: place.id for key, place in new.items()})
    return [found.get(key) for key in keys]


def _by_alias(keys: dict[tuple[str, str], WantedPlace], cities: dict[str, UUID]) -> dict[tuple[str, str], UUID]:
    """The places behind the aliases; a merged one stands for its survivor."""
    slugs = {pk: slug for slug, pk in cities.items()}
    rows = PlaceAlias.objects.filter(city__in=cities.values(), folded__in={folded for _, folded in keys}).values_list(
        "city_id", "folded", "place_id", "place__merged_into_id"
    )
    return {(slugs[city], folded): survivor or place for city, folded, place, survivor in rows if (slugs[city], folded) in keys}


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
        is_sample=want.is_sample,
    )
