"""The span of time in which occurrences are wanted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self

from pipeline.contract.connector import FetchParams

HORIZON: Final = timedelta(days=400)


#: Occurrences that began this long ago are still asked for, so that one that goes on, or is held, can be
#: updated.
LOOKBACK: Final = timedelta(days=31)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The span in which occurrences are wanted: aware `start` and `end`, both included."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, params: FetchParams) -> Self:
        """The span of `params`, never further ahead than `HORIZON` from its clock."""
        return cls(start=params.start, end=min(params.end, params.now + HORIZON))

    def holds(self, start: datetime, end: datetime | None = None) -> bool:
        """Whether something from `start` to `end` (aware) touches the span; what began before it and still
        runs does."""
        return start <= self.end and (end or start) >= self.start

    def holds_day(self, first: date, last: date | None = None) -> bool:
        """Whether a day, or the days to `last`, touch the span anywhere on earth (UTC-12 to UTC+14)."""
        return (
            first <= (self.end + timedelta(hours=14)).date()
            and (last or first) >= (self.start - timedelta(hours=12)).date()
        )
