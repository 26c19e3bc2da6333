"""Events as they are for every reader, kept for half a minute in each process: to read a thousand takes longer than all else of an answer.

Which of them a reader may see is asked of the database each time, so what is hidden, cancelled or full is gone at once.
"""

import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum

from events.models import Event, EventDay
from events.queries.conditions import Condition
from insights.factors.training import DIMENSIONS
from insights.recommending.factors import FACTORS
from pipeline.contract.enums import PriceType
from pipeline.text.folding import address_part

#: So many events take some 20 MB.
SECONDS, MOST = 30.0, 10_000
_COLUMNS: Final = (
    "id", "title", "category_id", "place_id", "venue_name", "performers", "start_at", "timezone", "time_known", "price_type", "price_min",
    "lat", "lng", "series_id", "counters__views", "factors__numbers",
)  # fmt: skip
#: Steps of price: free, and up to each of these in the event's own currency.
_STEPS: Final = (0.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0)
#: What stands for numbers that an event does not have yet: half floats of 0.
_NO_NUMBERS: Final = bytes(2 * (DIMENSIONS + FACTORS))
_rows: dict[UUID, tuple[float, Mapping[str, Any]]] = {}
_NONE: Final[tuple[float, Mapping[str, Any]]] = (0.0, {})
_lock: Final = Lock()


def rows_by_id(ids: Sequence[UUID], *, now: datetime) -> list[Mapping[str, Any]]:
    """The rows of these events, in their order, without those that are deleted. Two queries, none where all are kept."""
    moment = time.monotonic()
    found = [row if until > moment else None for until, row in (_rows.get(pk, _NONE) for pk in ids)]
    missing = [pk for pk, row in zip(ids, found, strict=True) if row is None]
    if not missing:
        return [row for row in found if row is not None]
    read = _read(missing, now)
    with _lock:
        for pk, row in read.items():
            _rows.pop(pk, None)  # so that the oldest come first
            _rows[pk] = moment + SECONDS, row
        while len(_rows) > MOST:
            del _rows[next(iter(_rows))]
    rows = (read.get(pk) if row is None else row for pk, row in zip(ids, found, strict=True))
    return [row for row in rows if row is not None]


def forget() -> None:
    """Keep nothing, as a new process."""
    with _lock:
        _rows.clear()


def _read(ids: Sequence[UUID], now: datetime) -> dict[UUID, Mapping[str, Any]]:
    # as one array: Django and psycopg take longer over a thousand parameters than the database over the question
    week = EventDay.objects.filter(
        Condition("{event_id} = ANY({ids})", "event_id", ids=ids), day__gt=(now - timedelta(days=7)).date()
    )
    lately = dict(week.values_list("event").annotate(Sum("views")).order_by())
    rows = Event.objects.filter(Condition("{id} = ANY({ids})", "id", ids=ids)).values(*_COLUMNS)
    return {row["id"]: _told(row, lately.get(row["id"], 0)) for row in rows}


def _told(row: Mapping[str, Any], lately: int) -> Mapping[str, Any]:
    """What is compared for each of a thousand events is text: a UUID computes its hash in Python."""
    performer = (row["performers"] or [""])[0]
    return {
        **{name: row[name] for name in ("id", "title", "category_id", "place_id", "venue_name", "start_at")},
        "date_of": f"{row['title'].casefold()}\0{row['place_id'] or row['venue_name']}",
        "venue": str(row["place_id"]) if row["place_id"] else None,
        "series": str(row["series_id"]) if row["series_id"] else None,
        "performer": performer,
        "performer_part": address_part(performer) if performer else None,
        "point": (row["lat"], row["lng"]),
        "price": step_of(row["price_type"], row["price_min"]),
        "part_of_day": _part_of_day(row),
        "opened": row["counters__views"] or 0,
        "lately": lately,
        "numbers": bytes(row["factors__numbers"] or _NO_NUMBERS),
    }  # fmt: skip


def step_of(kind: str, least: Any) -> int:
    """The step of a price: 0 for free, -1 where it is not known."""
    if kind == PriceType.FREE:
        return 0
    return -1 if least is None else bisect_left(_STEPS, least)


def _part_of_day(row: Mapping[str, Any]) -> int:
    """Morning, midday, evening or night by the clock at the event; -1 where the time is not known."""
    return row["start_at"].astimezone(ZoneInfo(row["timezone"])).hour // 6 if row["time_known"] else -1
