"""The conditions of a filter, and their JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from events.times import When


def read_box(text: str) -> tuple[float, float, float, float]:
    """`west,south,east,north` in degrees (WGS 84). Raises ValueError for anything else."""
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("no such part of the world")
    return west, south, east, north


class Ordering(StrEnum):
    START = "start"
    DISTANCE = "distance"
    POPULARITY = "popularity"
    RELEVANCE = "relevance"
    PUBLISHED = "published"


@dataclass(frozen=True, kw_only=True, slots=True)
class EventFilter:
    """Every condition that is set must hold; of a tuple any element is enough.

    `city`, `area`, `source` and `categories` are slugs; an event of another category counts as one of `categories` where it
    has `category_words`; `start_after` (inclusive) and `start_before`
    (exclusive) aware datetimes; `day` is a day from 05:00 to 05:00, and so are `from_day` and `to_day`, the first
    and the last of several; `from_hour` (inclusive) and `to_hour` (exclusive) bound the start on the event's own
    clock, over midnight where the second is not the later one, and leave out events without a time; `radius_km`
    counts from `lat`, `lng` (WGS 84); `bbox` is (west, south, east, north); `price` is free or paid; `price_max` is
    in the event's own currency, or in `currency` (ISO 4217) alone; `guest_age` is that of the youngest guest, who
    must be admitted; `least_age` asks for events from that age on; `language` is a BCP 47 tag, of which the first
    part counts.
    """

    city: str = ""
    area: str = ""
    categories: tuple[str, ...] = ()
    category_words: str = ""
    tags: tuple[str, ...] = ()
    q: str = ""
    start_after: datetime | None = None
    start_before: datetime | None = None
    day: date | None = None
    from_day: date | None = None
    to_day: date | None = None
    from_hour: time | None = None
    to_hour: time | None = None
    when: When | None = None
    lat: float | None = None
    lng: float | None = None
    radius_km: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    price: str = ""
    price_max: Decimal | None = None
    currency: str = ""
    guest_age: int | None = None
    least_age: int | None = None
    online: str = ""
    venue: UUID | None = None
    organizer: UUID | None = None
    source: str = ""
    language: str = ""
    statuses: tuple[str, ...] = ()
    updated_since: datetime | None = None
    ordering: Ordering = Ordering.START

    def __post_init__(self) -> None:
        """Round the centre to a tenth of a millimetre: of numbers near the smallest there are, PostgreSQL refuses the products."""
        for name in ("lat", "lng"):
            if isinstance(value := getattr(self, name), float):
                object.__setattr__(self, name, round(value, 9))

    def to_json(self) -> dict[str, Any]:
        """The set conditions in JSON's types; `from_json` reads it back."""
        return {name: _plain(value) for name, value in asdict(self).items() if value not in (None, "", ())}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "EventFilter":
        """The filter that `to_json` wrote.

        Unknown names are ignored, so that an older row outlives a removed field.
        """
        return cls(
            **{name: _READERS.get(name, _same)(value) for name, value in data.items() if name in _names()}
        )

    def to_query(self) -> dict[str, str]:
        """The set conditions by the names and in the words of the API's parameters (`events.api.asking`).

        What no parameter says is left out: `category_words`, `currency`, and the order by start.
        """
        told = {
            _IN_QUERY.get(name, name): _spelt(value)
            for name, value in asdict(self).items()
            if value not in (None, "", ()) and name not in _NOT_ASKED
        }
        if self.ordering is Ordering.START:
            del told["ordering"]
        return told

    def saving_address(self) -> str:
        """The page on which a person saves these conditions as a search."""
        return f"/me/searches/new/?{urlencode(self.to_query())}"

    def without(self, *names: str) -> "EventFilter":
        """The same filter without the named conditions."""
        empty = EventFilter()
        return replace(self, **{name: getattr(empty, name) for name in names})


@cache
def _names() -> frozenset[str]:
    return frozenset(field.name for field in fields(EventFilter))


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


#: The parameters that are named otherwise, and the conditions that have none.
_IN_QUERY = {"categories": "category", "tags": "tag", "statuses": "status"}
_NOT_ASKED = frozenset({"category_words", "currency"})


def _spelt(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_spelt, value))
    if isinstance(value, time):
        return value.isoformat("minutes")
    return repr(value) if isinstance(value, float) else str(_plain(value))


def _same(value: Any) -> Any:
    return value


_READERS: dict[str, Any] = {
    "categories": tuple, "tags": tuple, "statuses": tuple, "bbox": tuple,
    "start_after": datetime.fromisoformat, "start_before": datetime.fromisoformat, "updated_since": datetime.fromisoformat,
    "from_day": date.fromisoformat, "to_day": date.fromisoformat, "from_hour": time.fromisoformat, "to_hour": time.fromisoformat,
    "day": date.fromisoformat, "when": When, "ordering": Ordering, "price_max": Decimal, "venue": UUID, "organizer": UUID,
}  # fmt: skip
