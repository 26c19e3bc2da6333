"""What a team sees of how its event is looked at and who registers: numbers by day, source and step, and none by person.

Nothing is hidden for being about few: a team has the list of those who registered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from events.enums import VisitSource
from events.models import Event, EventDay, EventDaySource
from insights.figures.answers import funnel
from pipeline.dates.event_times import zone_or_utc
from registrations.enums import RegistrationState
from registrations.models import Registration
from registrations.queries import counts_of
from registrations.records import Counts

#: Days of each window, today included. Days of visits are kept for 90 (`events.services.beacon`).
WINDOWS: Final = {"week": 7, "month": 30, "quarter": 90}
WINDOW: Final = "month"
NAMES: Final = tuple(WINDOWS)
SOURCES: Final = tuple(one.value for one in VisitSource)
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
    attended: int
    left: int
    height: int

    @property
    def top(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The figures of an event in a window. `sources` are (word, visitors), the most first; `width` is that of the drawing.

    `attended` are those of its registrations who were checked in. `funnel` is the way from a view to the door, as `insights.figures`
    tells it. `now` is who comes and who waits at present, whenever they registered.
    """

    window: str
    days: Sequence[Day]
    sources: Sequence[tuple[VisitSource, int]]
    views: int
    shares: int
    clicks: int
    registrations: int
    attended: int
    most_registrations: int
    funnel: Sequence[Mapping[str, Any]]
    now: Counts
    width: int
    height: int = HEIGHT


def figures_of(event: Event, *, now: datetime, window: str = WINDOW) -> Figures:
    """The figures of an event and of those that were merged into it. Four queries. Raises KeyError for an unknown window.

    Days of visits are in UTC, as they are counted; those of registrations are local to the event.
    """
    today = max(now.date(), now.astimezone(zone_or_utc(event.timezone)).date())
    length = WINDOWS[window]
    since = today - timedelta(days=length - 1)
    own = Q(event=event.pk) | Q(event__merged_into=event.pk)
    visits: dict[date, dict[str, int]] = {row.pop("day"): row for row in _visits(own, since)}
    registered = {row["day"]: row for row in _registered(event, since)}
    most = max((row["registrations"] for row in registered.values()), default=0)
    days = [_day(since, number, visits=visits, registered=registered, most=most) for number in range(length)]
    sources = EventDaySource.objects.filter(own, day__gte=since).values("source").annotate(sum=Sum("views"))
    told = [(VisitSource(row["source"]), row["sum"]) for row in sources.order_by("-sum", "source")]
    names = ("views", "shares", "clicks", "registrations", "attended")
    total = {name: sum(getattr(day, name) for day in days) for name in names}
    return Figures(
        window=window, days=days, sources=told, most_registrations=most, funnel=funnel(total),
        now=counts_of(event.pk), width=length * BAR, **total,
    )  # fmt: skip


def _day(
    since: date,
    number: int,
    *,
    visits: Mapping[date, Mapping[str, int]],
    registered: Mapping[date, Mapping[str, int]],
    most: int,
) -> Day:
    day = since + timedelta(days=number)
    looked, came = visits.get(day, {}), registered.get(day, {})
    count = came.get("registrations", 0)
    return Day(
        day=day, registrations=count, attended=came.get("attended", 0), left=number * BAR,
        height=round(count / max(1, most) * HEIGHT), **{name: looked.get(name, 0) for name in ("views", "shares", "clicks")},
    )  # fmt: skip


def _visits(own: Q, since: date) -> Iterable[Any]:
    rows = EventDay.objects.filter(own, day__gte=since).values("day")
    return rows.annotate(views=Sum("views"), shares=Sum("shares"), clicks=Sum("clicks"))


def _registered(event: Event, since: date) -> Iterable[Any]:
    local = TruncDate("created_at", tzinfo=zone_or_utc(event.timezone))
    rows = Registration.objects.filter(event=event.pk).exclude(state=RegistrationState.MERGED)
    by_day = rows.annotate(day=local).filter(day__gte=since).order_by().values("day")
    return by_day.annotate(
        registrations=Count("pk"), attended=Count("pk", filter=Q(checked_in_at__isnull=False))
    )
