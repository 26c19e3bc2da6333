"""The cities that a person may choose. Places lies above accounts, so it hands them in when it is ready."""

from collections.abc import Callable, Mapping

CityNames = Callable[[], Mapping[str, str]]

_names: list[CityNames] = []


def register_cities(names: CityNames) -> None:
    """Set what reads the names of the cities by slug. Called once, when places is ready."""
    _names[:] = [names]


def city_names() -> Mapping[str, str]:
    """Names by slug, in the order for a list of choices."""
    return _names[0]() if _names else {}
