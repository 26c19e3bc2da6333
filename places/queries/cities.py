"""Finds a city by what others call it."""

from typing import Final

from django.db.models import BooleanField, Case, Q, QuerySet, When

from outbox.renderings.rows import KeptRows
from outbox.renderings.shown import is_collecting
from places.enums import CityState
from places.models import City

#: By the name in the address. No topic tells of them: after a change of a city nothing that was kept is good any more.
_CITIES: Final[KeptRows[str, City]] = KeptRows(lambda slug: f"city:{slug}", most=500)

#: Of a text that names a city.
_LONGEST: Final = 200


def find_city(slug: str) -> City | None:
    """The city with its own pages and its areas, also by its old id such as `ca--los-angeles` and by former slugs.

    The caller redirects where `city.slug` differs.
    """
    if "\0" in slug:  # PostgreSQL refuses it
        return None
    return _CITIES.take([slug], _read).get(slug)


def slug_of_city(given: str) -> str:
    """The slug of the city that `find_city` finds, without reading its row and areas; "" where there is none."""
    if "\0" in given:
        return ""
    if is_collecting():
        city = find_city(given)  # kept, and the page reads it as well
        return city.slug if city else ""
    return _called(given).values_list("slug", flat=True).first() or ""


def named_city(text: str) -> City | None:
    """The city that a text names: as `find_city`, or by its name with its region or country, such as `San Francisco, CA`.

    None where there is none, or more than one.
    """
    if "\0" in text:  # PostgreSQL refuses it
        return None
    if (found := find_city(text)) is not None:
        return found
    name, *around = [part.strip() for part in text[:_LONGEST].split(",")]
    rows = City.objects.filter(name__iexact=name, state=CityState.ACTIVE)
    for part in filter(None, around):
        rows = rows.filter(Q(region__iexact=part) | Q(country__iexact=part))
    both = list(rows[:2])
    return both[0] if len(both) == 1 else None


def _read(slugs: list[str]) -> dict[str, City]:
    [slug] = slugs
    city = _called(slug).prefetch_related("areas").first()
    return {slug: city} if city else {}


def _called(slug: str) -> QuerySet[City]:
    """The active cities that others call so, the one whose slug it is first."""
    wanted = Q(slug=slug) | (Q(legacy_id=slug) & ~Q(legacy_id="")) | Q(former_slugs__contains=[slug])
    is_other = Case(When(slug=slug, then=False), default=True, output_field=BooleanField())
    return City.objects.filter(wanted, state=CityState.ACTIVE).order_by(is_other, "slug")
