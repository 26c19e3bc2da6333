"""Folds the daily rows of an exhibition into one ongoing event with opening hours.

The nights of a play stay events. Pure.

Readers visit an exhibition on any day, but have a seat for one night of a play (docs/decisions/0025). Rows
with one title at one place are folded only where they are certainly a visit: one opening a day, on most days
of the week, with hours that repeat each week, and with words that name an exhibition or a market, or hours
too long for any performance. Doubtful rows are not changed.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.contract.enums import Online, Status
from pipeline.contract.lookups import Identity
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.zones import zone_named
from pipeline.hours import weekly
from pipeline.hours.vocabulary import CODES
from pipeline.refinement import vocabulary as words
from pipeline.refinement.identity import identity as identity_of
from pipeline.refinement.visits import Visit, visit_of
from pipeline.text.folding import fold_name

#: The reason for which a row of an ongoing event is dropped.
FOLDED: Final = "folded into an ongoing event"
PREFIX: Final = "ongoing:"
#: How many openings make a new ongoing event, and on how many days of the week they are at least.
MIN_DAYS: Final = 7
MIN_WEEKDAYS: Final = 4
#: Without a word for it, only so many openings of so many minutes are a visit, and only where some are at the
#: weekend: nobody performs for so long every day, and courses, camps and offices keep to the working week.
MIN_DAYS_UNNAMED: Final = 10
MIN_MINUTES_UNNAMED: Final = 300
#: Days with different ticket addresses are a visit only where the title names one and each opening is this
#: long: a ticket for a seat has its hour.
MIN_MINUTES_TICKETED: Final = 240
#: An opening is no shorter than this, and ends before this time of the night (minutes after midnight of its
#: day).
MIN_MINUTES: Final = 60
LATEST: Final = 26 * 60
#: Days that differ from the weekly hours: at most this share, and as many as the expression can hold.
EXCEPTIONS: Final = 0.15
MAX_EXPRESSION: Final = 500
#: With more days than this between them, rows of one title at one place are two ongoing events.
GAP: Final = timedelta(days=31)
#: An ongoing event listed for longer has no known end: its end is set to the end of a month, so that it does
#: not move every day.
LONGEST: Final = timedelta(days=365)

_DAY_MINUTES: Final = 1440
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFF: Final = frozenset({Status.CANCELLED, Status.POSTPONED})

#: From and to, in minutes after midnight; None for a whole day.
Hours = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Opening:
    """One row: a day on which the place is open, or certainly closed (`off`)."""

    identity: Identity
    title: str
    day: date
    hours: Hours
    start: datetime | date
    end: datetime | date
    ticket: str
    visit: Visit
    off: bool


@dataclass(frozen=True, slots=True)
class Held:
    """An ongoing event that the source listed before: its identity and its days (local to the place)."""

    identity: Identity
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that are one ongoing event.

    `lead` is the row whose words are used, `rows` are all of them with their titles, `ticket_url` is their
    common ticket address.
    """

    identity: Identity
    lead: Identity
    rows: Mapping[Identity, str]
    start: datetime | date
    end: datetime | date
    opening_hours: str
    ticket_url: str


class Folder:
    """Collects the records of a source one by one, then finds the ongoing events.

    It stores no texts but titles.
    """

    def __init__(self, timezone: str = "") -> None:
        self._zone = zone_named(timezone) if timezone else None
        self._groups: dict[str, list[_Opening]] = defaultdict(list)

    def see(self, record: RawRecord, identity: Identity) -> None:
        """Add one more record."""
        hours = self._opening(record)
        if hours is None:
            return
        day, span, end = hours
        key = f"{fold_name(record.title[:500])}\x1f{fold_name(record.venue.name[:200] or record.venue.address[:200])}"
        self._groups[hashlib.sha256(key.encode()).hexdigest()[:32]].append(
            _Opening(
                identity=identity,
                title=record.title,
                day=day,
                hours=span,
                start=record.start if isinstance(record.start, date) else day,
                end=end,
                ticket="" if record.ticket_url == record.url else record.ticket_url,
                visit=visit_of(record),
                off=words.read_status(record.status) in _OFF,
            )
        )

    def runs(self, held: Sequence[Held] = ()) -> list[Run]:
        """The ongoing events among the records.

        One in `held` stays one until its last day, and keeps its identity while its days move on.
        """
        known: dict[str, list[Held]] = defaultdict(list)
        for one in held:
            known[one.identity[0].removeprefix(PREFIX).partition(":")[0]].append(one)
        found = []
        for key, openings in self._groups.items():
            if len(openings) >= MIN_DAYS or key in known:
                found += [
                    run
                    for part in _parts(openings)
                    if (run := _run(key, part, known.get(key, []))) is not None
                ]
        return found

    def _opening(self, record: RawRecord) -> tuple[date, Hours, datetime | date] | None:
        """Day, hours and end of a record that may be one opening; None for all others."""
        start = record.start
        if (
            record.performers
            or record.sold_out
            or words.read_online(record.online) is Online.YES
            or not isinstance(start, date)
        ):
            return None
        if not isinstance(start, datetime):
            last = (
                record.end if isinstance(record.end, date) and not isinstance(record.end, datetime) else start
            )
            days = (last - start).days
            return (
                (start, None, start)
                if record.all_day and days in ((0,) if record.last_day_inclusive else (0, 1))
                else None
            )
        if record.all_day:
            return None
        end = record.end
        if end is None and record.duration_seconds:
            end = start + timedelta(seconds=record.duration_seconds)
        if not isinstance(end, datetime) or (end.tzinfo is None) != (start.tzinfo is None):
            return None
        zone = zone_named(record.timezone or record.calendar_timezone) or self._zone
        begin, over = _wall(start, zone), _wall(end, zone)
        length = (over - begin).total_seconds() / 60
        opened = begin.hour * 60 + begin.minute
        if not MIN_MINUTES <= length < _DAY_MINUTES or opened + length > LATEST:
            return None
        return begin.date(), (opened, opened + int(length)), end


def fold(records: Iterable[RawRecord | Dropped], *, timezone: str = "") -> Iterator[RawRecord | Dropped]:
    """The records, with one record for each ongoing event and its other rows dropped.

    It stands in the place of its lead. Keeps all records in memory.
    """
    listed = list(records)
    folder = Folder(timezone)
    seen: set[Identity] = set()
    for record in listed:
        if isinstance(record, RawRecord) and (identity := identity_of(record)) not in seen:
            seen.add(identity)
            folder.see(record, identity)
    runs = {identity: run for run in folder.runs() for identity in run.rows}
    told: set[Identity] = set()
    for record in listed:
        identity = identity_of(record) if isinstance(record, RawRecord) else ("", "")
        run = runs.get(identity) if isinstance(record, RawRecord) else None
        if run is None or not isinstance(record, RawRecord):
            yield record
        elif identity == run.lead and run.identity not in told:
            told.add(run.identity)
            yield ongoing(record, run)
        else:
            yield Dropped(
                reason=FOLDED,
                external_id=identity[0],
                recurrence_id=identity[1],
                title=record.title,
                raw=record.raw,
            )


def ongoing(lead: RawRecord, run: Run) -> RawRecord:
    """The record of an ongoing event, in the words of its lead."""
    return replace(
        lead,
        external_id=run.identity[0],
        recurrence_id=run.identity[1],
        stable_id=True,
        start=run.start,
        end=run.end,
        duration_seconds=None,
        last_day_inclusive=True,
        doors=None,
        previous_start=None,
        recurrence=None,
        status="",
        opening_hours=run.opening_hours,
        ticket_url=run.ticket_url,
        metadata={**lead.metadata, "days_folded": len(run.rows)},
    )


def _wall(moment: datetime, zone: ZoneInfo | None) -> datetime:
    """The local time of a moment: in its own zone, or in `zone` where it has only an offset."""
    own = getattr(moment.tzinfo, "key", "") not in ("", "UTC")
    return (moment if own or moment.tzinfo is None or zone is None else moment.astimezone(zone)).replace(
        tzinfo=None
    )


def _parts(openings: list[_Opening]) -> Iterator[list[_Opening]]:
    """Openings in order, split where a month lies between them: last year's market is another one."""
    part: list[_Opening] = []
    for opening in sorted(openings, key=lambda one: (one.day, one.hours or (0, 0), one.identity)):
        if part and opening.day - part[-1].day > GAP:
            yield part
            part = []
        part.append(opening)
    if part:
        yield part


def _run(key: str, openings: list[_Opening], known: Sequence[Held]) -> Run | None:
    held = next(
        (one for one in known if one.first <= openings[-1].day + GAP and openings[0].day <= one.last + GAP),
        None,
    )
    days = [opening for opening in openings if not opening.off]
    if (
        not days
        or len({opening.day for opening in openings}) < len(openings)
        or not _is_visit(days, is_held=held is not None)
    ):
        return None
    shown = _bounded(days)
    expression = _expression(shown, [opening.day for opening in openings if opening.off])
    if not expression:
        return None
    last = shown[-1]
    return Run(
        identity=held.identity if held else (f"{PREFIX}{key}:{days[0].day.isoformat()}", ""),
        lead=last.identity,
        rows={opening.identity: opening.title for opening in openings},
        start=days[0].start,
        end=last.end,
        opening_hours=expression,
        ticket_url=last.ticket if len({opening.ticket for opening in shown}) == 1 else "",
    )


def _is_visit(days: list[_Opening], *, is_held: bool) -> bool:
    """Whether the openings are certainly a visit rather than performances or lessons."""
    visits = {opening.visit for opening in days}
    hours = [opening.hours for opening in days if opening.hours]
    if Visit.NEVER in visits or len(hours) not in (0, len(days)):
        return False
    shortest = min((end - start for start, end in hours), default=0)
    tickets = {opening.ticket for opening in days if opening.ticket}
    if len(tickets) > 1 and (visits != {Visit.NAMED} or shortest < MIN_MINUTES_TICKETED):
        return False
    if is_held:
        return True
    weekdays = {opening.day.weekday() for opening in days}
    if len(days) < MIN_DAYS or len(weekdays) < MIN_WEEKDAYS:
        return False
    if visits & {Visit.NAMED, Visit.LABELLED}:
        return True
    return len(days) >= MIN_DAYS_UNNAMED and shortest >= MIN_MINUTES_UNNAMED and bool(weekdays & {5, 6})


def _bounded(days: list[_Opening]) -> list[_Opening]:
    """The days of an ongoing event with a known end; else those up to the end of a month."""
    limit = days[0].day + LONGEST
    if days[-1].day <= limit:
        return days
    month_end = limit.replace(day=1) - timedelta(days=1)
    return [opening for opening in days if opening.day <= month_end]


def _expression(days: list[_Opening], off: Collection[date]) -> str:
    """The opening hours: those of each day of the week, and the days that differ; '' where too many do."""
    told = {opening.day: opening.hours for opening in days}
    span = [days[0].day + timedelta(days=step) for step in range((days[-1].day - days[0].day).days + 1)]
    week: dict[int, Hours] = {}
    for weekday in range(7):
        same = [day for day in span if day.weekday() == weekday]
        listed = Counter(told[day] for day in same if day in told)
        if listed and sum(listed.values()) * 2 > len(same):
            week[weekday] = min(listed, key=lambda hours: (-listed[hours], hours or (0, 0)))
    other = [
        day
        for day in span
        if (day in told) != (day.weekday() in week) or (day in told and told[day] != week[day.weekday()])
    ]
    if not week or len([day for day in other if day not in off]) > EXCEPTIONS * len(days):
        return ""
    regular = _weekly(week)
    exceptions = [
        f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d} {_clocks(told[day]) if day in told else 'off'}"
        for day in other
    ]
    expression = "; ".join([regular, *exceptions])
    return expression if len(expression) <= MAX_EXPRESSION else ""


def _weekly(week: Mapping[int, Hours]) -> str:
    timed = [
        (day * _DAY_MINUTES + hours[0], day * _DAY_MINUTES + hours[1]) for day, hours in week.items() if hours
    ]
    if timed:
        return weekly(timed)
    return "Mo-Su" if len(week) == 7 else ",".join(CODES[day] for day in sorted(week))


def _clocks(hours: Hours) -> str:
    if hours is None:
        return "00:00-24:00"
    start, end = hours[0], hours[1] if hours[1] <= _DAY_MINUTES else hours[1] - _DAY_MINUTES
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
