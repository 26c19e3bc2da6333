"""Days with their counts, each a link: the strip of the coming days, the grid of a month, a week by category."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from events.charts import strip_bar
from events.queries import Beat
from events.words import calendar_day, category_name, event_count, month_words, weekday
from languages.reading import current_code

#: The number of days in the day strip, and in the week by category.
STRIP_DAYS, WEEK_DAYS = 14, 7
#: The categories of the week by category, those with most events.
MOST_CATEGORIES = 8
#: A month is shown up to so many days ahead: lists hold nothing later.
FARTHEST = timedelta(days=400)

#: Gives the address of the list with these conditions. It can be hashed, and equal ones give the same.
Address = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day with its address and count. `level` is from 0 (nothing) to 4 (the busiest days around it).

    `weekday` says "Today" of today; `short` is the name of the weekday of each day, where no longer word has room.
    """

    href: str
    weekday: str
    short: str
    day: int
    words: str
    count: int
    level: int = 0
    bar: SafeString | str = ""
    current: bool = False
    is_rest: bool = False
    is_today: bool = False
    is_over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A month by weeks that are not over, Monday first; None for the days of its neighbours. `before` and `after` are their addresses or ''."""

    words: str
    weeks: Sequence[Sequence[Day | None]]
    before: str
    after: str
    before_words: str
    after_words: str
    weekdays: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryWeek:
    """One category over the coming days."""

    slug: str
    name: str
    href: str
    days: tuple[Day, ...]


def counts_by_day(beats: Sequence[Beat]) -> Counter[date]:
    """How many events begin on each day, which ends at 05:00."""
    counts: Counter[date] = Counter()
    for beat in beats:
        counts[beat.day] += beat.events
    return counts


def day_strip(beats: Sequence[Beat], *, now: datetime, address: Address, selected: date | None) -> list[Day]:
    """The next 14 days with their counts."""
    counts, today = counts_by_day(beats), now.date()
    shown = tuple(counts[today + timedelta(days=step)] for step in range(STRIP_DAYS))
    return _strip(shown, today, address, selected, current_code())


# After a change of one event most counts of a city are as they were; this and the next one hold some 5 and 50 kB each.
@lru_cache(maxsize=256)
def _strip(
    counted: tuple[int, ...], today: date, address: Address, selected: date | None, language: str
) -> list[Day]:
    days = [today + timedelta(days=step) for step in range(STRIP_DAYS)]
    counts, most = dict(zip(days, counted, strict=True)), max(counted)
    return [
        _day(
            _named(day, today=today),
            counts[day],
            most,
            today=today,
            href=address({"day": day.isoformat()}),
            bar=mark_safe(strip_bar(counts[day], most)),  # noqa: S308 (made of numbers alone)
            selected=selected,
        )
        for day in days
    ]


def month_grid(beats: Sequence[Beat], *, month: date, now: datetime, address: Address) -> Month:
    """The month that begins on the day `month`."""
    counts, today = counts_by_day(beats), now.date()
    following = (month + timedelta(days=32)).replace(day=1)
    earlier = (month - timedelta(days=1)).replace(day=1)
    days = [month + timedelta(days=step) for step in range((following - month).days)]
    most = max(counts[day] for day in days)
    cells: list[Day | None] = [
        _day(_named(day, today=today), counts[day], most, today=today, href=address({"day": day.isoformat()}))
        for day in days
    ]
    cells = [*([None] * month.weekday()), *cells]
    cells.extend([None] * (-len(cells) % 7))
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    monday = date(2001, 1, 1)
    return Month(
        words=month_words(month),
        weeks=[week for week in weeks if any(day and not day.is_over for day in week)],
        before=address({"month": f"{earlier:%Y-%m}"}) if earlier >= today.replace(day=1) else "",
        after=address({"month": f"{following:%Y-%m}"}) if following <= today + FARTHEST else "",
        before_words=month_words(earlier),
        after_words=month_words(following),
        weekdays=[
            (weekday(monday + timedelta(days=step)), weekday(monday + timedelta(days=step), long=True))
            for step in range(7)
        ],
    )


def category_weeks(beats: Sequence[Beat], *, now: datetime, address: Address) -> list[CategoryWeek]:
    """The fullest categories over the next 7 days: each cell leads to one category on one day."""
    counts: Counter[tuple[str, date]] = Counter()
    for beat in beats:
        counts[beat.category, beat.day] += beat.events
    return _weeks(frozenset(counts.items()), now.date(), address, current_code())


@lru_cache(maxsize=64)
def _weeks(
    counted: frozenset[tuple[tuple[str, date], int]], today: date, address: Address, language: str
) -> list[CategoryWeek]:
    days = [today + timedelta(days=step) for step in range(WEEK_DAYS)]
    counts = Counter(dict(counted))
    totals = {
        slug: total
        for slug in {slug for slug, _ in counts}
        if (total := sum(counts[slug, day] for day in days))
    }
    fullest = sorted(totals, key=lambda slug: (-totals[slug], slug))[:MOST_CATEGORIES]
    most = max((counts[slug, day] for slug in fullest for day in days), default=0)
    named = [_named(day, today=today) for day in days]
    return [
        CategoryWeek(
            slug=slug,
            name=(name := category_name(slug)),
            href=address({"category": slug}),
            days=tuple(
                _day(
                    one,
                    counts[slug, one.day],
                    most,
                    today=today,
                    href=address({"category": slug, "day": one.day.isoformat()}),
                    what=name,
                )
                for one in named
            ),
        )
        for slug in fullest
    ]


class _Named(NamedTuple):
    """A day with its names: `Today` or the weekday, the weekday, and the date written out."""

    day: date
    weekday: str
    short: str
    words: str


def _named(day: date, *, today: date) -> _Named:
    short = weekday(day)
    return _Named(
        day, gettext("Today") if day == today else short, short, calendar_day(day, today=today, long=True)
    )


def _day(
    named: _Named,
    count: int,
    most: int,
    *,
    today: date,
    href: str,
    what: str = "",
    bar: SafeString | str = "",
    selected: date | None = None,
) -> Day:
    day = named.day
    said = f"{named.words}: {event_count(count)}"
    return Day(
        href=href,
        weekday=named.weekday,
        short=named.short,
        day=day.day,
        words=f"{what}, {said}" if what else said,
        count=count,
        level=-(-count * 4 // most) if count else 0,
        bar=bar,
        current=day == selected,
        is_rest=day.weekday() >= 5,
        is_today=day == today,
        is_over=day < today,
    )
