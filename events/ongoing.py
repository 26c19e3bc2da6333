"""Ongoing events that can be visited: their opening hours in words, by day and by week.

Pure. An event with `opening_hours` (OpenStreetMap syntax) is one event from its first opening to its last
closing (docs/decisions/0025).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext

from events.words import clock, short_day, span_words, weekday
from pipeline import patterns
from pipeline.hours import State, intervals
from pipeline.hours.vocabulary import CODES

#: Monday, from which the days of a week are counted.
_MONDAY: Final = date(2001, 1, 1)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CODE: Final = patterns.compile(rf"\b({'|'.join(CODES)})\b")
#: An exception in the pipeline's notation: `2026 Dec 25 off`.
_EXCEPTION: Final = patterns.compile(r"\b(?:19|20)\d{2} ([A-Z][a-z]{2}) (\d{1,2})\b")
_OFF: Final = patterns.compile(r"\boff\b")
_WEEK: Final = timedelta(days=6)
#: Lists look back a year: the start of an event without an end is moved before it would drop out.
_REMEMBERED: Final = timedelta(days=360)

#: Opening times of one day of the week: ("10:00", "18:00").
Spans = tuple[tuple[str, str], ...]


def hours_words(expression: str) -> str:
    """The expression in words: `Tue-Sun 10:00-18:00; 25 Dec closed`, `daily 11:00-19:00`."""
    words = _CODE.sub(_day_name, expression.replace("Mo-Su", gettext("daily")))
    return (
        _OFF.sub(gettext("closed"), _EXCEPTION.sub(_exception, words)).replace(",", ", ").replace(",  ", ", ")
    )


def _day_name(found: "patterns.Match[str]") -> str:
    return weekday(_MONDAY + timedelta(days=CODES.index(found.group())))


def _exception(found: "patterns.Match[str]") -> str:
    """`2026 Dec 25` as `25 Dec`; a month that there is not stays as it is."""
    month, day = found.groups()
    if month not in _MONTHS or not 1 <= int(day) <= 29:
        return f"{day} {month}"
    return short_day(date(2024, _MONTHS.index(month) + 1, int(day)))


def today_words(expression: str, day: date) -> str:
    """`Open today 10:00 to 18:00`, `Closed today`; '' where unknown. `day` is local to the place."""
    found = intervals(expression, day) if expression else None
    if found is None or any(one.state is State.UNKNOWN for one in found):
        return ""
    if [one.end - one.start for one in found] == [timedelta(days=1)]:
        return gettext("Open today")
    spans = ", ".join(
        span_words(clock(one.start), clock(one.end)) for one in found if one.start.date() == day
    )
    return gettext("Open today %(hours)s") % {"hours": spans} if spans else gettext("Closed today")


def is_closed_on(expression: str, first: date, last: date | None = None) -> bool:
    """Whether the place is certainly closed on that local day, or on all days up to `last`."""
    found = intervals(expression, first, last or first)
    return found is not None and not any(first <= one.start.date() <= (last or first) for one in found)


def week_of(expression: str, first: date, last: date) -> dict[Spans, list[int]]:
    """The days of the week (0 is Monday) by opening times, as in the event's first full week.

    {} where unknown.
    """
    begin = min(first, max(last - _WEEK, first))
    found: dict[int, list[tuple[str, str]]] = {}
    for one in intervals(expression, begin, begin + _WEEK) or []:
        found.setdefault(one.start.weekday(), []).append((clock(one.start), clock(one.end)))
    week: dict[Spans, list[int]] = {}
    for number in sorted(found):
        week.setdefault(tuple(found[number]), []).append(number)
    return week


def keep_begun(before: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Keep the start of an ongoing event whose source lists it from today on.

    Its hours stay too where the new ones have less detail. `before` and `values` are the event's former and
    new columns (`events.facts.columns`); `values` is changed. Otherwise a source that lists only the coming
    days would move the start every day, and on the last day lose the week.
    """
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
    """Whether the place is certainly open at a local moment."""
    naive = moment.replace(tzinfo=None)
    return any(
        one.start <= naive < one.end
        for one in intervals(expression, naive.date() - timedelta(days=1), naive.date()) or []
    )
