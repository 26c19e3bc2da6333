"""What people and rules decided by the hour, and how often a person changed it afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, CharField, F, Func, IntegerField, Sum, Value, When
from django.db.models.functions import Greatest, TruncHour

from accounts.rights import Actor, may
from moderation.enums import Verdict
from moderation.models import Decision
from moderation.queries import against_rules, decisions_for
from operations.counted import kept
from operations.dashboard.addresses import address_of
from operations.dashboard.drawing import HOUR, Hours, hours_of
from operations.dashboard.reach import reach_of
from places.queries.reach import cities_of

DAYS: Final = 7
LINES: Final = (("people", "by people"), ("rules", "by rules"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A share of a whole, with the list of its cases."""

    count: int
    of: int
    link: str

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """Seven days by the hour. `undone` of people's verdicts, `overridden` of what rules let through.

    A moderator of cities sees no decisions of rules, which are on whole sources; then `overridden` is None.
    """

    hours: Hours
    days: list[tuple[datetime, tuple[int, ...], str]]
    people_day: int
    people_link: str
    rules_day: int
    rules_link: str
    undone: Rate
    overridden: Rate | None
    at: datetime


def decided(by: Actor, *, now: datetime) -> Decided | None:
    """The figures over the decisions that the actor may see (four queries)."""
    if not may(by, "moderation.view_decision"):
        return None
    reach = reach_of(by)
    counted = kept(f"decisions:{reach}", lambda: _count(by, now), now=now)
    hours, sums = counted.value
    since, day = hours.start, now - timedelta(days=1)
    against = {"at__gte": since, "automatic__exact": 0}
    overridden = Rate(count=sums["overridden"], of=sums["rules"], link=_list(against="rules", **against))
    return Decided(
        hours=hours,
        days=[
            (start, numbers, _list(at__gte=start, at__lt=start + 24 * HOUR))
            for start, numbers in hours.days()
        ],
        people_day=sums["people_day"],
        people_link=_list(at__gte=day, automatic__exact=0),
        rules_day=sums["rules_day"],
        rules_link=_list(at__gte=day, automatic__exact=1),
        undone=Rate(
            count=sums["undone"],
            of=sums["people"],
            link=_list(at__gte=since, verdict__exact=Verdict.UNDO.value),
        ),
        overridden=overridden if cities_of(by) is None else None,
        at=counted.at,
    )


def _list(**filters: Any) -> str:
    return address_of("moderation_decision", **filters)


def _count(by: Actor, now: datetime) -> tuple[Hours, dict[str, int]]:
    """Hours in UTC, and sums of the last day and of all of them."""
    start = now.replace(minute=0, second=0, microsecond=0) + HOUR - timedelta(days=DAYS)
    rows = decisions_for(by, Decision.objects.filter(at__gte=start, at__lte=now))
    made = rows.exclude(verdict=Verdict.UNDO)
    size = Func(F("events"), function="cardinality", output_field=IntegerField())
    maker = Case(When(automatic=True, then=Value("rules")), default=Value("people"), output_field=CharField())
    by_hour = made.annotate(hour=TruncHour("at"), maker=maker, size=Greatest(size, 1)).order_by()
    counts = by_hour.values("hour", "maker").annotate(count=Sum("size")).values_list("hour", "maker", "count")
    sees_rules = cities_of(by) is None
    hours = hours_of(start, DAYS * 24, LINES if sees_rules else LINES[:1], counts)
    people, rules = hours.lines[0], hours.lines[-1]
    sums = {
        "people": people.total,
        "people_day": sum(people.values[-24:]),
        "rules": rules.total,
        "rules_day": sum(rules.values[-24:]),
        "undone": made.filter(automatic=False, undone__isnull=False).count(),
        "overridden": against_rules(made).count(),
    }
    return hours, sums
