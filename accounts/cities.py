"""The cities that a person may choose. Places lies above accounts, so it hands them in when it is ready."""

from collections.abc import Callable, Mapping

CityNames = Callable[[], Mapping[str, str]]
CitySlug = Callable[[str], str]

_cities: list[tuple[CityNames, CitySlug]] = []


def register_cities(names: CityNames, slug_of: CitySlug) -> None:
    """Set what reads the names of the cities by slug, and what finds a slug. Called once, when places is ready."""
    _cities[:] = [(names, slug_of)]


def city_names() -> Mapping[str, str]:
    """Names by slug, in the order for a list of choices."""
    return _cities[0][0]() if _cities else {}


def city_slug(given: str) -> str:
    """The slug of the city that is called so: by its slug, a former one, or its old id such as `ca--los-angeles`; '' for none."""
    return _cities[0][1](given) if _cities else ""
