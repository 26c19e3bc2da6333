"""Where a page of the best answers ends, as its cursor carries it (docs/decisions/0090)."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from rest_framework.exceptions import ValidationError

from accounts.api.etags import digest_of
from events.api import readers as read
from events.api.cursors import read_cursor, refused, write_cursor
from events.filters import EventFilter
from events.models import Event
from events.search.records import Hit, Place, Rank

_NAME: Final = "search"
_OTHER = "This cursor belongs to another question, or its words are read otherwise by now: search again without it."


@dataclass(frozen=True, slots=True)
class Mark:
    """The last event of a page, and the question (`reading`) whose answer it stands in."""

    place: Place
    reading: str

    def check(self, wanted: EventFilter) -> None:
        """Raise ValidationError (400) where the cursor was written for another question."""
        if _reading_of(wanted) != self.reading:
            raise ValidationError({"cursor": [_OTHER]})


def write_mark(event: Event, hit: Hit, began: datetime, wanted: EventFilter) -> str:
    """The cursor of the page behind `hit`, which is `event`; the first page was asked for at `began`."""
    rank = (hit.rank.score, *hit.rank.until) if hit.rank else ()
    return write_cursor(_NAME, _reading_of(wanted), began, event.is_sample, event.start_at, event.pk, *rank)


def read_mark(cursor: str) -> Mark:
    """The mark that `write_mark` wrote. Raises ValidationError (400) for any other text."""
    try:
        reading, began, is_sample, start_at, event_id, *rank = read_cursor(cursor, _NAME)
        if not isinstance(reading, str) or not isinstance(is_sample, bool):
            raise ValueError("no mark")
        place = Place(
            began=read.moment(began),
            is_sample=is_sample,
            start_at=read.moment(start_at),
            event_id=UUID(event_id),
            rank=_rank(*rank) if rank else None,
        )
    except (ValueError, TypeError, AttributeError):
        raise refused() from None
    return Mark(place, reading)


def _rank(score: Any, last_start: Any, last_id: Any) -> Rank:
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        raise ValueError("no score")
    return Rank(float(score), (read.moment(last_start), UUID(last_id)))


def _reading_of(wanted: EventFilter) -> str:
    return digest_of(wanted.to_json())[:12]
