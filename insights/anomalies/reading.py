"""Reads what is judged: counts and prices of the days before, and sign-ups by hour."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min

from events.models import Category, Origin
from insights.anomalies.baselines import DAYS, WEEKS
from insights.anomalies.judging import LEVEL_HOURS, Counts, Prices
from insights.models import Figure, Intake
from places.models import City

#: A source that was not covered for so long is left to its health: nothing is fetched, so nothing is missing.
COVERED: Final = timedelta(days=8)
_DAY, _HOUR, _WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an anomaly is about."""

    name: str
    city_id: UUID | None = None
    origin_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the days up to one brought: sources by id, categories by `city:slug`, prices by `source:city`, and what they are."""

    sources: dict[str, Counts] = field(default_factory=dict)
    categories: dict[str, Counts] = field(default_factory=dict)
    prices: dict[str, Prices] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)


Row = tuple[date, str, UUID | None, str, int, int, float, int, float]


def told_until(day: date) -> Told:
    """What came on `day` and the weeks before it. Four queries, one row for each day and part of a city."""
    first = day - _DAY * (DAYS - 1)
    rows: list[Row] = list(
        Intake.objects.filter(day__gte=first, day__lte=day).values_list(
            "day", "part", "city_id", "key", "listings", "priced", "price", "week_priced", "week_price"
        )
    )
    cities: dict[UUID, str] = dict(City.objects.values_list("pk", "name"))
    categories: dict[str, str] = dict(Category.objects.values_list("slug", "name"))
    late = datetime.combine(day, time(), UTC) + _DAY - COVERED
    origins = {
        str(key): name
        for key, name, covered in Origin.objects.filter(is_sample=False).values_list(
            "key", "name", "covered_at"
        )
        if covered is None or covered >= late
    }
    found, where = Told(), defaultdict[str, set[UUID | None]](set)
    by_source, by_category = defaultdict[str, list[Row]](list), defaultdict[str, list[Row]](list)
    by_price = defaultdict[str, list[Row]](list)
    for row in rows:
        _, part, city_id, key, *_ = row
        if part == "category":
            if city_id in cities and key in categories:
                by_category[f"{city_id}:{key}"].append(row)
        elif key in origins:
            by_source[key].append(row)
            by_price[f"{key}:{city_id or ''}"].append(row)
            where[key].add(city_id)
    for key, group in by_source.items():
        city = next(iter(where[key])) if len(where[key]) == 1 else None
        found.sources[key] = _counts(group, first, city)
        found.subjects[key] = Subject(name=origins[key], city_id=_known(city, cities), origin_id=UUID(key))
    for key, group in by_category.items():
        city_id, slug = group[0][2], group[0][3]
        found.categories[key] = _counts(group, first, city_id)
        name = f"{categories[slug]} in {cities[city_id]}" if city_id else categories[slug]
        found.subjects[key] = Subject(name=name, city_id=city_id)
    for key, group in by_price.items():
        city, source = group[0][2], group[0][3]
        found.prices[key] = _prices(group, first)
        found.subjects[key] = Subject(
            name=origins[source], city_id=_known(city, cities), origin_id=UUID(source)
        )
    return found


def hours_of_accounts(hour: datetime) -> tuple[list[float], list[list[float]]]:
    """New accounts of the hours up to the one that begins at `hour`, and of the same hours of the weeks before that are known. Two queries."""
    hourly = Figure.objects.filter(grain="hour", dimension="")
    since = hourly.aggregate(at=Min("at"))["at"] or hour
    first = hour - _WEEK * WEEKS - _HOUR * LEVEL_HOURS
    rows = dict(
        hourly.filter(at__gte=first, at__lte=hour, city_id=None, key="").values_list("at", "accounts")
    )
    weeks = [
        [float(rows.get(hour - _WEEK * back - _HOUR * ago, 0)) for ago in range(LEVEL_HOURS, -1, -1)]
        for back in range(WEEKS + 1)
        if back == 0 or hour - _WEEK * back >= since
    ]
    return weeks[0], weeks[1:]


def _counts(rows: Iterable[Row], first: date, city: UUID | None) -> Counts:
    days = [0.0] * DAYS
    for row in rows:
        days[(row[0] - first).days] += row[4]
    known = next((place for place, number in enumerate(days) if number), DAYS)
    return Counts(days=days, known=DAYS - known, city=city)


def _prices(rows: Sequence[Row], first: date) -> Prices:
    by_day, by_week = [(0, 0.0)] * DAYS, [(0, 0.0)] * DAYS
    for row in rows:
        place = (row[0] - first).days
        by_day[place], by_week[place] = (row[5], row[6]), (row[7], row[8])
    return Prices(by_day=by_day, by_week=by_week)


def _known(city_id: UUID | None, cities: dict[UUID, str]) -> UUID | None:
    return city_id if city_id in cities else None
