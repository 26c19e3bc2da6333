"""The end of an event, in its zone: given, or from its duration."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeGuard
from zoneinfo import ZoneInfo

from pipeline.contract.normalized import EventTime
from pipeline.contract.raw import RawRecord, RawTime
from pipeline.contract.warnings import warning
from pipeline.dates.event_times import EVENING_BEGINS, as_local
from pipeline.refinement.parsed_times import ParsedTimes
from pipeline.refinement.zones import Origin, as_utc

LONGEST: Final = timedelta(days=370)
#: An event that begins in the evening, and ends by this time of the same date, ends in the following night.
LATEST_END: Final = time(6)
_DAY: Final = timedelta(days=1)


def in_zone(value: RawTime, origin: Origin) -> EventTime | None:
    """A moment in the zone of `origin`; dates stay dates, words are None."""
    if isinstance(value, str):
        return None
    if not isinstance(value, datetime):
        return value
    return (
        as_local(value, origin.zone)
        if value.tzinfo is None
        else value.astimezone(UTC).astimezone(origin.zone)
    )


def is_stand_in(moment: EventTime) -> TypeGuard[datetime]:
    """Whether a time of day stands for an unknown one: the last seconds of the day."""
    return isinstance(moment, datetime) and moment.time() > time(23, 59)


def end_of(
    reported: ParsedTimes, raw: RawRecord, start: EventTime, origin: Origin, notes: list[str]
) -> EventTime | None:
    """The end of an event that starts at `start`, in the zone of `origin`; None where none is given or it is wrong."""
    if reported.end is None:
        return _by_duration(raw, start, notes)
    try:
        end = in_zone(reported.end, origin)
    except (OverflowError, ValueError):
        end = None
    if end is None:
        notes.append(warning("end", reported.end))
        return None
    if not isinstance(start, datetime):
        return _last_day(reported.end, end, raw, start, notes)
    if is_stand_in(end):
        end = end.date()
    return _sound_end(
        start, end if isinstance(end, datetime) else _late(start, end, origin.zone), reported, origin, notes
    )


def _by_duration(raw: RawRecord, start: EventTime, notes: list[str]) -> EventTime | None:
    if not raw.duration_seconds or raw.duration_seconds < 0:
        return None
    length = timedelta(seconds=min(raw.duration_seconds, LONGEST.total_seconds() + 1))
    if length > LONGEST:
        notes.append("end dropped: lasts longer than 370 days")
        return None
    if not isinstance(start, datetime):
        return start + max(timedelta(0), timedelta(days=-(-length // _DAY)) - _DAY) if raw.all_day else None
    return (as_utc(start) + length).astimezone(start.tzinfo)


def _last_day(
    reported: RawTime, end: EventTime, raw: RawRecord, start: date, notes: list[str]
) -> date | None:
    """The last day of an event that has dates. An all-day end that is not inclusive is the day after it."""
    last = (
        reported.date()
        if raw.all_day and isinstance(reported, datetime)
        else end.date()
        if isinstance(end, datetime)
        else end
    )
    midnight = isinstance(reported, datetime) and reported.time() == time()
    if raw.all_day and last > start and (midnight or not raw.last_day_inclusive):
        last -= _DAY  # a last day is given as the midnight after it, or as the day after it (RFC 5545, 3.6.1)
    if last < start:
        notes.append("end dropped: before the start")
        return None
    if last - start > LONGEST:
        notes.append("end dropped: lasts longer than 370 days")
        return None
    return last


def _late(start: datetime, last: date, zone: ZoneInfo) -> datetime | None:
    """The end of a timed event whose end has only a date.

    None on the same day, else the last minute of that day.
    """
    return None if last <= start.date() else as_local(datetime.combine(last, time(23, 59)), zone)


def _sound_end(
    start: datetime, end: datetime | None, reported: ParsedTimes, origin: Origin, notes: list[str]
) -> datetime | None:
    if end is None or as_utc(end) == as_utc(start):
        return None
    if (
        as_utc(end) < as_utc(start)
        and end.date() == start.date()
        and (reported.split or _is_night(start, end))
    ):
        end = as_local(end.replace(tzinfo=None) + _DAY, origin.zone)
        notes.append("end taken to be on the next day")
    if as_utc(end) < as_utc(start):
        notes.append("end dropped: before the start")
        return None
    if as_utc(end) - as_utc(start) > LONGEST:
        notes.append("end dropped: lasts longer than 370 days")
        return None
    return end


def _is_night(start: datetime, end: datetime) -> bool:
    """Whether an end on the day of the start means the night after it: a show from 20:00 "to 02:00".

    19:00 would be another kind of mistake.
    """
    return start.time() >= EVENING_BEGINS and end.time() <= LATEST_END
