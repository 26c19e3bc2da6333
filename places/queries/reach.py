"""In which cities an actor may work.

A right says what a person may do, this module where: whoever lacks `places.oversee_city` works only in their own
cities (CityModerator), and sees nothing of others. What belongs to no city, or to several, is for those who have
every one of them, and so for those who oversee all where there is none.
"""

from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.rights import Actor, RightMissing, is_person, may
from places.models import City, CityModerator

#: The right to work in all cities, and on what belongs to none.
OVERSEE: Final = "places.oversee_city"
_KEPT: Final = "_own_city_ids"

M = TypeVar("M", bound=Model)


def cities_of(by: Actor) -> frozenset[UUID] | None:
    """The ids of the actor's own cities; None for one who works in all.

    One query for an account's object, which keeps the answer, as Django's backend keeps its rights.
    """
    if may(by, OVERSEE):
        return None
    if not is_person(by):
        return frozenset()
    kept: frozenset[UUID] | None = getattr(by, _KEPT, None)
    if kept is None:
        kept = frozenset(CityModerator.objects.filter(user=by).values_list("city_id", flat=True))
        setattr(by, _KEPT, kept)
    return kept


def own_slugs(by: Actor) -> list[str] | None:
    """The slugs of the actor's own cities in order; None for one who works in all."""
    own = cities_of(by)
    return (
        None
        if own is None
        else list(City.objects.filter(pk__in=own).order_by("slug").values_list("slug", flat=True))
    )


def may_in(by: Actor, *city_ids: UUID | None) -> bool:
    """Whether `by` may work in every one of these cities; None is what belongs to no city."""
    own = cities_of(by)
    return own is None or (bool(city_ids) and own.issuperset(city_ids))


def require_city(by: Actor, *city_ids: UUID | None) -> None:
    """Raise RightMissing unless `by` may work in every one of these cities; see `may_in`."""
    if not may_in(by, *city_ids):
        raise RightMissing(
            "This is of another city, or of none. You may work in your own cities only.", permission=OVERSEE
        )


def narrowed(rows: QuerySet[M], by: Actor, *paths: str) -> QuerySet[M]:
    """The rows of the actor's own cities: every one of `paths`, such as `event__city`, leads to one.

    Without a path the rows belong to no city.
    """
    own = cities_of(by)
    if own is None:
        return rows
    return rows.filter(**{f"{path}__in": own for path in paths}) if paths else rows.none()


def of_city(row: Any, path: str) -> UUID | None:
    """The id of the city to which `path` leads from a row in memory; None where it leads to none."""
    *steps, last = path.split("__")
    for step in steps:
        row = getattr(row, step)
        if row is None:
            return None
    found: UUID | None = row.pk if last == "pk" else getattr(row, f"{last}_id")
    return found
