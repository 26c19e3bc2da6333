"""When one event is: DTSTART with DTEND or DURATION, in its own zone, and the same for any other date of its
series."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from pipeline.connectors.formats.ical.lines import Line, Properties
from pipeline.connectors.formats.ical.zones import FLOATING, UTC_ZONE, Zone, Zones
from pipeline.contract.exceptions import DropRecord
from pipeline.dates.ical_values import Length, When, parse_length, parse_when
from pipeline.dates.moments import day_of

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or wall-clock time (naive) in its zone."""

    wall: When
    zone: Zone

    @property
    def when(self) -> When:
        """The date, or the datetime, aware unless it is floating. Raises OverflowError at the ends of
        time."""
        return self.zone.attach(self.wall) if isinstance(self.wall, datetime) else self.wall

    @property
    def naive(self) -> datetime:
        """The wall-clock time; midnight of a date."""
        return self.wall if isinstance(self.wall, datetime) else datetime.combine(self.wall, time())

    @property
    def timed(self) -> bool:
        return isinstance(self.wall, datetime)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of one calendar are read: its zones, and the zone in which its floating times are
    compared with others."""

    zones: Zones
    fallback: Zone = UTC_ZONE

    def read(self, line: Line, notes: list[str], value: str | None = None) -> Moment:
        """The moment that `line` (or one `value` of its list) says. Raises ValueError. An unknown zone makes
        it floating, and is noted."""
        when = parse_when(
            line.value if value is None else value, says_date=line.param("VALUE").upper() == "DATE"
        )
        if not isinstance(when, datetime):
            return Moment(when, FLOATING)
        zone = self._zone(line.param("TZID"), notes)
        if when.tzinfo is None:
            return Moment(when, zone or FLOATING)
        return Moment((zone or UTC_ZONE).wall(when), zone or UTC_ZONE)

    def instant(self, when: When) -> datetime:
        """`when` as an aware moment, floating time and dates in the fallback zone."""
        if not isinstance(when, datetime):
            when = datetime.combine(when, time())
        return (when if when.tzinfo else self.fallback.attach(when)).astimezone(UTC)

    def align(self, moment: Moment, to: Moment) -> When:
        """`moment` as `to` would say it: a date for an all-day event, else wall-clock time in its zone. A
        date takes the time of `to`."""
        if not isinstance(to.wall, datetime):
            return day_of(self._local(moment).wall)
        if not isinstance(moment.wall, datetime):
            return datetime.combine(moment.wall, to.wall.time())
        if moment.zone == to.zone or FLOATING in (moment.zone, to.zone):
            return self._local(moment).wall if to.zone == FLOATING else moment.wall
        return to.zone.wall(moment.zone.attach(moment.wall))

    def _local(self, moment: Moment) -> Moment:
        """A moment in UTC as it is in the fallback zone, any other as it is."""
        if isinstance(moment.wall, datetime) and moment.zone == UTC_ZONE and self.fallback != UTC_ZONE:
            return Moment(self.fallback.wall(UTC_ZONE.attach(moment.wall)), self.fallback)
        return moment

    def _zone(self, tzid: str, notes: list[str]) -> Zone | None:
        if not tzid.strip():
            return None
        zone = self.zones.find(tzid)
        if zone is None:
            note = f"time zone not known: {tzid.strip()[:80]}"
            if note not in notes:
                notes.append(note)
        return zone


@dataclass(frozen=True, slots=True)
class Times:
    """Start and length of an event, None where it says no end. An all-day event is `length.nominal` days
    long."""

    start: Moment
    length: Length | None

    @property
    def all_day(self) -> bool:
        return not self.start.timed

    def at(self, wall: datetime, length: Length | None = None) -> tuple[When, When | None]:
        """Start and end of the occurrence at `wall` (naive; only the day counts when all-day). The end of an
        all-day one is its last day."""
        length = length or self.length
        if not self.start.timed:
            days = max(length.nominal.days, 1) if length else 1
            return wall.date(), wall.date() + timedelta(days=days - 1)
        zone = self.start.zone
        start = zone.attach(wall)
        if length is None:
            return start, None
        end = zone.after(zone.attach(wall + length.nominal), length.exact)
        # a clock change may swallow a short nominal length; the elapsed time then is what remains true
        return start, zone.after(start, length.total) if _utc(end) < _utc(start) else end


def read_times(lines: Properties, clock: Clock, notes: list[str]) -> Times:
    """Start and length of a VEVENT. Raises `DropRecord` with the reason; an end that makes no sense is left
    out and noted."""
    if not lines.get("DTSTART"):
        raise DropRecord("no start")
    start = _readable(lambda: clock.read(lines["DTSTART"][0], notes), "start not readable")
    if day_of(start.wall).year > _LAST_YEAR:
        raise DropRecord("date out of range")
    end = _end(lines, clock, notes)
    if _outlook_all_day(lines, start, end):
        start = Moment(day_of(start.wall), FLOATING)
        end = Moment(day_of(end.wall), FLOATING) if end else None
    length = _length(lines, start, end, clock, notes)
    return Times(start, length)


def require_years(start: Moment) -> None:
    """Raises `DropRecord` where a single event is before 1900 or after 2200: nothing that can be looked up in
    a calendar of events."""
    if not _FIRST_YEAR <= day_of(start.wall).year <= _LAST_YEAR:
        raise DropRecord("date out of range")


def _readable(read: Callable[[], Moment], reason: str) -> Moment:
    try:
        return read()
    except OverflowError as error:
        raise DropRecord("date out of range") from error
    except ValueError as error:
        raise DropRecord(reason) from error


def _end(lines: Properties, clock: Clock, notes: list[str]) -> Moment | None:
    if not lines.get("DTEND"):
        return None
    try:
        end = clock.read(lines["DTEND"][0], notes)
    except (ValueError, OverflowError):
        notes.append("end not readable")
        return None
    if day_of(end.wall).year > _LAST_YEAR:
        notes.append("end out of range")
        return None
    return end


def _outlook_all_day(lines: Properties, start: Moment, end: Moment | None) -> bool:
    """Outlook writes all-day events as midnights with a mark beside them."""
    marked = any(
        line.value.strip().upper() == "TRUE" for line in lines.get("X-MICROSOFT-CDO-ALLDAYEVENT", [])
    )
    midnights = all(
        moment is None or (isinstance(moment.wall, datetime) and moment.wall.time() == time())
        for moment in (start, end)
    )
    return marked and midnights


def _length(
    lines: Properties, start: Moment, end: Moment | None, clock: Clock, notes: list[str]
) -> Length | None:
    if end is None:
        return _duration(lines, start, notes)
    length = _between(start, end, clock)
    if length.total < timedelta():
        notes.append("end before start")
        return None
    return length


def _between(start: Moment, end: Moment, clock: Clock) -> Length:
    """From start to end: as clocks show it where both are in one zone, else as time passes."""
    if not start.timed:
        last = end.naive.date() + (
            _DAY if isinstance(end.wall, datetime) and end.wall.time() != time() else timedelta()
        )
        return Length(last - day_of(start.wall))
    if start.zone == end.zone or not end.timed or FLOATING in (start.zone, end.zone):
        return Length(end.naive - start.naive)
    return Length(timedelta(), clock.instant(end.when) - clock.instant(start.when))


def _duration(lines: Properties, start: Moment, notes: list[str]) -> Length | None:
    if not lines.get("DURATION"):
        return None
    try:
        length = parse_length(lines["DURATION"][0].value)
        far = start.naive + length.total
    except (ValueError, OverflowError):
        notes.append("duration not readable")
        return None
    if length.total < timedelta() or far.year > _LAST_YEAR:
        notes.append("end before start" if length.total < timedelta() else "end out of range")
        return None
    return length if start.timed else Length(timedelta(days=-(-length.total // _DAY)))


def _utc(moment: datetime) -> datetime:
    """For comparing: two aware datetimes of one zone would be compared by what clocks show."""
    return moment.astimezone(UTC) if moment.tzinfo else moment
