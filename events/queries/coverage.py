"""How many events each city has on each weekday of the coming two weeks, and how many it usually has."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from events.enums import Publication
from events.models import Event
from pipeline.dates.event_times import zone_or_utc
from places.enums import CityState
from places.models import City

#: The coming days that are counted, and the past ones that tell what is usual.
DAYS: Final = 14
PAST_DAYS: Final = 28
#: A weekday is thin below this share of the usual, where this many events are usual.
THIN_SHARE: Final = 0.5
LEAST_USUAL: Final = 2.0
#: So many past events at least tell what is usual; a younger city is compared with its own average coming day.
ENOUGH_PAST: Final = 14
#: The greatest distance of a zone from UTC, and a day for safety.
_MARGIN: Final = timedelta(days=2)

# For each city one range of the index over (city, start) of approved events, which has all columns.
_SQL: Final = """
SELECT city.id, city.name, extract(isodow FROM local.day)::int AS weekday,
       count(*) FILTER (WHERE local.day - today.day BETWEEN 0 AND %(days)s - 1),
       count(*) FILTER (WHERE local.day - today.day BETWEEN -%(past)s AND -1)
FROM places_city AS city
CROSS JOIN LATERAL (SELECT timezone(city.timezone, %(now)s::timestamptz)::date AS day) AS today
LEFT JOIN LATERAL (
    SELECT timezone(city.timezone, event.start_at)::date AS day FROM events_event AS event
    WHERE event.city_id = city.id AND event.publication = 'approved' AND event.start_at BETWEEN %(since)s AND %(until)s
) AS local ON true
WHERE city.state = %(active)s
GROUP BY 1, 2, 3 ORDER BY 2, 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekday:
    """One weekday (1 is Monday) of one city: the events of the coming two weeks, and the usual number of these."""

    number: int
    coming: int = 0
    usual: float = 0.0

    @property
    def share(self) -> float:
        """The coming events as a share of the usual ones; 1 where nothing is usual."""
        return self.coming / self.usual if self.usual else 1.0

    @property
    def is_thin(self) -> bool:
        """Whether far fewer events come than usual."""
        return self.usual >= LEAST_USUAL and self.share < THIN_SHARE


@dataclass(frozen=True, kw_only=True, slots=True)
class CityCoverage:
    """The seven weekdays of an active city, from Monday."""

    city_id: UUID
    name: str
    weekdays: tuple[Weekday, ...]

    @property
    def thin(self) -> int:
        """How many weekdays are thin."""
        return sum(day.is_thin for day in self.weekdays)

    @property
    def coming(self) -> int:
        """The events of the coming two weeks."""
        return sum(day.coming for day in self.weekdays)


def coverage(*, now: datetime) -> list[CityCoverage]:
    """All active cities by name (one query). Events count on the day in the city's zone on which they start."""
    counts: dict[tuple[UUID, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {"now": now, "since": now - timedelta(days=PAST_DAYS) - _MARGIN, "until": now + timedelta(days=DAYS) + _MARGIN,
             "days": DAYS, "past": PAST_DAYS, "active": CityState.ACTIVE.value},
        )  # fmt: skip
        for city_id, name, number, coming, past in cursor.fetchall():
            counts[city_id, name][number or 1] = (coming, past) if number else (0, 0)
    return [_city(city_id, name, days) for (city_id, name), days in counts.items()]


def coming(rows: QuerySet[Event], *, now: datetime, weekday: int = 0) -> QuerySet[Event]:
    """Those of `rows` that `coverage` counts as coming, on that weekday only where one is given (1 is Monday).

    One query asks for the zones of cities; the days of each are bounds in UTC, which cost no reckoning for each event.
    """
    days = Q(pk__in=[])
    for name in City.objects.order_by().values_list("timezone", flat=True).distinct():
        for begins, ends in _days(zone_or_utc(name), now, weekday):
            days |= Q(city__timezone=name, start_at__gte=begins, start_at__lt=ends)
    within = (now - _MARGIN, now + timedelta(days=DAYS) + _MARGIN)
    return rows.filter(days, publication=Publication.APPROVED, start_at__range=within)


def _days(zone: tzinfo, now: datetime, weekday: int) -> Iterator[tuple[datetime, datetime]]:
    """The coming days in a zone, together, or those of one weekday: begin and end in UTC."""
    today = now.astimezone(zone).date()
    for ahead in range(DAYS):
        day = today + timedelta(days=ahead)
        if not weekday and not ahead:
            yield _begin(today, zone), _begin(today + timedelta(days=DAYS), zone)
        elif day.isoweekday() == weekday:
            yield _begin(day, zone), _begin(day + timedelta(days=1), zone)


def _begin(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _city(city_id: UUID, name: str, days: dict[int, tuple[int, int]]) -> CityCoverage:
    """The city, with what is usual: by its own past, or by its average coming day where it has none."""
    past = sum(one[1] for one in days.values())
    average = sum(one[0] for one in days.values()) / 7
    weeks = PAST_DAYS / DAYS
    weekdays = tuple(
        Weekday(
            number=number,
            coming=days.get(number, (0, 0))[0],
            usual=days.get(number, (0, 0))[1] / weeks if past >= ENOUGH_PAST else average,
        )
        for number in range(1, 8)
    )
    return CityCoverage(city_id=city_id, name=name, weekdays=weekdays)
