"""Cities, areas and places."""

from typing import Any

from django.utils.text import slugify

from pipeline.text.folding import fold
from places.models import Area, City, Place, PlaceAlias
from places.queries import forget_gazetteer


def make_city(*, slug: str = "bengaluru", **fields: Any) -> City:
    """A city, by default with Bengaluru's position and zone; the existing one with that slug, if any."""
    defaults = {
        "name": slug.title(),
        "country": "IN",
        "lat": 12.9716,
        "lng": 77.5946,
        "timezone": "Asia/Kolkata",
        "radius_km": 30,
    }
    forget_gazetteer()  # as the admin does; it may also be that of a test before
    return City.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_area(*, slug: str = "indiranagar", city: City | None = None, **fields: Any) -> Area:
    """An area of Bengaluru, or of `city`; the existing one with that slug, if any."""
    defaults = {
        "city": city or make_city(),
        "name": slug.title(),
        "lat": 12.9784,
        "lng": 77.6408,
        "radius_km": 2,
    }
    forget_gazetteer()
    return Area.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_place(*, name: str = "Blue Room", **fields: Any) -> Place:
    """A place in Bengaluru, or in `city` (None: nowhere), with its name as alias."""
    defaults: dict[str, Any] = {"slug": slugify(name) or "place", "folded_name": fold(name)}
    if "city" not in fields:
        defaults["city"] = make_city()
    place = Place.objects.create(name=name, **{**defaults, **fields})
    if place.city is not None:
        make_alias(place=place, name=name)
    return place


def make_alias(*, place: Place, name: str) -> PlaceAlias:
    """An alias of the place in its city; an existing alias keeps its place."""
    known = {"city": place.city, "folded": fold(name)}
    return PlaceAlias.objects.get_or_create(**known, defaults={"place": place})[0]
