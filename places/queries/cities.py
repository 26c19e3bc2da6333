"""Finds a city by what others call it."""

from django.db.models import Q

from places.enums import CityState
from places.models import City


def find_city(slug: str) -> City | None:
    """The city with its own pages and its areas, also by its old id such as `ca--los-angeles` and by former slugs.

    The caller redirects where `city.slug` differs.
    """
    if "\0" in slug:  # PostgreSQL refuses it
        return None
    wanted = Q(slug=slug) | (Q(legacy_id=slug) & ~Q(legacy_id="")) | Q(former_slugs__contains=[slug])
    found = City.objects.filter(wanted, state=CityState.ACTIVE).prefetch_related("areas").order_by("slug")
    return min(found, key=lambda city: city.slug != slug, default=None)
