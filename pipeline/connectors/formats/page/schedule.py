"""schema.org Schedule (`eventSchedule`), where it is simple: every so many days, weeks, months or years, at
one time of day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.page.nodes import Graph, Node, local
from pipeline.contract.connector import FetchParams
from pipeline.contract.raw import RawRecord
from pipeline.dates.clocks import read_clock
from pipeline.dates.moments import day_of, end_at, read_moment
from pipeline.dates.repeats import CODES, Allowance, repeated

_PERIOD: Final = patterns.compile(r"^P(\d{1,3})([DWMY])$")
_WORDS: Final = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
}
_UNITS: Final = {"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY"}


def occurrences(
    graph: Graph, node: Node, record: RawRecord, params: FetchParams, allowance: Allowance
) -> Iterator[RawRecord]:
    """The record once for each occurrence of its schedule within the window of `params`; the record itself where it
    has no readable schedule."""
    schedule = next(iter(graph.nodes(node, "eventSchedule")), None)
    first = read_moment(graph.text(schedule, "startDate")) if schedule else None
    rule = _rule(graph, schedule) if schedule else ""
    if schedule is None or first is None or not rule:
        yield record
        return
    clock, until = (read_clock(graph.text(schedule, name)) for name in ("startTime", "endTime"))
    start: date = (
        first.replace(tzinfo=None) if isinstance(first, datetime) else clock.on(first) if clock else first
    )
    without = (moment for text in graph.texts(schedule, "exceptDate") if (moment := read_moment(text)))
    lines = [rule, *(f"EXDATE:{_at(day_of(moment), start).isoformat()}" for moment in without)]
    end = end_at(start, until.start) if until and isinstance(start, datetime) else None
    zone = record.timezone or graph.text(schedule, "scheduleTimezone")[:64]
    made = replace(record, start=start, end=end, timezone=zone)
    yield from (
        one for one in repeated(made, params, rule=lines, allowance=allowance) if one.recurrence is not None
    )


def _at(day: date, start: date) -> date:
    """The day with the time of a start, where that has one."""
    return datetime.combine(day, start.time()) if isinstance(start, datetime) else day


def untold(graph: Graph, node: Node, records: Iterator[RawRecord]) -> Iterator[RawRecord]:
    """What a schedule says of an event beyond its listed parts (`subEvent`): from the first to the last of
    these, the list counts.

    Only parts that bear the event's own name, or none, are its occurrences; a festival's concerts are
    something else.
    """
    days = [
        day_of(start)
        for part in _parts(graph, node)
        if isinstance(start := read_moment(graph.text(part, "startDate")), date)
    ]
    own_start = bool(graph.text(node, "startDate"))
    for made in records:
        scheduled = made.recurrence is not None or not own_start
        if not (
            days
            and scheduled
            and isinstance(made.start, date)
            and min(days) <= day_of(made.start) <= max(days)
        ):
            yield made


def _parts(graph: Graph, node: Node) -> list[Node]:
    name = graph.line(node, "name").casefold()
    return [
        part
        for part in graph.nodes(node, "subEvent", "subEvents")
        if graph.line(part, "name").casefold() in ("", name)
    ]


def _rule(graph: Graph, schedule: Node) -> str:
    """The schedule as a rule (RFC 5545), '' where it tells no step."""
    step = _step(graph.text(schedule, "repeatFrequency"))
    last = read_moment(graph.text(schedule, "endDate"))
    count = graph.text(schedule, "repeatCount")
    days = [day for text in graph.texts(schedule, "byDay") if (day := local(text)[:2].upper()) in CODES]
    limit = f"UNTIL={day_of(last):%Y%m%d}T235900" if last else ""
    limit = limit or (f"COUNT={count}" if count.isdigit() and len(count) < 6 else "")
    parts = [step, limit, f"BYDAY={','.join(days)}" if days else ""]
    return ";".join(filter(None, parts)) if step else ""


def _step(text: str) -> str:
    word = text.strip()
    found = _PERIOD.match(word.upper())
    if found and int(found.group(1)) > 0:
        every = f";INTERVAL={int(found.group(1))}" if int(found.group(1)) > 1 else ""
        return f"FREQ={_UNITS[found.group(2)]}{every}"
    return _WORDS.get(local(word).lower(), "")
