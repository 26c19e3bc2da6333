"""schema.org Schedule (`eventSchedule`), where it is simple: every so many days, weeks, months or years, at
one time of day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule

from pipeline import patterns
from pipeline.connectors.formats.page.nodes import Graph, Node, local
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import RawRecord
from pipeline.dates.clocks import read_clock
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window

#: Occurrences of one schedule, and steps of its rule, at most.
MAX_OCCURRENCES: Final = 400
MAX_STEPS: Final = 20_000

_PERIOD: Final = patterns.compile(r"^P(\d{1,3})([DWMY])$")
_WORDS: Final = {
    "daily": (DAILY, 1),
    "weekly": (WEEKLY, 1),
    "monthly": (MONTHLY, 1),
    "yearly": (YEARLY, 1),
    "biweekly": (WEEKLY, 2),
}
_UNITS: Final = {"D": DAILY, "W": WEEKLY, "M": MONTHLY, "Y": YEARLY}
_DAYS: Final = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
_DAYS_SHORT: Final = {"mo": MO, "tu": TU, "we": WE, "th": TH, "fr": FR, "sa": SA, "su": SU}


def occurrences(graph: Graph, node: Node, record: RawRecord, window: Window) -> Iterator[RawRecord]:
    """The record once for each occurrence of its schedule within the window; the record itself where it has
    no readable schedule."""
    schedule = next(iter(graph.nodes(node, "eventSchedule")), None)
    rule = _rule(graph, schedule) if schedule else None
    if schedule is None or rule is None:
        yield record
        return
    except_days = {str(read_moment(text)) for text in graph.texts(schedule, "exceptDate")}
    end = read_clock(graph.text(schedule, "endTime"))
    recurrence = Recurrence(rrule=_text(rule), series_id=record.external_id)
    wanted = (
        start
        for start in islice(rule, MAX_STEPS)
        if window.holds_day(start.date()) and str(start.date()) not in except_days
    )
    timed = read_clock(graph.text(schedule, "startTime")) is not None or isinstance(
        read_moment(graph.text(schedule, "startDate")), datetime
    )
    for start in islice(wanted, MAX_OCCURRENCES):
        ends = datetime.combine(start.date(), end.start) if end and end.start > start.time() else None
        yield replace(
            record,
            start=start if timed else start.date(),
            end=ends,
            recurrence=recurrence,
            recurrence_id=start.isoformat() if timed else start.date().isoformat(),
            timezone=record.timezone or graph.text(schedule, "scheduleTimezone")[:64],
        )


def untold(graph: Graph, node: Node, records: Iterator[RawRecord]) -> Iterator[RawRecord]:
    """What a schedule says of an event beyond its listed parts (`subEvent`): from the first to the last of
    these, the list counts.

    Only parts that bear the event's own name, or none, are its occurrences; a festival's concerts are
    something else.
    """
    days = [
        _day(start)
        for part in _parts(graph, node)
        if isinstance(start := read_moment(graph.text(part, "startDate")), date)
    ]
    own_start = bool(graph.text(node, "startDate"))
    for made in records:
        scheduled = made.recurrence is not None or not own_start
        if not (
            days and scheduled and isinstance(made.start, date) and min(days) <= _day(made.start) <= max(days)
        ):
            yield made


def _parts(graph: Graph, node: Node) -> list[Node]:
    name = graph.line(node, "name").casefold()
    return [
        part
        for part in graph.nodes(node, "subEvent", "subEvents")
        if graph.line(part, "name").casefold() in ("", name)
    ]


def _day(start: date) -> date:
    return start.date() if isinstance(start, datetime) else start


def _rule(graph: Graph, schedule: Node) -> rrule | None:
    first = read_moment(graph.text(schedule, "startDate"))
    step = _step(graph.text(schedule, "repeatFrequency"))
    if first is None or step is None:
        return None
    clock = read_clock(graph.text(schedule, "startTime"))
    start = (
        first if isinstance(first, datetime) else datetime.combine(first, clock.start if clock else time(0))
    )
    last = read_moment(graph.text(schedule, "endDate"))
    until = (
        datetime.combine(last.date() if isinstance(last, datetime) else last, time(23, 59))
        if isinstance(last, date)
        else None
    )
    count = graph.text(schedule, "repeatCount")
    days = [day for text in graph.texts(schedule, "byDay") if (day := _weekday(text)) is not None]
    limits = {"count": int(count)} if count.isdigit() and len(count) < 6 and not until else {"until": until}
    rule: Any = rrule
    return rule(
        step[0], dtstart=start.replace(tzinfo=None), interval=step[1], byweekday=days or None, **limits
    )


def _step(text: str) -> tuple[int, int] | None:
    word = text.strip()
    found = _PERIOD.match(word.upper())
    if found and int(found.group(1)) > 0:
        return _UNITS[found.group(2)], int(found.group(1))
    return _WORDS.get(local(word).lower())


def _weekday(text: str) -> Any:
    word = local(text).lower()
    return _DAYS.get(word, _DAYS_SHORT.get(word))


def _text(rule: rrule) -> str:
    """The rule as RFC 5545 text, as far as this module makes rules."""
    made: Any = rule  # dateutil tells what a rule was made of by its text alone, with DTSTART before it
    line = str(made).rpartition("\n")[2].removeprefix("RRULE:")
    return ";".join(part for part in line.split(";") if not part.startswith("WKST="))
