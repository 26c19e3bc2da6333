"""Step: start and end, aware in the event's zone, or a date where it is all-day or the time is unknown.

Never an invented 00:00.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import EventTime, NormalizedEvent
from pipeline.contract.raw import RawRecord, RawTime
from pipeline.dates.clocks import read_clock
from pipeline.dates.event_times import AT_MOST, as_local, over_at, sort_moment
from pipeline.geography.gazetteer import Gazetteer
from pipeline.hours import Unsupported, parse
from pipeline.refinement.end_times import end_of, in_zone, is_stand_in
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.parsed_times import Unreadable, parsed_times
from pipeline.refinement.past import without_past
from pipeline.refinement.zones import Origin, ZoneFinder, as_utc, with_sign

FIRST_YEAR: Final = 1970
YEARS_AHEAD: Final = 10


def times(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set start, end, doors, previous start, zone, all_day and time_known.

    Drop events without a usable start. Also dropped are events out of range, past, or too far ahead.
    Certainly past events are dropped here, unless they are stored already; events past by their predicted end
    are dropped by `ends`, when the category is known.
    """
    gazetteer = lookups.gazetteer()
    timed = [draft if draft.dropped else _timed(draft, context, gazetteer) for draft in drafts]
    return without_past(timed, context, lookups, _surely_over)


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
    reported = parsed_times(raw, finder, context)
    start, origin = _placed(reported.start, reported.zone, finder)
    if raw.all_day and isinstance(start, datetime):
        start = reported.start.date() if isinstance(reported.start, datetime) else start
    elif is_stand_in(start):
        start = start.date()
    if not FIRST_YEAR <= start.year <= context.now.year + YEARS_AHEAD:
        raise Unreadable("date out of range")
    end = end_of(reported, raw, start, origin, notes)
    return replace(
        event,
        start=start,
        end=end,
        doors=_doors(reported.doors if reported.doors is not None else raw.doors, start, origin, notes),
        timezone=origin.zone.key,
        all_day=raw.all_day,
        time_known=isinstance(start, datetime) or raw.all_day,
        opening_hours=_opening_hours(raw.opening_hours, end, notes),
        previous_start=_previous(raw.previous_start, start, origin),
        confidence={
            **event.confidence,
            "start": round(reported.confidence, 2),
            "timezone": origin.confidence,
            **({"end": round(reported.confidence, 2)} if end is not None else {}),
        },
    )


def _placed(value: datetime | date, named: str, finder: ZoneFinder) -> tuple[EventTime, Origin]:
    """A moment or date in its zone.

    A wall-clock time given as UTC is an instant, shown in the event's zone.
    """
    if not isinstance(value, datetime):
        return value, finder.for_wall(named)
    if value.tzinfo is None and (fixed := finder.fixed(named)):
        value = value.replace(tzinfo=fixed)
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


def _doors(doors: RawTime | None, start: EventTime, origin: Origin, notes: list[str]) -> datetime | None:
    if doors is None or not isinstance(start, datetime):
        return None
    if isinstance(doors, str):
        clock = read_clock(doors)
        doors = datetime.combine(start.date(), clock.start) if clock else doors
    try:
        moment = in_zone(doors, origin)
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
        moment = None if previous is None else in_zone(previous, origin)
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


def _surely_over(event: NormalizedEvent) -> datetime:
    """The latest moment at which the event can be over, whatever its category."""
    start = event.start or date.max
    if event.end is None and isinstance(start, datetime):
        return as_utc(start) + AT_MOST
    return over_at(start, event.end, timezone=event.timezone)
