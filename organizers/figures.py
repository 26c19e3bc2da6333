"""What a team sees of how its event is looked at and who registers: numbers by day and by source, and none by person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from events.enums import VisitSource
from events.models import Event, EventDay, EventDaySource
from pipeline.dates.event_times import zone_or_utc
from registrations.enums import RegistrationState
from registrations.models import Registration

#: Days that are shown, today included.
DAYS: Final = 30
#: The size of a bar and of the drawing, which the page stretches.
BAR: Final = 10
HEIGHT: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day with its numbers. `left` and `height` are those of its bar of registrations."""

    day: date
    views: int
    shares: int
    clicks: int
    registrations: int
    left: int
    height: int

    @property
    def top(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The figures of an event within DAYS days. `sources` are (word, visitors), the most first; `width` is that of the drawing."""

    days: Sequence[Day]
    sources: Sequence[tuple[VisitSource, int]]
    views: int
    shares: int
    clicks: int
    registrations: int
    most_registrations: int
    width: int = DAYS * BAR
    height: int = HEIGHT


def figures_of(event: Event, *, now: datetime) -> Figures:
    """The figures of an event and of those that were merged into it. Three queries.

    Days of visits are in UTC, as they are counted; those of registrations are local to the event.
    """
    today = max(now.date(), now.astimezone(zone_or_utc(event.timezone)).date())
    since = today - timedelta(days=DAYS - 1)
    own = Q(event=event.pk) | Q(event__merged_into=event.pk)
    visits: dict[date, dict[str, int]] = {row.pop("day"): row for row in _visits(own, since)}
    registered = _registered(event, since)
    most = max(registered.values(), default=0)
    days = [
        Day(
            day=day, registrations=count, left=number * BAR, height=round(count / max(1, most) * HEIGHT),
            **{name: visits.get(day, {}).get(name, 0) for name in ("views", "shares", "clicks")},
        )
        for number, day, count in _by_day(since, registered)
    ]  # fmt: skip
    sources = EventDaySource.objects.filter(own, day__gte=since).values("source").annotate(sum=Sum("views"))
    told = [(VisitSource(row["source"]), row["sum"]) for row in sources.order_by("-sum", "source")]
    return Figures(
        days=days, sources=told, views=sum(one.views for one in days), shares=sum(one.shares for one in days),
        clicks=sum(one.clicks for one in days), registrations=sum(one.registrations for one in days), most_registrations=most,
    )  # fmt: skip


def _by_day(since: date, counts: Mapping[date, int]) -> Iterator[tuple[int, date, int]]:
    for number in range(DAYS):
        day = since + timedelta(days=number)
        yield number, day, counts.get(day, 0)


def _visits(own: Q, since: date) -> Iterable[Any]:
    rows = EventDay.objects.filter(own, day__gte=since).values("day")
    return rows.annotate(views=Sum("views"), shares=Sum("shares"), clicks=Sum("clicks"))


def _registered(event: Event, since: date) -> dict[date, int]:
    local = TruncDate("created_at", tzinfo=zone_or_utc(event.timezone))
    rows = Registration.objects.filter(event=event.pk).exclude(state=RegistrationState.MERGED)
    counted = (
        rows.annotate(day=local).filter(day__gte=since).order_by().values("day").annotate(count=Count("pk"))
    )
    return {row["day"]: row["count"] for row in counted}
