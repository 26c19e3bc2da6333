"""Where a page of a list ends and the next one begins: a short text in the address.

`20261128T143000Z-0198f1d26c3e7b118f004b1f0a2c3d4e`: behind the event with that start and id; without an id from that
moment on. A list by last day has a day in place of the moment. So an address keeps its meaning while events are added,
and stays right when the event that it names is gone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from events.models import Event
from pipeline import patterns

_MARK = patterns.compile(r"(\d{8})(?:T(\d{6})(?:\.(\d{6}))?Z)?(?:-([0-9a-f]{32}))?")


@dataclass(frozen=True, slots=True)
class Mark:
    """Behind the event `id` at `key`, its start (aware) or its last day; with everything at `key` where `id` is None."""

    key: datetime | date
    id: UUID | None = None

    def __str__(self) -> str:
        if isinstance(self.key, datetime):
            moment = self.key.astimezone(UTC)
            text = (
                f"{moment:%Y%m%dT%H%M%S}" + (f".{moment.microsecond:06d}" if moment.microsecond else "") + "Z"
            )
        else:
            text = f"{self.key:%Y%m%d}"
        return f"{text}-{self.id.hex}" if self.id else text


def read_mark(text: str) -> Mark | None:
    """The mark that `str` wrote; None for any other text."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, hex_id = found.groups()
    try:
        moment = datetime.strptime(day + (clock or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    key = moment.replace(microsecond=int(fraction or 0)) if clock else moment.date()
    return Mark(key, UUID(hex_id) if hex_id else None)


def beyond(
    events: QuerySet[Event], mark: Mark | None, *, by: Literal["start_at", "end_date"]
) -> QuerySet[Event]:
    """`events`, which are in order of `by` and id, from the mark on; a mark of another order leaves out nothing."""
    if mark is None or isinstance(mark.key, datetime) is not (by == "start_at"):
        return events
    # The first condition is for the index: the planner derives no order from the alternatives.
    events = events.filter(**{f"{by}__gte": mark.key})
    return (
        events.filter(Q(**{f"{by}__gt": mark.key}) | Q(**{by: mark.key, "id__gt": mark.id}))
        if mark.id
        else events
    )
