"""Decides whether rows of one title at one place are visits to something ongoing, and writes its opening hours."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pipeline.contract.enums import Status
from pipeline.contract.lookups import Identity
from pipeline.hours import weekly
from pipeline.hours.vocabulary import CODES
from pipeline.refinement.visits import Visit

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
DAY_MINUTES: Final = 1440
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OFF: Final = frozenset({Status.CANCELLED, Status.POSTPONED})
#: From and to, in minutes after midnight; None for a whole day.
Hours = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Opening:
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
class ExistingRun:
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


def parts_of(openings: list[Opening]) -> Iterator[list[Opening]]:
    """Openings in order, split where a month lies between them: last year's market is another one."""
    part: list[Opening] = []
    for opening in sorted(openings, key=lambda one: (one.day, one.hours or (0, 0), one.identity)):
        if part and opening.day - part[-1].day > GAP:
            yield part
            part = []
        part.append(opening)
    if part:
        yield part


def run_of(key: str, openings: list[Opening], known: Sequence[ExistingRun]) -> Run | None:
    """The run that these openings of one title at one place make; None if they are no visit."""
    existing = next(
        (one for one in known if one.first <= openings[-1].day + GAP and openings[0].day <= one.last + GAP),
        None,
    )
    days = [opening for opening in openings if not opening.off]
    if (
        not days
        or len({opening.day for opening in openings}) < len(openings)
        or not _is_visit(days, is_existing=existing is not None)
    ):
        return None
    shown = _bounded(days)
    expression = _expression(shown, [opening.day for opening in openings if opening.off])
    if not expression:
        return None
    last = shown[-1]
    return Run(
        identity=existing.identity if existing else (f"{PREFIX}{key}:{days[0].day.isoformat()}", ""),
        lead=last.identity,
        rows={opening.identity: opening.title for opening in openings},
        start=days[0].start,
        end=last.end,
        opening_hours=expression,
        ticket_url=last.ticket if len({opening.ticket for opening in shown}) == 1 else "",
    )


def _is_visit(days: list[Opening], *, is_existing: bool) -> bool:
    """Whether the openings are certainly a visit rather than performances or lessons."""
    visits = {opening.visit for opening in days}
    hours = [opening.hours for opening in days if opening.hours]
    if Visit.NEVER in visits or len(hours) not in (0, len(days)):
        return False
    shortest = min((end - start for start, end in hours), default=0)
    tickets = {opening.ticket for opening in days if opening.ticket}
    if len(tickets) > 1 and (visits != {Visit.NAMED} or shortest < MIN_MINUTES_TICKETED):
        return False
    if is_existing:
        return True
    weekdays = {opening.day.weekday() for opening in days}
    if len(days) < MIN_DAYS or len(weekdays) < MIN_WEEKDAYS:
        return False
    if visits & {Visit.NAMED, Visit.LABELLED}:
        return True
    return len(days) >= MIN_DAYS_UNNAMED and shortest >= MIN_MINUTES_UNNAMED and bool(weekdays & {5, 6})


def _bounded(days: list[Opening]) -> list[Opening]:
    """The days of an ongoing event with a known end; else those up to the end of a month."""
    limit = days[0].day + LONGEST
    if days[-1].day <= limit:
        return days
    month_end = limit.replace(day=1) - timedelta(days=1)
    return [opening for opening in days if opening.day <= month_end]


def _expression(days: list[Opening], off: Collection[date]) -> str:
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
        (day * DAY_MINUTES + hours[0], day * DAY_MINUTES + hours[1]) for day, hours in week.items() if hours
    ]
    if timed:
        return weekly(timed)
    return "Mo-Su" if len(week) == 7 else ",".join(CODES[day] for day in sorted(week))


def _clocks(hours: Hours) -> str:
    if hours is None:
        return "00:00-24:00"
    start, end = hours[0], hours[1] if hours[1] <= DAY_MINUTES else hours[1] - DAY_MINUTES
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
