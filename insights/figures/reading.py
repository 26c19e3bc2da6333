"""Reads the sums of a window, for some cities or all."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Left, Right

from events.models import Category, Origin
from insights.figures.windows import Window
from insights.models import Figure
from insights.models.figures import ACTS
from places.models import City, Place

#: What figures can be broken down by, and the dimension of its sums.
BY: Final = {"city": "", "category": "category", "source": "source", "venue": "venue", "weekday": "hour", "hour": "hour"}  # fmt: skip
#: These sums exist by day only.
BY_DAY: Final = frozenset({"weekday", "hour"})
Cities = Collection[UUID] | None
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SUMS: Final = {f"sum_{act}": Sum(act) for act in ACTS}


def totals(window: Window, cities: Cities) -> dict[str, int]:
    """The sums of the window by act. `cities` None: all, and what belongs to none. One query."""
    found = _rows(window, "", cities).aggregate(**_SUMS)
    return {act: found[f"sum_{act}"] or 0 for act in ACTS}


def points(window: Window, cities: Cities) -> list[tuple[datetime, dict[str, int]]]:
    """The sums of each step, also of those in which nothing happened. One query."""
    rows = _rows(window, "", cities).order_by().values("at").annotate(**_SUMS)
    found = {row["at"]: _acts(row) for row in rows}
    return [(moment, found.get(moment, dict.fromkeys(ACTS, 0))) for moment in window.moments]


def broken_down(window: Window, by: str, cities: Cities) -> list[tuple[str, dict[str, int]]]:
    """Key and sums of each row, the most viewed first; weekdays and hours in their order. One query. Raises KeyError."""
    rows = _rows(window, BY[by], cities).order_by()
    key: Any = {"city": F("city_id"), "weekday": Left("key", 1), "hour": Right("key", 2)}.get(by, F("key"))
    grouped = rows.annotate(part=key).values("part").annotate(**_SUMS)
    found = [(str(row["part"] or ""), _acts(row)) for row in grouped]
    if by in BY_DAY:
        return sorted(found, key=lambda one: one[0])
    return sorted(found, key=lambda one: (-one[1]["views"], -sum(one[1].values()), one[0]))


def names_of(by: str, keys: Collection[str]) -> dict[str, str]:
    """What people call the keys of a breakdown. At most one query; what is gone keeps its key as its name."""
    if by == "weekday":
        return {key: _WEEKDAYS[int(key) - 1] for key in keys}
    if by == "hour":
        return {key: f"{key}:00" for key in keys}
    if by == "category":
        found = Category.objects.filter(pk__in=keys).values_list("slug", "name")
    else:
        model: Any = {"city": City, "source": Origin, "venue": Place}[by]
        found = model.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name")
    names = {str(key): str(name) for key, name in found}
    return {key: names.get(key, key) or "in no city" for key in keys}


def _rows(window: Window, dimension: str, cities: Cities) -> QuerySet[Figure]:
    rows = Figure.objects.filter(
        grain=window.grain, dimension=dimension, at__gte=window.since, at__lt=window.until
    )
    return rows if cities is None else rows.filter(city_id__in=cities)


def _acts(row: Any) -> dict[str, int]:
    return {act: row[f"sum_{act}"] for act in ACTS}
