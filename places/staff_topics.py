"""The city of what a live topic for staff is about.

The live feed asks here, since it knows no run and no review; the app that owns the object registers how to find its
city.
"""

from collections.abc import Callable
from uuid import UUID

from places.models import City

#: Finds the city by the rest of a topic; None where it belongs to none, or there is no such object.
Finder = Callable[[str], UUID | None]

_finders: dict[str, Finder] = {}


def register(start: str, finder: Finder) -> None:
    """Make `finder` answer for the topics that begin with `start`."""
    _finders[start] = finder


def city_of_topic(topic: str) -> UUID | None:
    """The id of the topic's city (one query); None for one that is about no city, or about all."""
    found = next(((start, finder) for start, finder in _finders.items() if topic.startswith(start)), None)
    return found[1](topic.removeprefix(found[0])) if found else None


def _by_slug(slug: str) -> UUID | None:
    return City.objects.filter(slug=slug).values_list("pk", flat=True).first()


register("desk:queue:", _by_slug)
