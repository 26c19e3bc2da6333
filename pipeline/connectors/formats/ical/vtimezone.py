"""VTIMEZONE (RFC 5545, 3.6.5): when the clocks of a privately defined zone change."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from pipeline import patterns
from pipeline.connectors.formats.ical.lines import Properties, read_lines
from pipeline.dates.ical_values import parse_when
from pipeline.dates.recurrence import Budget, BudgetError, expand
from pipeline.dates.recurrence_rules import RuleError, parse_rule

_FIRST: Final = datetime(1970, 1, 1)  # noqa: DTZ001 (wall-clock)
_LAST: Final = datetime(2060, 1, 1)  # noqa: DTZ001 (wall-clock)
_WANTED: Final = (b"DTSTART", b"TZOFFSETFROM", b"TZOFFSETTO", b"RRULE", b"RDATE")
_MARK: Final = patterns.compile(
    rb"^[ \t]*+(?:(BEGIN)[ \t]*+:[ \t]*+(?:STANDARD|DAYLIGHT)[ \t]*+\n|END[ \t]*+:)",
    patterns.MULTILINE | patterns.IGNORECASE,
)
_OFFSET: Final = patterns.compile(r"([+-]?)(\d{2}):?(\d{2}):?(\d{2})?", patterns.ASCII)
_MAX_CHANGES: Final = 2_000


class Transition(NamedTuple):
    """Clocks go from UTC + `before` to UTC + `after` at `at` (naive, in UTC)."""

    at: datetime
    before: timedelta
    after: timedelta


def transitions(definition: bytes, budget: Budget) -> list[Transition]:
    """The changes from 1970 to 2060 that a VTIMEZONE defines, in order; a part of it that cannot be read or
    paid for, or changes clocks more often than any zone does, is left out."""
    found: set[Transition] = set()
    for start, end in _parts(definition):
        found.update(_of_part(read_lines(definition, start, end, _WANTED), budget))
    return sorted(found)[-_MAX_CHANGES:]


def _parts(definition: bytes) -> Iterator[tuple[int, int]]:
    """Where the lines of each STANDARD and DAYLIGHT begin and end."""
    start: int | None = None
    for mark in _MARK.finditer(definition):
        if mark.group(1) is None:
            if start is not None:
                yield start, mark.start()
            start = None
        elif start is None:
            start = mark.end()


def _of_part(lines: Properties, budget: Budget) -> list[Transition]:
    try:
        before, after = (_offset(lines[name][0].value) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        start = parse_when(lines["DTSTART"][0].value)
        if not isinstance(start, datetime):
            return []
        return [
            Transition(onset - before, before, after)
            for onset in _onsets(lines, start.replace(tzinfo=None), before, budget)
        ]
    except (KeyError, ValueError, OverflowError):
        return []


def _onsets(lines: Properties, start: datetime, before: timedelta, budget: Budget) -> set[datetime]:
    onsets = {max(start, _FIRST)} if not lines.get("RRULE") or start >= _FIRST else set()
    for line in lines.get("RDATE", []):
        onsets.update(
            moment.replace(tzinfo=None)
            for moment in map(parse_when, line.value.split(",")[:500])
            if isinstance(moment, datetime)
        )
    for line in lines.get("RRULE", []):
        onsets.update(_by_rule(line.value, start, before, budget))
    return onsets


def _by_rule(text: str, start: datetime, before: timedelta, budget: Budget) -> set[datetime]:
    try:
        rule = parse_rule(text)
        until = rule.until if isinstance(rule.until, datetime) else None
        if until is not None:
            # UNTIL is in UTC, the onset in the wall-clock time that it ends
            until = until.replace(tzinfo=None) + (before if until.tzinfo else timedelta())
        onsets = set(
            islice(
                expand(rule, start, after=_FIRST, before=_LAST, until=until, budget=budget), _MAX_CHANGES + 1
            )
        )
        return onsets if len(onsets) <= _MAX_CHANGES else set()
    except (RuleError, BudgetError):
        return set()


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text.strip())
    if not match:
        raise ValueError("no offset")
    hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset >= timedelta(hours=24):
        raise ValueError("offset out of range")
    return -offset if match.group(1) == "-" else offset
