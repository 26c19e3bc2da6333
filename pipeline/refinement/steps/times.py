"""Step: start and end, aware in the event's zone, or a date where it is all-day or the time is unknown.

Never an invented 00:00.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import EventTime, NormalizedEvent
from pipeline.contract.raw import RawRecord, RawTime
from pipeline.contract.warnings import warning
from pipeline.dates.event_times import AT_MOST, EVENING_BEGINS, as_local, over_at, sort_moment
from pipeline.dates.moments import read_clock
from pipeline.dates.time_text import Reading, TimeReader, is_unknown, read_when
from pipeline.geography.gazetteer import Gazetteer
from pipeline.hours import Unsupported, parse
from pipeline.refinement.confidence import METHOD_CONFIDENCE
from pipeline.refinement.durations import expected_end
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.zones import Origin, ZoneFinder, as_utc, with_sign

FIRST_YEAR: Final = 1970
YEARS_AHEAD: Final = 10
LONGEST: Final = timedelta(days=370)
#: An event that begins in the evening, and ends by this time of the same date, ends in the following night.
LATEST_END: Final = time(6)

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A start and an end as the record gives them: words are parsed, zones are not yet known."""

    start: datetime | date
    end: RawTime | None = None
    doors: RawTime | None = None
    zone: str = ""
    confidence: float = 0.95
    split: bool = False


class Unreadable(Exception):
    """The record has no usable start; the message is the reason for which it is dropped."""


def times(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set start, end, doors, previous start, zone, all_day and time_known.

    Drop events without a usable start.

    Also dropped are events out of range, past, or too far ahead. Certainly past events are dropped here,
    unless they are stored already; events past by their predicted end are dropped by `ends`, when the
    category is known.
    """
    gazetteer = lookups.gazetteer()
    timed = [draft if draft.dropped else _timed(draft, context, gazetteer) for draft in drafts]
    return _without_past(timed, context, lookups, _surely_over)


def ends(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Predict a missing end (`pipeline/refinement/durations.py`).

    Drop what is past by it, unless it is stored.
    """
    return _without_past([_with_predicted_end(draft, context) for draft in drafts], context, lookups, _over)


def _timed(draft: Draft, context: SourceContext, gazetteer: Gazetteer) -> Draft:
    notes: list[str] = []
    raw = draft.raw
    city = gazetteer.city(context.city) if context.city else None
    zones = (raw.timezone, raw.calendar_timezone, city.timezone if city else "", context.timezone)
    venue = with_sign(draft.event.venue, zones, notes)
    finder = ZoneFinder(raw, venue, context, gazetteer, notes)
    try:
        event = _with_times(replace(draft.event, venue=venue), raw, finder, context, notes)
    except Unreadable as reason:
        return replace(draft, dropped=str(reason), notes=(*draft.notes, *notes))
    except (OverflowError, ValueError):
        return replace(draft, dropped="date out of range", notes=(*draft.notes, *notes))
    far = sort_moment(event.start or date.max, event.timezone) > context.now + timedelta(
        days=context.horizon_days
    )
    return replace(draft, event=event, dropped="beyond horizon" if far else "", notes=(*draft.notes, *notes))


def _with_times(
    event: NormalizedEvent, raw: RawRecord, finder: ZoneFinder, context: SourceContext, notes: list[str]
) -> NormalizedEvent:
    told = _told(raw, finder, context)
    start, origin = _placed(told.start, told.zone, finder)
    if raw.all_day and isinstance(start, datetime):
        start = told.start.date() if isinstance(told.start, datetime) else start
    if not FIRST_YEAR <= start.year <= context.now.year + YEARS_AHEAD:
        raise Unreadable("date out of range")
    end = _end(told, raw, start, origin, notes)
    return replace(
        event,
        start=start,
        end=end,
        doors=_doors(told.doors if told.doors is not None else raw.doors, start, origin, notes),
        timezone=origin.zone.key,
        all_day=raw.all_day,
        time_known=isinstance(start, datetime) or raw.all_day,
        opening_hours=_opening_hours(raw.opening_hours, end, notes),
        previous_start=_previous(raw.previous_start, start, origin),
        confidence={
            **event.confidence,
            "start": round(told.confidence, 2),
            "timezone": origin.confidence,
            **({"end": round(told.confidence, 2)} if end is not None else {}),
        },
    )


def _told(raw: RawRecord, finder: ZoneFinder, context: SourceContext) -> Told:
    believed = raw.metadata.get("start_confidence")
    confidence = float(believed) if isinstance(believed, int | float) else METHOD_CONFIDENCE[raw.method]
    if raw.start is None or (isinstance(raw.start, str) and is_unknown(raw.start)):
        raise Unreadable("no start")
    if not isinstance(raw.start, str):
        return Told(
            start=raw.start,
            end=_end_words(raw, raw.start, finder, context),
            confidence=confidence,
            split=isinstance(raw.end, str),
        )
    reading = _read(raw.start, raw, finder, context)
    if reading is None:
        finder.notes.append(warning("start", raw.start))
        raise Unreadable("unreadable start")
    end = _end_words(raw, reading.start, finder, context) if raw.end is not None else reading.end
    doors = datetime.combine(reading.start, reading.doors) if reading.doors else None
    sure = min(reading.confidence, confidence) if raw.method is ExtractionMethod.TEXT else reading.confidence
    return Told(start=reading.start, end=end, doors=doors, zone=reading.zone, confidence=sure, split=True)


def _end_words(
    raw: RawRecord, start: datetime | date, finder: ZoneFinder, context: SourceContext
) -> RawTime | None:
    """The end. Words are parsed as a moment, or as a time on the day of the start."""
    if not isinstance(raw.end, str):
        return raw.end
    clock = read_clock(raw.end)
    if clock is not None:
        return (
            datetime.combine(start, clock.start, tzinfo=start.tzinfo) if isinstance(start, datetime) else None
        )
    reading = _read(raw.end, raw, finder, context)
    return (reading.end or reading.start) if reading else raw.end


def _read(text: str, raw: RawRecord, finder: ZoneFinder, context: SourceContext) -> Reading | None:
    zone = finder.for_wall()
    language = (raw.language or context.language).replace("_", "-")
    american = zone.zone.key.startswith("America/") and language[:2] in ("", "en")
    month_first = None if zone.found == "none" and not language else american or language.lower() == "en-us"
    written = (
        raw.published.astimezone(zone.zone).date()
        if raw.published and raw.published.tzinfo
        else raw.published
    )
    written_day = written.date() if isinstance(written, datetime) else written
    around = written_day or context.now.astimezone(zone.zone).date()
    return read_when(
        text, TimeReader(around=around, written=written_day, language=language, month_first=month_first)
    )


def _placed(value: datetime | date, named: str, finder: ZoneFinder) -> tuple[EventTime, Origin]:
    """A moment or date in its zone.

    A wall-clock time given as UTC is an instant, shown in the event's zone.
    """
    if not isinstance(value, datetime):
        return value, finder.for_wall(named)
    if value.tzinfo is not None:
        origin = finder.for_instant(value)
        return value.astimezone(UTC).astimezone(origin.zone), origin
    origin = finder.for_wall(named)
    if origin.zone.key == "UTC" and origin.found != "none":
        origin = finder.for_instant(value.replace(tzinfo=UTC))
        return value.replace(tzinfo=UTC).astimezone(origin.zone), origin
    if origin.found == "none":
        finder.notes.append("no time zone known: taken as UTC")
    return as_local(value, origin.zone), origin


def _in_zone(value: RawTime, origin: Origin) -> EventTime | None:
    if isinstance(value, str):
        return None
    if not isinstance(value, datetime):
        return value
    return (
        as_local(value, origin.zone)
        if value.tzinfo is None
        else value.astimezone(UTC).astimezone(origin.zone)
    )


def _end(told: Told, raw: RawRecord, start: EventTime, origin: Origin, notes: list[str]) -> EventTime | None:
    if told.end is None:
        return _by_duration(raw, start, notes)
    try:
        end = _in_zone(told.end, origin)
    except (OverflowError, ValueError):
        end = None
    if end is None:
        notes.append(warning("end", told.end))
        return None
    if not isinstance(start, datetime):
        return _last_day(told.end, end, raw, start, notes)
    return _sound_end(
        start, end if isinstance(end, datetime) else _late(start, end, origin.zone), told, origin, notes
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


def _last_day(told: RawTime, end: EventTime, raw: RawRecord, start: date, notes: list[str]) -> date | None:
    """The last day of an event that has dates. An all-day end that is not inclusive is the day after it."""
    last = (
        told.date()
        if raw.all_day and isinstance(told, datetime)
        else end.date()
        if isinstance(end, datetime)
        else end
    )
    midnight = isinstance(told, datetime) and told.time() == time()
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
    start: datetime, end: datetime | None, told: Told, origin: Origin, notes: list[str]
) -> datetime | None:
    if end is None or as_utc(end) == as_utc(start):
        return None
    if as_utc(end) < as_utc(start) and end.date() == start.date() and (told.split or _is_night(start, end)):
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


def _doors(doors: RawTime | None, start: EventTime, origin: Origin, notes: list[str]) -> datetime | None:
    if doors is None or not isinstance(start, datetime):
        return None
    if isinstance(doors, str):
        clock = read_clock(doors)
        doors = datetime.combine(start.date(), clock.start) if clock else doors
    try:
        moment = _in_zone(doors, origin)
    except (OverflowError, ValueError):
        moment = None
    if not isinstance(moment, datetime) or not timedelta(0) <= as_utc(start) - as_utc(moment) <= timedelta(
        hours=12
    ):
        notes.append("doors dropped: not within 12 hours before the start")
        return None
    return moment


def _previous(previous: RawTime | None, start: EventTime, origin: Origin) -> EventTime | None:
    try:
        moment = None if previous is None else _in_zone(previous, origin)
    except (OverflowError, ValueError):
        return None
    return None if moment == start else moment


def _opening_hours(expression: str, end: EventTime | None, notes: list[str]) -> str:
    """The opening hours of an event with a known end, where they can be parsed."""
    if not expression or end is None:
        return ""
    try:
        parse(expression)
    except Unsupported:
        notes.append("opening hours not readable")
        return ""
    return expression


def _with_predicted_end(draft: Draft, context: SourceContext) -> Draft:
    event = draft.event
    if draft.dropped or event.start is None or event.end is not None:
        return draft
    end, sure = expected_end(event, context)
    return replace(
        draft, event=replace(event, end_predicted=end, confidence={**event.confidence, "end_predicted": sure})
    )


def _surely_over(event: NormalizedEvent) -> datetime:
    """The latest moment at which the event can be over, whatever its category."""
    start = event.start or date.max
    if event.end is None and isinstance(start, datetime):
        return as_utc(start) + AT_MOST
    return over_at(start, event.end, timezone=event.timezone)


def _over(event: NormalizedEvent) -> datetime:
    return over_at(event.start or date.max, event.end, timezone=event.timezone, predicted=event.end_predicted)


def _without_past(
    drafts: list[Draft], context: SourceContext, lookups: Lookups, over: Callable[[NormalizedEvent], datetime]
) -> list[Draft]:
    """Drop what is over by `context.now`, unless the occurrence is stored already: one lookup for the batch."""
    past = {
        index for index, draft in enumerate(drafts) if not draft.dropped and over(draft.event) <= context.now
    }
    if not past:
        return drafts
    held = lookups.held(context.source_key, _identities(drafts[index] for index in past))
    return [
        replace(draft, dropped="past")
        if index in past and (draft.event.external_id, draft.event.recurrence_id) not in held
        else draft
        for index, draft in enumerate(drafts)
    ]


def _identities(drafts: Iterable[Draft]) -> set[tuple[str, str]]:
    return {(draft.event.external_id, draft.event.recurrence_id) for draft in drafts}
