"""Times as clocks on a wall show them: a day and a time in a named zone, and what DST does to them. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.words import calendar_day, clock, zone_words
from pipeline.dates.event_times import as_local

#: Which of two equal times is meant.
FIRST, SECOND = "first", "second"


@dataclass
class NoSuchTime(Exception):
    """A day and time that a zone's clocks skip. `detail` names the remedy."""

    detail: str


@dataclass
class TimeTwice(Exception):
    """A day and time that a zone's clocks show twice. `detail` names both."""

    detail: str


def moment_of(day: date, at: time, zone: ZoneInfo, which: str = "") -> datetime:
    """The aware moment at which the clocks of `zone` show this.

    `which` (FIRST, SECOND) chooses where they show it twice. Raises NoSuchTime, TimeTwice.
    """
    wall = datetime.combine(day, at)
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    after = as_local(wall, zone)
    told = f"{clock(wall)} on {calendar_day(day, today=day)} {day.year} in {zone.key}"
    if after.replace(tzinfo=None) != wall:
        skipped = (first.utcoffset() or timedelta()) - (second.utcoffset() or timedelta())
        minutes = int(abs(skipped).total_seconds() // 60)
        raise NoSuchTime(
            f"{told} does not exist: the clocks are put forward by {minutes} minutes. Write {clock(after)}, or another time."
        )
    if which not in (FIRST, SECOND):
        raise TimeTwice(
            f"{told} happens twice, since the clocks are put back. Choose the first ({zone_words(first)}) or the second ({zone_words(second)})."
        )
    return first if which == FIRST else second


def which_of(moment: datetime) -> str:
    """FIRST or SECOND for a local moment whose clock time happens twice, '' for others."""
    wall = moment.replace(tzinfo=None)
    zone = moment.tzinfo
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset() or first.astimezone(UTC) == second.astimezone(UTC):
        return ""
    return SECOND if moment.utcoffset() == second.utcoffset() else FIRST


def end_of(start: datetime, day: date | None, at: time, zone: ZoneInfo, which: str = "") -> datetime:
    """The end at `at`: on `day`, else the first such time after the start. Raises NoSuchTime, TimeTwice."""
    if day is None:
        day = start.date() + timedelta(days=int(at <= start.time()))
    return moment_of(day, at, zone, which)


def doors_of(start: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The last such time before the start."""
    day = start.date() - timedelta(days=int(at > start.time()))
    return as_local(datetime.combine(day, at), zone)
