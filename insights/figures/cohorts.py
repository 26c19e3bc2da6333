"""Cohorts: of those who began in one week, how many are active in later ones.

A kind of cohort is registered by whoever keeps its people; this module keeps the sums. A week is counted while it runs, so that
nothing of it has to be read again: the last run of a week is its result.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, DateTimeField, F, Q
from django.db.models.functions import Coalesce, TruncWeek

from insights.figures.hiding import K
from insights.models import CohortWeek, Participant

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Who began in the week of `began` (a Monday): how many, and how many of them are active in the week that is counted."""

    began: date
    people: int
    active: int


#: Given the Monday of the week and the moment, the cohorts as they are now.
Counting = Callable[[date, datetime], Iterable[Cohort]]
_KINDS: dict[str, Counting] = {}


def register(kind: str, counting: Counting) -> None:
    """Keep cohorts of another kind, such as `subscribers`."""
    _KINDS[kind] = counting


def kinds() -> tuple[str, ...]:
    """The kinds of cohorts that are kept, in order."""
    return tuple(sorted(_KINDS))


def count(*, now: datetime) -> int:
    """Write the cohorts of the week that runs. Runs again without harm: numbers only grow within a week. Returns how many rows."""
    week = monday_of(now.astimezone(UTC).date())
    rows = 0
    for kind, counting in _KINDS.items():
        held = {row.cohort: row for row in CohortWeek.objects.filter(kind=kind, week=week)}
        for one in counting(week, now):
            before = held.get(one.began)
            told = {
                "people": max(one.people, before.people if before else 0),
                "active": max(one.active, before.active if before else 0),
            }
            CohortWeek.objects.update_or_create(kind=kind, cohort=one.began, week=week, defaults=told)
            rows += 1
    return rows


def table(kind: str, *, now: datetime, weeks: int) -> list[dict[str, Any]]:
    """The cohorts of the last weeks, the newest first: how many began, and of each week since how many were active.

    None: fewer than K people, or a week that was not counted. One query.
    """
    this = monday_of(now.astimezone(UTC).date())
    first = this - _WEEK * (weeks - 1)
    found: dict[date, dict[date, CohortWeek]] = defaultdict(dict)
    for row in CohortWeek.objects.filter(kind=kind, cohort__gte=first, week__lte=this):
        found[row.cohort][row.week] = row
    told = []
    for began in sorted(found, reverse=True):
        people = max(row.people for row in found[began].values())
        cells = [found[began].get(began + _WEEK * number) for number in range((this - began) // _WEEK + 1)]
        told.append(
            {
                "began": began,
                "people": people if people >= K else None,
                "active": [_shown(cell) if people >= K else None for cell in cells],
            }
        )
    return told


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def readers(week: date, now: datetime) -> Iterable[Cohort]:
    """Who agreed to the log, by the week of their account, or of a device's consent. Active: did something in this week."""
    began = TruncWeek(
        Coalesce(F("user__date_joined"), F("agreed_at"), output_field=DateTimeField()), tzinfo=UTC
    )
    rows = Participant.objects.filter(agreed_at__lte=now).annotate(began=began).order_by().values("began")
    counted = rows.annotate(people=Count("pk"), active=Count("pk", filter=Q(seen_on__gte=week)))
    return [Cohort(began=row["began"].date(), people=row["people"], active=row["active"]) for row in counted]


def _shown(cell: CohortWeek | None) -> int | None:
    if cell is None or 0 < cell.active < K:
        return None
    return cell.active


register("readers", readers)
