"""The app `places`: cities, areas and venues."""

from collections.abc import Mapping

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "places"

    def ready(self) -> None:
        """Hand the cities to accounts, where a person chooses one; register what is kept about people."""
        from accounts.cities import register_cities
        from accounts.privacy.registry import register
        from places.privacy import PART

        register_cities(_active_cities, _slug_of)
        register(PART)


def _active_cities() -> Mapping[str, str]:
    from places.enums import CityState
    from places.models import City

    return dict(City.objects.filter(state=CityState.ACTIVE).order_by("name").values_list("slug", "name"))


def _slug_of(given: str) -> str:
    from places.queries import find_city

    city = find_city(given)
    return city.slug if city is not None else ""
