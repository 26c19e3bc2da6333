"""Events as the arrays of `insights.recommending`: those that may be recommended, and those that a reader knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet, Sum

from events.enums import Happening
from events.models import Event, EventDay
from events.recommended import HiddenThings
from insights.factors.training import DIMENSIONS
from insights.recommending.arrays import Floats, Items
from insights.recommending.factors import FACTORS
from insights.recommending.listing import small_venues
from pipeline.contract.enums import PriceType
from pipeline.text.folding import address_part

#: Of a city so many events are looked at, the soonest, and so many of those that are opened most.
SOONEST, POPULAR = 1_200, 100
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)
#: What of an event is read.
COLUMNS: Final = (
    "id", "title", "category_id", "place_id", "venue_name", "performers", "start_at", "timezone", "time_known", "price_type", "price_min",
    "lat", "lng", "series_id", "counters__views", "factors__numbers",
)  # fmt: skip
#: Steps of price: free, and up to each of these in the event's own currency.
_STEPS: Final = (0.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0)
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


def rows_of(coming: QuerySet[Event], *, also: Sequence[UUID]) -> list[dict[str, Any]]:
    """The soonest and the most opened of `coming`, and the events `also`, each once. Three queries at most."""
    found: dict[UUID, dict[str, Any]] = {}
    lists = [
        coming.order_by("start_at", "id")[:SOONEST],
        coming.filter(trend__score__gt=0).order_by("-trend__score", "id")[:POPULAR],
    ]
    if also:
        lists.append(Event.objects.filter(pk__in=also))
    for one in lists:
        for row in one.values(*COLUMNS):
            found.setdefault(row["id"], row)
    return list(found.values())


def once(rows: Sequence[Mapping[str, Any]], *, kept: Collection[UUID]) -> list[Mapping[str, Any]]:
    """Of what has the same title at the same venue the soonest alone, and all that are `kept`: a reader takes the dates for one event."""
    found: dict[tuple[str, Any], UUID] = {}
    for row in sorted(rows, key=lambda row: (row["start_at"], row["id"])):
        if row["id"] not in kept:
            found.setdefault((row["title"].casefold(), row["place_id"] or row["venue_name"]), row["id"])
    chosen = {*found.values(), *kept}
    return [row for row in rows if row["id"] in chosen]


def arrays_of(rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Known:
    """The rows as arrays. One query more, of the last week's openings. What has no numbers yet has 0."""
    numbers = np.zeros((len(rows), DIMENSIONS + FACTORS))
    for at, row in enumerate(rows):
        if row["factors__numbers"] is not None:
            numbers[at] = np.frombuffer(bytes(row["factors__numbers"]), "<f2")
    week = EventDay.objects.filter(
        event__in=[row["id"] for row in rows], day__gt=(now - timedelta(days=7)).date()
    )
    lately = dict(week.values_list("event").annotate(Sum("views")).order_by())
    venue = _labels([row["place_id"] for row in rows])
    opened = np.array([row["counters__views"] or 0 for row in rows], float)
    by_venue = np.bincount(venue[venue >= 0], weights=opened[venue >= 0], minlength=1).astype(float)
    is_small = np.where(venue >= 0, small_venues(by_venue)[venue], False)
    items = Items(
        numbers[:, :DIMENSIONS],
        _labels([row["category_id"] for row in rows]),
        venue,
        _labels([address_part(row["performers"][0]) if row["performers"] else None for row in rows]),
        np.array([_part_of_day(row) for row in rows], int),
        np.array([step_of(row["price_type"], row["price_min"]) for row in rows], int),
        kilometres([(row["lat"], row["lng"]) for row in rows]),
        opened,
        np.array([lately.get(row["id"], 0) for row in rows], float),
        is_small.astype(np.bool_),
    )
    return Known(rows, items, numbers[:, DIMENSIONS:], _labels([row["series_id"] for row in rows]))


def step_of(kind: str, least: Any) -> int:
    """The step of a price: 0 for free, -1 where it is not known."""
    if kind == PriceType.FREE:
        return 0
    return -1 if least is None else int(np.searchsorted(_STEPS, float(least)))


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


def _part_of_day(row: Mapping[str, Any]) -> int:
    """Morning, midday, evening or night by the clock at the event; -1 where the time is not known."""
    return row["start_at"].astimezone(ZoneInfo(row["timezone"])).hour // 6 if row["time_known"] else -1
