"""Evaluates an expression for a day or a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.hours.days import Holidays
from pipeline.hours.grammar import DAY, Rule, Unsupported
from pipeline.hours.rules import parse


class State(IntEnum):
    """The state of a place. Unknown: the expression itself leaves it open (a comment, an open end)."""

    CLOSED = 0
    OPEN = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end`, local time (naive), open or unknown; between intervals the place is closed."""

    start: datetime
    end: datetime
    state: State


_STATES: Final = {"closed": State.CLOSED, "open": State.OPEN, "unknown": State.UNKNOWN}
_LONGEST: Final = 366


@lru_cache(maxsize=4_096)
def _parsed(expression: str) -> tuple[Rule, ...] | None:
    try:
        return parse(expression)
    except Unsupported:
        return None


def is_open(
    expression: str, at: datetime, timezone: str | ZoneInfo, *, holidays: Holidays | None = None
) -> bool | None:
    """Whether a place is open at the aware moment `at`, in local time of `timezone` (an IANA name).

    None where the expression is not understood, leaves it open, or depends on public holidays and no
    `holidays` are given.
    """
    rules = _parsed(expression)
    if rules is None:
        return None
    local = at.astimezone(ZoneInfo(timezone) if isinstance(timezone, str) else timezone)
    minute = local.hour * 60 + local.minute
    found = {State(day[minute]) for day in _readings(rules, local.date(), holidays)}
    return None if len(found) > 1 or State.UNKNOWN in found else found == {State.OPEN}


def intervals(
    expression: str, first: date, last: date | None = None, *, holidays: Holidays | None = None
) -> list[Interval] | None:
    """The intervals of the days from `first` to `last`, joined over midnight.

    `last` is `first` by default; at most a year. None where the expression is not understood, or depends on
    public holidays and none are given.
    """
    rules = _parsed(expression)
    if rules is None or (holidays is None and any(rule.holidays for rule in rules)):
        return None
    found: list[Interval] = []
    days = min(((last or first) - first).days, _LONGEST) + 1
    for number in range(days):
        day = first + timedelta(days=number)
        for one in _runs(day, _paint(rules, day, holidays or _never)):
            if found and found[-1].end == one.start and found[-1].state == one.state:
                found[-1] = Interval(found[-1].start, one.end, one.state)
            else:
                found.append(one)
    return found


def next_change(
    expression: str,
    at: datetime,
    timezone: str | ZoneInfo,
    *,
    within: timedelta = timedelta(days=8),
    holidays: Holidays | None = None,
) -> datetime | None:
    """When a place next opens or closes after the aware moment `at`, in local time.

    None where that is unknown, or not `within` the time.
    """
    rules = _parsed(expression)
    if rules is None or (holidays is None and any(rule.holidays for rule in rules)):
        return None
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    local = at.astimezone(zone)
    state: int | None = None
    for number in range(within.days + 1):
        day = local.date() + timedelta(days=number)
        painted = _paint(rules, day, holidays or _never)
        begin = local.hour * 60 + local.minute if number == 0 else 0
        state = painted[begin] if state is None else state
        changed = next((minute for minute in range(begin, DAY) if painted[minute] != state), None)
        if changed is not None:
            moment = datetime.combine(day, time(changed // 60, changed % 60), tzinfo=zone)
            return moment if moment - at <= within else None
    return None


def speaks_of_holidays(expression: str) -> bool:
    """Whether the expression has rules for public holidays."""
    rules = _parsed(expression)
    return rules is not None and any(rule.holidays for rule in rules)


def _never(_: date) -> bool:
    return False


def _readings(rules: tuple[Rule, ...], day: date, holidays: Holidays | None) -> Iterator[bytearray]:
    """Yield the day as it is.

    Without known holidays, in all combinations in which this day and the one before may be one.
    """
    if holidays is not None or not any(rule.holidays for rule in rules):
        yield _paint(rules, day, holidays or _never)
        return
    before = day - timedelta(days=1)
    for chosen in ((), (day,), (before,), (before, day)):
        yield _paint(rules, day, chosen.__contains__)


def _paint(rules: tuple[Rule, ...], day: date, holidays: Holidays) -> bytearray:
    """The state of each minute of a day.

    As in opening_hours.js: a rule that opens replaces all rules before it for that day, including times that
    reach over midnight, unless it is additional (",") or a fallback ("||"); a rule that closes removes only
    its times.
    """
    before = day - timedelta(days=1)
    chosen: list[tuple[Rule, int]] = []
    for number, rule in enumerate(rules):
        if rule.days is None or rule.days(day, holidays):
            bare = rule.days is None and not (
                number and rules[number - 1].days is None and rule.state == "open"
            )
            if rule.joint == ";" and rule.state != "closed" and not bare:
                chosen.clear()
            chosen.append((rule, 0))
        if any(span.end > DAY for span in rule.spans) and (rule.days is None or rule.days(before, holidays)):
            chosen.append((rule, DAY))
    minutes = bytearray(DAY)
    for rule, shift in chosen:
        _paint_rule(minutes, rule, shift)
    return minutes


def _paint_rule(minutes: bytearray, rule: Rule, shift: int) -> None:
    state = _STATES[rule.state]
    if not rule.spans and not shift:
        _fill(minutes, 0, DAY, state, only_closed=rule.joint == "||")
    for span in rule.spans:
        known = span.end if span.open_end is None else span.open_end
        _fill(minutes, span.start - shift, known - shift, state, only_closed=rule.joint == "||")
        if span.open_end is not None:
            unknown = State.CLOSED if state == State.CLOSED else State.UNKNOWN
            _fill(minutes, span.open_end - shift, span.end - shift, unknown, only_closed=rule.joint == "||")


def _fill(minutes: bytearray, start: int, end: int, state: State, *, only_closed: bool) -> None:
    start, end = max(0, start), min(DAY, end)
    if end <= start:
        return
    if only_closed:
        minutes[start:end] = bytes(state if old == State.CLOSED else old for old in minutes[start:end])
    else:
        minutes[start:end] = bytes([state]) * (end - start)


def _runs(day: date, minutes: bytearray) -> Iterator[Interval]:
    midnight = datetime.combine(day, time())
    start = 0
    for minute in range(1, DAY + 1):
        if minute == DAY or minutes[minute] != minutes[start]:
            if minutes[start] != State.CLOSED:
                yield Interval(
                    midnight + timedelta(minutes=start),
                    midnight + timedelta(minutes=minute),
                    State(minutes[start]),
                )
            start = minute
