"""Events as the arrays of `insights.recommending`: those that may be recommended, and those that a reader knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from events.enums import Happening
from events.models import Event
from events.recommended import HiddenThings
from insights.factors.training import DIMENSIONS
from insights.offering.kept import rows_by_id
from insights.recommending.arrays import Floats, Items
from insights.recommending.factors import FACTORS
from insights.recommending.listing import small_venues

#: Of a city so many events are looked at, the soonest, and so many of those that are opened most.
SOONEST, POPULAR = 1_200, 100
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)
_KM: Final = 111.32


@dataclass(frozen=True, slots=True)
class Known:
    """Events as arrays, with the rows that they were made of, and which series each is of (-1: none)."""

    rows: Sequence[Mapping[str, Any]]
    items: Items
    factors: Floats
    series: Any

    def number(self) -> dict[UUID, int]:
        """Each event's row."""
        return {row["id"]: at for at, row in enumerate(self.rows)}


def allowed(coming: QuerySet[Event], hidden: HiddenThings) -> QuerySet[Event]:
    """Those of `coming` that take place, have room by what is told of them, and are not hidden."""
    return hidden.left_of(coming.exclude(happening__in=_OFF).filter(sold_out=False))


def rows_of(coming: QuerySet[Event], *, also: Sequence[UUID], now: datetime) -> list[Mapping[str, Any]]:
    """The soonest and the most opened of `coming`, and the events `also`, each once. Four queries at most."""
    soonest = coming.order_by("start_at", "id").values_list("id", flat=True)[:SOONEST]
    popular = coming.filter(trend__score__gt=0).order_by("-trend__score", "id").values_list("id", flat=True)
    ids = dict.fromkeys([*soonest, *popular[:POPULAR], *also])
    return rows_by_id(list(ids), now=now)


def once(rows: Sequence[Mapping[str, Any]], *, kept: Collection[UUID]) -> list[Mapping[str, Any]]:
    """Of what has the same title at the same venue the soonest alone, and all that are `kept`: a reader takes the dates for one event."""
    stays = [row["id"] in kept for row in rows]
    soonest: dict[str, int] = {}
    for at in sorted(range(len(rows)), key=lambda at: (rows[at]["start_at"], rows[at]["id"])):
        if not stays[at]:
            soonest.setdefault(rows[at]["date_of"], at)
    for at in soonest.values():
        stays[at] = True
    return [row for row, stay in zip(rows, stays, strict=True) if stay]


def arrays_of(rows: Sequence[Mapping[str, Any]]) -> Known:
    """The rows as arrays. What has no numbers yet has 0."""
    numbers = np.frombuffer(b"".join(row["numbers"] for row in rows), "<f2").astype(np.float64)
    numbers = numbers.reshape(len(rows), DIMENSIONS + FACTORS)
    venue = _labels([row["venue"] for row in rows])
    opened = np.array([row["opened"] for row in rows], float)
    by_venue = np.bincount(venue[venue >= 0], weights=opened[venue >= 0], minlength=1).astype(float)
    is_small = np.where(venue >= 0, small_venues(by_venue)[venue], False)
    items = Items(
        numbers[:, :DIMENSIONS],
        _labels([row["category_id"] for row in rows]),
        venue,
        _labels([row["performer_part"] for row in rows]),
        np.array([row["part_of_day"] for row in rows], int),
        np.array([row["price"] for row in rows], int),
        kilometres([row["point"] for row in rows]),
        opened,
        np.array([row["lately"] for row in rows], float),
        is_small.astype(np.bool_),
    )
    return Known(rows, items, numbers[:, DIMENSIONS:], _labels([row["series"] for row in rows]))


def kilometres(points: Sequence[tuple[float | None, float | None]]) -> Floats:
    """Points (WGS 84) on a plane that is right within a city (rows × 2); NaN where there is none."""
    degrees = np.array([(np.nan, np.nan) if None in point else point for point in points], float).reshape(
        -1, 2
    )
    north = degrees[:, 0] * _KM
    return np.stack([north, degrees[:, 1] * _KM * np.cos(np.radians(degrees[:, 0]))], axis=1)


def _labels(values: Sequence[Any]) -> Any:
    """A number for each value, in the order in which they come; -1 for none."""
    numbers: dict[Any, int] = {}
    return np.array(
        [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values], int
    )
