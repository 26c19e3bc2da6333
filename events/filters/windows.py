"""The days and hours of a filter, in local time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from events.ongoing import is_closed_on
from events.times import When
from pipeline.dates.event_times import EVENING_BEGINS, NIGHT_ENDS, night_of

#: No event of interest lies outside these days; arithmetic on days must not leave the calendar.
_FIRST, _LAST = date(1970, 1, 2), date(2199, 12, 31)
#: Opening hours are not computed for longer windows: nothing is closed for a month without being over.
_MOST_CLOSED = timedelta(days=31)


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
        is_short = self.last_dated - self.first < _MOST_CLOSED
        return bool(opening_hours) and is_short and is_closed_on(opening_hours, self.first, self.last_dated)


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
    return days_window(day, day)


def days_window(first: date | None, last: date | None) -> Window:
    """The days for going out from `first` to `last`: from 05:00 of the first to 05:00 after the last.

    None leaves that side open; days beyond all events are moved to `_FIRST` and `_LAST`.
    """
    begin, end = (min(max(day, _FIRST), _LAST) for day in (first or _FIRST, last or _LAST))
    return Window(first=begin, last=end + timedelta(days=1), opens=NIGHT_ENDS, closes=NIGHT_ENDS)


def in_hours(clock: time, begin: time | None, end: time | None) -> bool:
    """Whether a time of day lies from `begin` on and before `end`, over midnight where `end` is not the later one."""
    first, last = begin or time(), end or time()
    return first <= clock < last if first < last else clock >= first or clock < last
