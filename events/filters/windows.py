"""The days and hours of a filter, in local time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from events.ongoing import is_closed_on
from events.times import When
from pipeline.dates.event_times import EVENING_BEGINS, NIGHT_ENDS, night_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Local days from `first` to `last`, and times: from `opens` on the first to `closes` on the last.

    `holds_dated`: whether events with only a date, and ongoing ones, belong to it.
    """

    first: date
    last: date
    opens: time = time()
    closes: time | None = None
    holds_dated: bool = True

    @property
    def last_dated(self) -> date:
        """The last day for events that have only a day."""
        return self.last - timedelta(days=1) if self.closes else self.last

    @property
    def begins(self) -> datetime:
        """The first moment, in local time."""
        return datetime.combine(self.first, self.opens)

    @property
    def ends(self) -> datetime:
        """The moment after the last one, in local time."""
        return (
            datetime.combine(self.last, self.closes)
            if self.closes
            else datetime.combine(self.last + timedelta(days=1), time())
        )

    def is_closed(self, opening_hours: str) -> bool:
        """Whether these opening hours are certainly closed on all of its days."""
        return bool(opening_hours) and is_closed_on(opening_hours, self.first, self.last_dated)


def window(when: When, *, now: datetime) -> Window:
    """The window of `when` at `now`, which is local to the event or its city.

    The same days and hours as `events.times.when_span`.
    """
    today = now.date()
    if when is When.TONIGHT:
        night = night_of(now)
        return Window(
            first=night,
            last=night + timedelta(days=1),
            opens=EVENING_BEGINS,
            closes=NIGHT_ENDS,
            holds_dated=False,
        )
    if when is When.WEEKEND:
        sunday = today + timedelta(days=6 - today.weekday())
        return Window(first=sunday - timedelta(days=2), last=sunday, opens=EVENING_BEGINS)
    first, days = {When.TODAY: (0, 0), When.TOMORROW: (1, 0), When.WEEK: (0, 6)}[when]
    return Window(first=today + timedelta(days=first), last=today + timedelta(days=first + days))


def going_out_window(day: date) -> Window:
    """A day for going out: from 05:00 to 05:00."""
    return Window(first=day, last=day + timedelta(days=1), opens=NIGHT_ENDS, closes=NIGHT_ENDS)
