"""Ongoing events that can be visited: their opening hours in words, by day and by week. Pure: the caller
gives the time.

An event with `opening_hours` (OpenStreetMap syntax) is one event from its first opening to its last closing
(docs/decisions/0025).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from events.words import clock
from pipeline import patterns
from pipeline.hours import State, intervals
from pipeline.hours.vocabulary import CODES

_DAY_NAMES: Final = dict(zip(CODES, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_CODE: Final = patterns.compile(rf"\b({'|'.join(CODES)})\b")
#: An exception as the pipeline writes it: `2026 Dec 25 off`.
_EXCEPTION: Final = patterns.compile(r"\b(?:19|20)\d{2} ([A-Z][a-z]{2}) (\d{1,2})\b")
_OFF: Final = patterns.compile(r"\boff\b")
_WEEK: Final = timedelta(days=6)
#: Lists look back a year: what has no end begins anew before it would leave them.
_REMEMBERED: Final = timedelta(days=360)

#: Spans of one day of the week, as clocks show them: ("10:00", "18:00").
Spans = tuple[tuple[str, str], ...]


def hours_words(expression: str) -> str:
    """`Tue-Sun 10:00-18:00; 25 Dec closed`, `daily 11:00-19:00`: the expression in letters that people
    read."""
    words = _EXCEPTION.sub(
        r"\2 \1", _CODE.sub(lambda found: _DAY_NAMES[found.group()], expression.replace("Mo-Su", "daily"))
    )
    return _OFF.sub("closed", words).replace(",", ", ").replace(",  ", ", ")


def today_words(expression: str, day: date) -> str:
    """`Open today 10:00 to 18:00`, `Closed today`; '' where there is none or it does not say. `day` is the
    place's own."""
    found = intervals(expression, day) if expression else None
    if found is None or any(one.state is State.UNKNOWN for one in found):
        return ""
    if [one.end - one.start for one in found] == [timedelta(days=1)]:
        return "Open today"
    spans = " and ".join(
        f"{clock(one.start)} to {clock(one.end)}" for one in found if one.start.date() == day
    )
    return f"Open today {spans}" if spans else "Closed today"


def is_closed_on(expression: str, first: date, last: date | None = None) -> bool:
    """Whether the expression surely says that nothing opens on that day of the place, or on any day up to
    `last`."""
    found = intervals(expression, first, last or first)
    return found is not None and not any(first <= one.start.date() <= (last or first) for one in found)


def week_of(expression: str, first: date, last: date) -> dict[Spans, list[int]]:
    """The days of the week (0 Monday) by their times, as the first full week of the run has them; {} where
    nothing is said."""
    begin = min(first, max(last - _WEEK, first))
    found: dict[int, list[tuple[str, str]]] = {}
    for one in intervals(expression, begin, begin + _WEEK) or []:
        found.setdefault(one.start.weekday(), []).append((clock(one.start), clock(one.end)))
    week: dict[Spans, list[int]] = {}
    for weekday in sorted(found):
        week.setdefault(tuple(found[weekday]), []).append(weekday)
    return week


def keep_begun(before: Mapping[str, Any], values: dict[str, Any]) -> None:
    """A run that its source tells from today on began when it began: its start stays, and its hours where the
    new ones say less.

    `before` and `values` are the event's columns before and now (`events.facts.columns`); `values` is
    changed. A source that lists the coming days alone would otherwise move the start every day, and on the
    last day forget the week."""
    old, new = before["opening_hours"], values["opening_hours"]
    if not (old and new) or before["timezone"] != values["timezone"]:
        return
    told_from, told_to = values["start_date"], values["end_date"]
    is_recent = told_from - before["start_date"] <= _REMEMBERED
    if before["start_at"] < values["start_at"] and told_from <= before["end_date"] and is_recent:
        values["start_at"], values["start_date"] = before["start_at"], before["start_date"]
    if old != new and intervals(old, told_from, told_to) == intervals(new, told_from, told_to):
        values["opening_hours"] = old


def is_open_at(expression: str, moment: datetime) -> bool:
    """Whether it is surely open at a local moment."""
    naive = moment.replace(tzinfo=None)
    return any(
        one.start <= naive < one.end
        for one in intervals(expression, naive.date() - timedelta(days=1), naive.date()) or []
    )
