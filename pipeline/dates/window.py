"""The window in which occurrences are wanted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self

from pipeline.contract.connector import FetchParams

HORIZON: Final = timedelta(days=400)


#: Occurrences that began this long ago are still wanted, so that ongoing and stored ones can be updated.
LOOKBACK: Final = timedelta(days=31)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The window in which occurrences are wanted: aware `start` and `end`, inclusive."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, params: FetchParams) -> Self:
        """The window of `params`, at most `HORIZON` ahead of its clock."""
        return cls(start=params.start, end=min(params.end, params.now + HORIZON))

    def holds(self, start: datetime, end: datetime | None = None) -> bool:
        """Whether something from `start` to `end` (aware) overlaps the window."""
        return start <= self.end and (end or start) >= self.start

    def holds_day(self, first: date, last: date | None = None) -> bool:
        """Whether a day, or the days to `last`, overlap the window anywhere on Earth (UTC-12 to UTC+14)."""
        return (
            first <= (self.end + timedelta(hours=14)).date()
            and (last or first) >= (self.start - timedelta(hours=12)).date()
        )
