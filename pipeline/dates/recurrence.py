"""Expands a recurrence rule into local times, within limits.

Own code, because `dateutil.rrule` walks to the year 9999 for a rule that never matches
(`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`), and from the first date even where only later ones are needed. Here
the work is bounded by the window, and by a budget where COUNT requires the walk.
"""

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import prod
from typing import Final

from pipeline.dates.recurrence_rules import Rule

_LAST_ORDINAL: Final = date.max.toordinal()
#: Seconds of the periods that are shorter than a day.
_SECONDS: Final = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}
_A_DAY: Final = 86_400


class BudgetError(ValueError):
    """The rule needs more steps than the budget has left."""


@dataclass(slots=True)
class Budget:
    """How many candidate days, and times of one day beyond the first, may still be examined.

    The first `free` ones of a rule are taken from `kept`, unless it must be walked from its first date
    (COUNT) or is hourly: within the window a rule cannot need many more, so no series can use up the steps of
    normal ones.
    """

    left: int
    free: int = 0
    kept: int = 0

    @contextmanager
    def part(self, most: int, *, free: int) -> Iterator["Budget"]:
        """The budget of one series: at most `most` steps, and `free` ones of `kept`."""
        part = Budget(min(most, max(self.left, 0)), free, self.kept)
        given = part.left
        try:
            yield part
        finally:
            self.left -= given - max(part.left, 0)
            self.kept = part.kept

    def purse(self, rule: Rule) -> "_Purse":
        """The budget of one expansion of `rule`."""
        return _Purse(self, 0 if rule.count or rule.freq == "HOURLY" else min(self.free, max(self.kept, 0)))


@dataclass(slots=True)
class _Purse:
    budget: Budget
    free: int

    def spend(self, steps: int) -> None:
        """Subtract `steps`. Raises `BudgetError` when nothing is left."""
        own = min(steps, self.free)
        self.free -= own
        self.budget.kept -= own
        self.budget.left -= steps - own
        if self.budget.left < 0:
            raise BudgetError


def expand(
    rule: Rule, start: datetime, *, after: datetime, before: datetime, until: datetime | None, budget: Budget
) -> Iterator[datetime]:
    """Yield the local times of `rule` from `start` (naive), in order, from `after` to `before`.

    Both limits are included. None lies past `until`. `start` itself is included only if the rule
    matches it. Raises `BudgetError`.
    """
    rule = _completed(rule, start)
    rule, until = _without_count(rule, start, until)
    last = before if until is None else min(before, until)
    purse, seen = budget.purse(rule), 0
    a_day = prod(map(len, _times(rule)))
    for index in range(0 if rule.count else _first_period(rule, start, after), _LAST_ORDINAL * 24):
        period = _period(rule, start, index, purse)
        if period is None or period[0] > last:
            return
        purse.spend(len(period[1]) * (a_day - 1))
        for moment in _moments(rule, period[1], start):
            if moment < start:
                continue
            seen += 1
            if moment > last or (rule.count and seen > rule.count):
                return
            if moment >= after:
                yield moment


def _completed(rule: Rule, start: datetime) -> Rule:
    """`rule` with missing parts taken from `start` (RFC 5545, 3.3.10: "derived from the DTSTART")."""
    day_given = rule.by_year_day or rule.by_month_day or rule.by_day
    if rule.freq == "YEARLY" and not day_given:
        if rule.by_week_no:
            rule = replace(rule, by_day=((start.weekday(), 0),))
        else:
            rule = replace(rule, by_month=rule.by_month or (start.month,), by_month_day=(start.day,))
    elif rule.freq == "MONTHLY" and not day_given:
        rule = replace(rule, by_month_day=(start.day,))
    elif rule.freq == "WEEKLY" and not day_given:
        rule = replace(rule, by_day=((start.weekday(), 0),))
    unit = _SECONDS.get(rule.freq, _A_DAY)
    return replace(
        rule,
        by_hour=rule.by_hour or ((start.hour,) if unit > 3_600 else ()),
        by_minute=rule.by_minute or ((start.minute,) if unit > 60 else ()),
        by_second=rule.by_second or ((start.second,) if unit > 1 else ()),
    )


def _without_count(rule: Rule, start: datetime, until: datetime | None) -> tuple[Rule, datetime | None]:
    """Replace the COUNT of a rule with one time a period by an UNTIL.

    An UNTIL needs no walk from the first date.
    """
    step = {"WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1)}.get(rule.freq)
    plain = not (rule.by_month or rule.by_year_day or rule.by_month_day or rule.by_week_no or rule.by_set_pos)
    same_day = rule.by_day == ((start.weekday(), 0),) if rule.freq == "WEEKLY" else not rule.by_day
    one_time = (rule.by_hour, rule.by_minute, rule.by_second) == (
        (start.hour,),
        (start.minute,),
        (start.second,),
    )
    if step is None or not rule.count or not (plain and same_day and one_time):
        return rule, until
    try:
        last = start + step * rule.interval * (rule.count - 1)
    except OverflowError:
        last = datetime.max  # noqa: DTZ901 (wall-clock)
    return replace(rule, count=None), last if until is None else min(last, until)


def _first_period(rule: Rule, start: datetime, after: datetime) -> int:
    """The index of a period at or before that of `after`, so that early ones are skipped."""
    if after <= start:
        return 0
    if rule.freq == "YEARLY":
        passed = after.year - start.year
    elif rule.freq == "MONTHLY":
        passed = (after.year - start.year) * 12 + after.month - start.month
    elif rule.freq == "HOURLY":
        passed = int((after - start).total_seconds() // 3600)
    else:
        passed = (after.date() - start.date()).days // (7 if rule.freq == "WEEKLY" else 1)
    return max(passed // rule.interval - 1, 0)


def _period(rule: Rule, start: datetime, index: int, purse: _Purse) -> tuple[datetime, list[datetime]] | None:
    """The first moment of a period and the midnights of its allowed days (the moment itself below a day).

    None past the year 9999.
    """
    step = index * rule.interval
    if unit := _SECONDS.get(rule.freq):
        purse.spend(1)
        try:
            moment = start + timedelta(seconds=step * unit - (start.minute * 60 + start.second) % unit)
        except OverflowError:
            return None
        limits = (
            (rule.by_hour, moment.hour),
            (rule.by_minute, moment.minute),
            (rule.by_second, moment.second),
        )
        within = all(not own or one in own for own, one in limits[: [*_SECONDS].index(rule.freq) + 1])
        return moment, [moment] if within and _allows(rule, moment.date()) else []
    first, last = _bounds(rule, start, step)
    if first > _LAST_ORDINAL:
        return None
    purse.spend(last - first + 1)
    days = (date.fromordinal(number) for number in range(max(first, 1), min(last, _LAST_ORDINAL) + 1))
    midnights = [datetime.combine(day, time()) for day in days if _allows(rule, day)]
    return datetime.combine(date.fromordinal(max(first, 1)), time()), midnights


def _bounds(rule: Rule, start: datetime, step: int) -> tuple[int, int]:
    """First and last day of the period, as ordinals (1 is 1 January of the year 1)."""
    if rule.freq == "DAILY":
        return start.toordinal() + step, start.toordinal() + step
    if rule.freq == "WEEKLY":
        first = start.toordinal() - (start.weekday() - rule.week_start) % 7 + 7 * step
        return first, first + 6
    months = start.year * 12 + start.month - 1 + step if rule.freq == "MONTHLY" else (start.year + step) * 12
    year, month = divmod(months, 12)
    if year > date.max.year:
        return _LAST_ORDINAL + 1, _LAST_ORDINAL + 1
    if rule.freq == "YEARLY":
        only = rule.by_month if rule.by_month and not rule.by_week_no else (1, 12)
        return date(year, only[0], 1).toordinal(), date(
            year, only[-1], calendar.monthrange(year, only[-1])[1]
        ).toordinal()
    return date(year, month + 1, 1).toordinal(), date(
        year, month + 1, calendar.monthrange(year, month + 1)[1]
    ).toordinal()


def _allows(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day:
        length = calendar.monthrange(day.year, day.month)[1]
        if day.day not in rule.by_month_day and day.day - length - 1 not in rule.by_month_day:
            return False
    if rule.by_day and not _weekday_allowed(rule, day):
        return False
    if rule.by_year_day:
        number, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
        if number not in rule.by_year_day and number - length - 1 not in rule.by_year_day:
            return False
    if rule.by_week_no:
        week, weeks = _week(day, rule.week_start)
        return week in rule.by_week_no or week - weeks - 1 in rule.by_week_no
    return True


def _weekday_allowed(rule: Rule, day: date) -> bool:
    weekday = day.weekday()
    for wanted, ordinal in rule.by_day:
        if wanted != weekday:
            continue
        if not ordinal or rule.freq not in ("YEARLY", "MONTHLY"):
            return True
        of_month = rule.freq == "MONTHLY" or bool(rule.by_month)
        number = day.day if of_month else day.timetuple().tm_yday
        length = (
            calendar.monthrange(day.year, day.month)[1]
            if of_month
            else 366
            if calendar.isleap(day.year)
            else 365
        )
        if ordinal in ((number - 1) // 7 + 1, -((length - number) // 7 + 1)):
            return True
    return False


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The week number of `day` and the number of weeks in its year.

    A week belongs to the year with four of its days.
    """
    fourth = day.toordinal() - (day.weekday() - week_start) % 7 + 3
    middle = date.fromordinal(min(max(fourth, 1), _LAST_ORDINAL))
    return (middle.timetuple().tm_yday - 1) // 7 + 1, _weeks_in(middle.year, week_start)


@lru_cache(maxsize=512)
def _weeks_in(year: int, week_start: int) -> int:
    first_weekday = date(year, 1, 1).weekday()
    offset = (first_weekday - week_start) % 7
    length = 366 if calendar.isleap(year) else 365
    before = offset if offset <= 3 else offset - 7
    return (length + before + 3) // 7


def _times(rule: Rule) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The hours, minutes and seconds that are added to a day, or to a shorter period."""
    unit = _SECONDS.get(rule.freq, _A_DAY)
    return (
        rule.by_hour if unit > 3_600 else (0,),
        rule.by_minute if unit > 60 else (0,),
        rule.by_second if unit > 1 else (0,),
    )


def _moments(rule: Rule, midnights: list[datetime], start: datetime) -> list[datetime]:
    """The times of the allowed days of one period, in order, reduced by BYSETPOS."""
    hours, minutes, seconds = _times(rule)
    found = [
        day + timedelta(hours=hour, minutes=minute, seconds=second)
        for day in midnights
        for hour in hours
        for minute in minutes
        for second in seconds
    ]
    if not rule.by_set_pos:
        return found
    places = {place - 1 if place > 0 else len(found) + place for place in rule.by_set_pos}
    return [moment for place, moment in enumerate(found) if place in places]
